"""What servers answer when something is wrong, in their own words, and what the user is told."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag.errors import ModelError
from tests.llm.scripted import answer, scripted
from tests.openai_server import fails, says, sends

CONTEXT = [
    (400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.", "=4096"),
    (400, "'max_tokens' is too large: 600. This model's maximum context length is 4096 tokens.", "=4096"),
    (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens).", "=4096"),
    (400, "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context "
     "length of only 4096 tokens, which is not enough.", "=4096"),
    (400, "The number of tokens to keep from the initial prompt is greater than the context length.", " to what it"),
    (400, "Please reduce the length of the messages or completion.", " to what it"),
    (413, "Request too large for model `llama`: Limit 6000, please reduce your message size.", " to what it"),
    (400, "prompt is too long: 210000 tokens > 200000 maximum", "=200000"),
    (400, "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000", "=200000"),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs`.", "=4096"),
    (422, "Input validation error: `inputs` must have less than 1024 tokens. Given: 5000", "=1024"),
    (400, "The input token count (1234567) exceeds the maximum number of tokens allowed (1048576).", "=1048576"),
    (400, "the request exceeds the available context size. try increasing the context size", " to what it"),
    (500, "the request exceeds the available context size (4096 tokens), try increasing it", "=4096"),
    (400, "Prompt contains 40000 tokens, too large for model with 32768 maximum context length", "=32768"),
    (400, "Input is too long for requested model.", " to what it"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "advice"), CONTEXT)
def test_a_prompt_that_does_not_fit_is_known_in_every_servers_words(status: int, message: str, advice: str) -> None:
    with scripted(fails(status, message)) as (server, model):
        with pytest.raises(ModelError) as raised:
            answer(model)
        assert str(raised.value).startswith(f"test cannot hold so long a prompt. Set RAG_CONTEXT_WINDOW{advice}")
        assert len(server.requests) == 1


def test_an_error_without_the_protocols_object_is_read() -> None:
    act = sends('{"error": "Trying to keep the first 5000 tokens: context overflow"}', "application/json", 400)
    with scripted(act) as (_, model), pytest.raises(ModelError, match="RAG_CONTEXT_WINDOW"):
        answer(model)


PAGE = "<!DOCTYPE html><html><head><title>Attention\n Required!</title><style>a {b: c}</style></head>Hi</html>"


@pytest.mark.parametrize(
    ("status", "start"), [(400, "refused the request (HTTP 400): "), (403, "does not let this key")]
)
def test_a_page_is_shortened_to_its_title(status: int, start: str) -> None:
    with scripted(sends(PAGE, status=status)) as (_, model), pytest.raises(ModelError) as raised:
        answer(model)
    assert start in str(raised.value)
    assert str(raised.value).endswith("a web page, “Attention Required!”")


def test_a_page_without_a_title_is_shortened_to_its_first_words() -> None:
    page = sends(f"<html><body><p>{'No. ' * 100}</p>", status=400)
    with scripted(page) as (_, model), pytest.raises(ModelError) as raised:
        answer(model)
    assert len(str(raised.value)) < 200


def in_seconds(seconds: float, form: str = "http") -> dict[str, str]:
    then = datetime.now(UTC) + timedelta(seconds=seconds)
    dates = {"http": format_datetime(then, usegmt=True), "old": then.strftime("%A, %d-%b-%y %H:%M:%S GMT")}
    return {"Retry-After": dates.get(form) or then.isoformat()}


@pytest.mark.parametrize("form", ["http", "old", "iso"])
def test_a_date_to_wait_for_is_a_pause(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with scripted(fails(429, headers=in_seconds(5, form)), says("Yes.")) as (_, model):
        assert answer(model)[0] == "Yes."
    assert len(pauses) == 1
    assert 3 <= pauses[0] <= 6


def test_a_date_that_has_passed_is_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with scripted(fails(503, headers=in_seconds(-60)), says("Yes.")) as (_, model):
        answer(model)
    assert pauses == [0.0]


@pytest.mark.parametrize(("status", "form"), [(429, "http"), (429, "number"), (503, "number")])
def test_a_long_pause_is_told_and_not_waited_for(status: int, form: str) -> None:
    headers = {"Retry-After": "3600"} if form == "number" else in_seconds(3600.9)
    with scripted(fails(status, headers=headers)) as (server, model):
        with pytest.raises(ModelError, match=r"asks to wait 3(599|60\d) s"):
            answer(model)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Rate limit reached. Please try again in 7.66s. Visit our page.", 7.66),
        ("You exceeded your current quota, please check your plan and billing details. Please retry in 12.5s.", 12.5),
        ("Please wait 250ms before the next request", 0.25),
    ],
)
def test_a_pause_in_words_is_obeyed(message: str, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with scripted(fails(429, message), says("Yes.")) as (_, model):
        answer(model)
    assert pauses == [seconds]
