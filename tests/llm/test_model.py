import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rag.errors import BudgetSpent, ModelError
from rag.llm import Model, Usage, choose
from rag.prompts import Messages
from rag.settings import Settings
from tests.openai_server import Act, OpenAIServer, fails, falls_silent, hangs_up, says, serving

MESSAGES = Messages("Answer.", "Why?")
TOLD = {"llm": "openai:test", "retry_seconds": 0, "first_seconds": 5, "idle_seconds": 5}


@contextmanager
def model(
    *script: Act, models: tuple[str, ...] = ("first", "second"), **settings: object
) -> Iterator[tuple[OpenAIServer, Model]]:
    read = Settings.model_validate({**TOLD, **settings})
    with serving(*script, models=models) as server:
        choice = choose(read, server.environ)
        assert choice is not None
        yield server, Model(choice, read)


def said(one: Model, tokens: int | None = None) -> tuple[str, Usage]:
    bill = one.open_bill()
    return "".join(one.stream(MESSAGES, bill, tokens)), bill.usage


def test_a_reply_comes_in_pieces_and_is_paid_for_as_the_server_counts() -> None:
    with model(says("Because it rained.", cost=(12, 5))) as (server, one):
        bill = one.open_bill()
        pieces = list(one.stream(MESSAGES, bill))
        assert len(pieces) == 4
        assert (bill.usage.prompt_tokens, bill.usage.completion_tokens, bill.usage.requests) == (12, 5, 1)
        assert server.asked[0]["model"] == "test"
        assert server.asked[0]["messages"] == [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": "Why?"},
        ]


def test_tokens_are_counted_here_when_the_server_does_not_say() -> None:
    with model(says("Because it rained.", cost=None)) as (_, one):
        _, usage = said(one)
        assert usage.prompt_tokens > 5
        assert usage.completion_tokens > 3


def test_a_refused_request_is_counted_and_costs_no_tokens() -> None:
    with model(fails(500), says("Yes.", cost=(12, 5))) as (_, one):
        _, usage = said(one)
        assert (usage.requests, usage.prompt_tokens, usage.completion_tokens) == (2, 12, 5)
        assert usage.dollars is None


def test_a_reply_that_never_came_has_cost_its_prompt() -> None:
    with model(falls_silent(), first_seconds=0.2, requests=1) as (_, one):
        bill = one.open_bill()
        with pytest.raises(ModelError):
            list(one.stream(MESSAGES, bill))
        assert bill.usage.prompt_tokens > 5


@pytest.mark.parametrize("failure", [fails(500), fails(429), fails(408), hangs_up, says(""), says("", finish=None)])
def test_a_passing_failure_is_retried(failure: Act) -> None:
    with model(failure, failure, says("At last.")) as (server, one):
        assert said(one)[0] == "At last."
        assert len(server.asked) == 3


@pytest.mark.parametrize("failure", [fails(500), hangs_up, says("")])
def test_no_reply_takes_more_than_four_requests(failure: Act) -> None:
    with model(failure) as (server, one):
        with pytest.raises(ModelError):
            said(one)
        assert len(server.asked) == 4


@pytest.mark.parametrize(
    "failure", [fails(401), fails(403), fails(404), fails(400), fails(429, "", "insufficient_quota")]
)
def test_a_lasting_failure_is_not_retried(failure: Act) -> None:
    with model(failure) as (server, one):
        with pytest.raises(ModelError):
            said(one)
        assert len(server.asked) == 1


def test_a_reply_that_began_is_never_begun_again() -> None:
    with model(says("Because", finish=None), says("Something else.")) as (server, one):
        with pytest.raises(ModelError, match="broke off"):
            said(one)
        assert len(server.asked) == 1


def test_the_pause_a_server_asks_for_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    script = (fails(429, headers={"Retry-After": "7"}), fails(503, headers={"retry-after-ms": "250"}), says("Yes."))
    with model(*script) as (_, one):
        assert said(one)[0] == "Yes."
    assert pauses == [7.0, 0.25]


def test_a_pause_longer_than_all_patience_is_not_waited_for() -> None:
    with model(fails(429, headers={"Retry-After": "15"}), says("Yes."), total_seconds=5) as (server, one):
        with pytest.raises(ModelError, match="too often"):
            said(one)
        assert len(server.asked) == 1


def test_pings_are_no_sign_of_life() -> None:
    with model(falls_silent(pings=True), first_seconds=0.2, requests=1) as (_, one), pytest.raises(ModelError) as told:
        said(one)
    assert "said nothing for 0.2 s" in str(told.value)


def test_the_whole_reply_has_an_end() -> None:
    slow = falls_silent("One two three", pings=True)
    with model(slow, total_seconds=0.3) as (_, one), pytest.raises(ModelError, match="RAG_TOTAL_SECONDS"):
        said(one)


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens", "stream_options"])
def test_a_parameter_the_server_refuses_is_left_out_from_then_on(parameter: str) -> None:
    refusal = fails(400, f"Unsupported parameter: '{parameter}' is not supported with this model.")
    with model(refusal, says("Yes.")) as (server, one):
        assert said(one)[0] == "Yes."
        said(one)
        assert [parameter in asked for asked in server.asked] == [True, False, False]


def test_without_a_name_the_first_model_of_the_server_is_taken() -> None:
    with model(says("Yes."), llm="auto") as (server, one):
        said(one)
        assert (one.name, server.asked[0]["model"]) == ("first", "first")


def test_a_model_that_is_named_by_its_file_is_told_by_its_name() -> None:
    with model(says("Yes."), models=("/home/me/small.gguf",), llm="auto") as (_, one):
        one.reach()
        assert one.name == "small.gguf"


def test_a_server_without_models_says_so() -> None:
    with model(says("Yes."), models=(), llm="auto") as (_, one), pytest.raises(ModelError, match="no model loaded"):
        said(one)


def test_a_prompt_that_does_not_fit_is_not_sent() -> None:
    with model(says("Yes."), context_window=512) as (server, one):
        with pytest.raises(ModelError, match="Lower RAG_EVIDENCE_TOKENS"):
            list(one.stream(Messages("", "word " * 600), one.open_bill()))
        assert server.asked == []


def test_a_reply_is_asked_to_be_no_longer_than_what_fits() -> None:
    with model(says("Yes."), context_window=700) as (server, one):
        list(one.stream(Messages("", "word " * 400), one.open_bill()))
        longest = server.asked[0]["max_tokens"]
        assert isinstance(longest, int)
        assert 40 <= longest < 300


def test_a_budget_stops_the_request_before_it_is_sent() -> None:
    with model(says("Yes."), answer_dollars=0.01, prompt_price=1000, completion_price=1000) as (server, one):
        with pytest.raises(BudgetSpent):
            said(one)
        assert server.asked == []


def test_a_server_on_this_machine_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with model(says("Yes."), llm="auto") as (_, one):
        assert said(one)[0] == "Yes."


def test_a_model_of_another_protocol_is_refused() -> None:
    with model(says("Yes."), llm="openai:gpt-5.2-pro") as (server, one):
        with pytest.raises(ModelError, match="does not speak the chat protocol"):
            said(one)
        assert server.asked == []
