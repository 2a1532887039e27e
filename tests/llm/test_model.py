import time

import pytest

from rag.errors import BudgetSpent, ModelError
from rag.prompts import Messages
from tests.llm.scripted import MESSAGES, answer, scripted
from tests.openai_server import Act, fails, falls_silent, hangs_up, says


def test_a_reply_comes_in_pieces_and_is_paid_for_as_the_server_counts() -> None:
    with scripted(says("It rained. [1] It grew. [2] So there.", cost=(12, 5))) as (server, model):
        budget = model.open_budget()
        pieces = list(model.stream(MESSAGES, budget))
        assert pieces == ["It rained. [1] It grew. [2]", " So", " there", "."]
        assert (budget.usage.prompt_tokens, budget.usage.completion_tokens, budget.usage.requests) == (12, 5, 1)
        assert server.requests[0]["model"] == "test"
        assert server.requests[0]["messages"] == [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": "Why?"},
        ]


def test_tokens_are_counted_here_when_the_server_does_not_say() -> None:
    with scripted(says("Because it rained.", cost=None)) as (_, model):
        _, usage = answer(model)
        assert usage.prompt_tokens > 5
        assert usage.completion_tokens > 3


def test_a_refused_request_is_counted_and_costs_no_tokens() -> None:
    with scripted(fails(500), says("Yes.", cost=(12, 5))) as (_, model):
        _, usage = answer(model)
        assert (usage.requests, usage.prompt_tokens, usage.completion_tokens) == (2, 12, 5)
        assert usage.dollars is None


def test_a_reply_that_never_came_has_cost_its_prompt() -> None:
    with scripted(falls_silent(), first_seconds=0.2, requests=1) as (_, model):
        budget = model.open_budget()
        with pytest.raises(ModelError):
            list(model.stream(MESSAGES, budget))
        assert budget.usage.prompt_tokens > 5


@pytest.mark.parametrize("failure", [fails(500), fails(429), fails(408), hangs_up, says(""), says("", finish=None)])
def test_a_passing_failure_is_retried(failure: Act) -> None:
    with scripted(failure, failure, says("At last.")) as (server, model):
        assert answer(model)[0] == "At last."
        assert len(server.requests) == 3


@pytest.mark.parametrize("failure", [fails(500), hangs_up, says("")])
def test_no_reply_takes_more_than_four_requests(failure: Act) -> None:
    with scripted(failure) as (server, model):
        with pytest.raises(ModelError):
            answer(model)
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "failure", [fails(401), fails(403), fails(404, "no model"), fails(400), fails(429, "", "insufficient_quota")]
)
def test_a_lasting_failure_is_not_retried(failure: Act) -> None:
    with scripted(failure) as (server, model):
        with pytest.raises(ModelError):
            answer(model)
        assert len(server.requests) == 1


def test_a_reply_that_began_is_never_begun_again() -> None:
    with scripted(says("Because", finish=None, done=False), says("Something else.")) as (server, model):
        with pytest.raises(ModelError, match="broke off"):
            answer(model)
        assert len(server.requests) == 1


def test_the_pause_a_server_asks_for_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    script = (fails(429, headers={"Retry-After": "7"}), fails(503, headers={"retry-after-ms": "250"}), says("Yes."))
    with scripted(*script) as (_, model):
        assert answer(model)[0] == "Yes."
    assert pauses == [7.0, 0.25]


def test_a_pause_longer_than_the_total_timeout_is_not_waited_for() -> None:
    with scripted(fails(429, headers={"Retry-After": "15"}), says("Yes."), total_seconds=5) as (server, model):
        with pytest.raises(ModelError, match="too often"):
            answer(model)
        assert len(server.requests) == 1


def test_pings_are_no_sign_of_life() -> None:
    with (
        scripted(falls_silent(pings=True), first_seconds=0.2, requests=1) as (_, model),
        pytest.raises(ModelError) as raised,
    ):
        answer(model)
    assert "said nothing for 0.2 s" in str(raised.value)


def test_the_whole_reply_has_an_end() -> None:
    slow = falls_silent("One two three", pings=True)
    with scripted(slow, total_seconds=0.3) as (_, model), pytest.raises(ModelError, match="RAG_TOTAL_SECONDS"):
        answer(model)


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens", "stream_options"])
def test_a_parameter_the_server_refuses_is_left_out_from_then_on(parameter: str) -> None:
    refusal = fails(400, f"Unsupported parameter: '{parameter}' is not supported with this model.")
    with scripted(refusal, says("Yes.")) as (server, model):
        assert answer(model)[0] == "Yes."
        answer(model)
        assert [parameter in asked for asked in server.requests] == [True, False, False]


def test_without_a_name_the_first_model_of_the_server_is_taken() -> None:
    with scripted(says("Yes."), llm="auto") as (server, model):
        answer(model)
        assert (model.name, server.requests[0]["model"]) == ("first", "first")


def test_a_model_that_a_server_names_by_its_file_has_the_name_of_the_file() -> None:
    with scripted(says("Yes."), models=("/home/me/small.gguf",), llm="auto") as (_, model):
        model.connect()
        assert model.name == "small.gguf"


def test_a_server_without_models_says_so() -> None:
    with (
        scripted(says("Yes."), models=(), llm="auto") as (_, model),
        pytest.raises(ModelError, match="no model loaded"),
    ):
        answer(model)


def test_a_prompt_that_does_not_fit_is_not_sent() -> None:
    with scripted(says("Yes."), context_window=512) as (server, model):
        with pytest.raises(ModelError, match="Lower RAG_EVIDENCE_TOKENS"):
            list(model.stream(Messages("", "word " * 600), model.open_budget()))
        assert server.requests == []


def test_a_reply_is_asked_to_be_no_longer_than_what_fits() -> None:
    with scripted(says("Yes."), context_window=700) as (server, model):
        list(model.stream(Messages("", "word " * 400), model.open_budget()))
        longest = server.requests[0]["max_tokens"]
        assert isinstance(longest, int)
        assert 40 <= longest < 300


def test_a_budget_stops_the_request_before_it_is_sent() -> None:
    with scripted(says("Yes."), answer_dollars=0.01, prompt_price=1000, completion_price=1000) as (server, model):
        with pytest.raises(BudgetSpent):
            answer(model)
        assert server.requests == []


def test_a_server_on_this_machine_is_reached_past_any_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with scripted(says("Yes."), llm="auto") as (_, model):
        assert answer(model)[0] == "Yes."
