"""Whatever a server sends, the user gets a reply or one line, and no traceback."""

import json
import random
from collections.abc import Iterator
from contextlib import suppress

import pytest

from rag.errors import ModelError
from tests.llm.scripted import answer, scripted
from tests.llm.test_server import COMPLETED, delta, only_responses
from tests.openai_server import Act, Plain, chunk, fails, says, sends, streams, usage

ODD: list[object] = [
    None, "", 0, -1, True, 1e400, "\ud800", "[DONE]", [], {}, [None], [[]], [{}], {"a": 1}, [{"delta": None}],
    {"type": "text", "text": {"value": "v"}}, [{"type": "text", "text": ["T"]}],
]  # fmt: skip
WHOLE: Plain = {
    "choices": [{"index": 0, "message": {"content": "Yes.", "reasoning_content": "r"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 2},
}
ERROR: Plain = {"error": {"message": "no", "code": "c", "type": "t"}}
EVENTS: list[object] = [chunk("", role="assistant"), chunk("Yes."), chunk(finish="stop"), usage(10, 5), ERROR, WHOLE]
LISTS: list[object] = [
    {"data": [{"id": "a", "type": "llm", "capabilities": ["completion"]}, {"id": "b"}]},
    {"models": [{"name": "a", "capabilities": {"completion_chat": True}}]},
]
RESPONSES: list[object] = [
    delta("Yes."), COMPLETED, {"type": "response.failed", "response": {"error": {"code": "c", "message": "m"}}},
    {"type": "response.incomplete", "response": {"incomplete_details": {"reason": "content_filter"}}},
]  # fmt: skip
STATUSES = [200, 200, 400, 404, 422, 429, 500]


def spoil(value: object, dice: random.Random) -> object:
    """A value with parts of it missing or replaced by something odd."""
    if dice.random() < 0.12:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: spoil(one, dice) for key, one in value.items() if dice.random() > 0.05}
    return [spoil(one, dice) for one in value] if isinstance(value, list) else value


def spoilt(values: list[object], dice: random.Random) -> list[object]:
    return [spoil(dice.choice(values), dice) for _ in range(3)]


def acts(dice: random.Random) -> Iterator[tuple[Act, Act | None]]:
    """Answers to a question and to the request for the list of models."""
    body = json.dumps(spoil(dice.choice(LISTS), dice))
    yield streams(*spoilt(EVENTS, dice), "[DONE]"), None
    yield sends(json.dumps(spoil(dice.choice(EVENTS), dice)), "application/json", dice.choice(STATUSES)), None
    yield says("Yes."), sends(body, "application/json", dice.choice(STATUSES))
    yield only_responses(*[one for one in spoilt(RESPONSES, dice) if isinstance(one, dict) and "type" in one]), None


@pytest.mark.parametrize("seed", range(8))
def test_a_malformed_reply_is_an_error_of_ours_or_none(seed: int) -> None:
    for act, listing in acts(random.Random(seed)):
        with scripted(act, listing=listing, llm="auto", requests=1) as (_, model), suppress(ModelError):
            assert isinstance(answer(model)[0], str)


@pytest.mark.parametrize("value", ["abc", "-5", "nan", "inf", "1e400", "Wed, 99 Foo", "2026-13-45", ""])
def test_a_pause_that_is_none_is_passed_over(value: str) -> None:
    act = fails(429, headers={"Retry-After": value})
    with scripted(act, requests=1) as (_, model), pytest.raises(ModelError, match="Ask again in a minute"):
        answer(model)
