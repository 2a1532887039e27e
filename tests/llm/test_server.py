"""Servers as they are: which model they have, and how they want to be asked."""

import json
from collections.abc import Callable

import pytest

from rag.errors import ModelError
from tests.llm.scripted import answer, model_at, scripted
from tests.openai_server import Act, Exchange, Plain, event, fails, says, sends, streams

YES = says("Yes.")
NO_SYSTEM = [
    (400, "System role not supported"),
    (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    (400, "Only user and assistant roles are supported!"),
    (400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
    (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
    (422, "Template error: invalid operation: System role not supported"),
    (500, "Jinja Exception: System role not supported"),
    (400, "After the optional system message, conversation roles must alternate user/assistant"),
]


@pytest.mark.parametrize(("status", "message"), NO_SYSTEM)
def test_without_a_system_role_the_instructions_open_the_users_message(status: int, message: str) -> None:
    with scripted(fails(status, message), YES, requests=1) as (server, model):
        assert [answer(model)[0], answer(model)[0]] == ["Yes.", "Yes."]
        assert [asked["messages"] for asked in server.requests[1:]] == [
            [{"role": "user", "content": "Answer.\n\nWhy?"}]
        ] * 2


def test_a_server_that_refuses_the_merged_message_too_is_not_asked_without_end() -> None:
    with scripted(fails(400, "System role not supported")) as (server, model):
        with pytest.raises(ModelError, match="System role not supported"):
            answer(model)
        assert len(server.requests) == 2


def refuses(*refusals: tuple[Callable[[Plain], bool], str]) -> Act:
    """Refuse a request for the first thing in it that it does not take, else answer."""

    def act(exchange: Exchange) -> None:
        message = next((message for wrong, message in refusals if wrong(exchange.body)), None)
        (fails(400, message) if message else YES)(exchange)

    return act


def test_everything_that_a_server_refuses_is_learnt_in_one_question() -> None:
    act = refuses(
        (lambda body: "temperature" in body, "temperature: Extra inputs are not permitted"),
        (lambda body: "stream_options" in body, 'Unknown name "stream_options": Cannot find field.'),
        (
            lambda body: "max_tokens" in body,
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        ),
        (lambda body: "system" in json.dumps(body), "System role not supported"),
    )
    with scripted(act, requests=1) as (server, model):
        assert answer(model)[0] == "Yes."
        answer(model)
        assert len(server.requests) == 6
        assert server.requests[-1]["max_completion_tokens"] == 600


def test_a_bound_that_a_server_finds_too_high_is_left_out() -> None:
    with scripted(fails(400, "max_tokens is too large: it must be at most 512 tokens"), YES) as (server, model):
        assert answer(model)[0] == "Yes."
        assert "max_tokens" not in server.requests[-1]


def test_a_server_that_does_not_stream_is_asked_without() -> None:
    act = refuses((lambda body: body["stream"] is True, "Streaming is not supported by this model"))
    with scripted(act, requests=1) as (server, model):
        assert answer(model)[0] == "Yes."
        assert [asked["stream"] for asked in server.requests] == [True, False]
        assert "stream_options" not in server.requests[-1]


def only_responses(*events: Plain) -> Act:
    def act(exchange: Exchange) -> None:
        if not exchange.path.endswith("/responses"):
            fails(404, "Not Found")(exchange)
            return
        exchange.begin()
        for data in events:
            exchange.write(f"event: {data['type']}\n{event(data)}")
        exchange.end()

    return act


COMPLETED: Plain = {
    "type": "response.completed",
    "response": {"id": "1", "output": [], "usage": {"input_tokens": 12, "output_tokens": 5, "total_tokens": 17}},
}


def delta(text: str, kind: str = "response.output_text.delta") -> Plain:
    return {"type": kind, "delta": text, "item_id": "1", "output_index": 0, "content_index": 0}


def test_a_server_with_the_responses_api_alone_answers() -> None:
    thought = delta("Hm.", "response.reasoning_text.delta")
    act = only_responses({"type": "response.created", "response": {}}, thought, delta("Ye"), delta("s."), COMPLETED)
    with scripted(act) as (server, model):
        text, used = answer(model)
        assert (text, used.prompt_tokens, used.completion_tokens) == ("Yes.", 12, 5)
        answer(model)
        assert [path.rpartition("/")[2] for path in server.paths] == ["completions", "responses", "responses"]
        assert server.requests[-1]["instructions"] == "Answer."
        assert (server.requests[-1]["input"], server.requests[-1]["store"]) == ("Why?", False)


@pytest.mark.parametrize(
    ("last", "message"),
    [
        (
            {"type": "response.incomplete", "response": {"incomplete_details": {"reason": "max_output_tokens"}}},
            "cut off",
        ),
        ({"type": "response.failed", "response": {"error": {"code": "x", "message": "GPU on fire"}}}, "GPU on fire"),
        ({"type": "error", "code": "rate_limit_exceeded", "message": "slow down"}, "asked too often"),
    ],
)
def test_the_ways_of_the_responses_api_to_fail_are_known(last: Plain, message: str) -> None:
    act = only_responses(delta("Yes"), last)
    with scripted(act, requests=1) as (_, model), pytest.raises(ModelError, match=message):
        answer(model)


def test_a_model_that_is_only_in_the_responses_api_is_asked_there_at_once() -> None:
    with scripted(only_responses(delta("Yes."), COMPLETED), llm="openai:gpt-5.2-pro") as (server, model):
        assert answer(model)[0] == "Yes."
        assert len(server.requests) == 1


def test_an_address_without_any_chat_says_so() -> None:
    with scripted(fails(404, "Not Found")) as (server, model):
        for _ in range(2):
            with pytest.raises(ModelError, match="no chat there"):
                answer(model)
        assert len(server.requests) == 4


LISTS: list[tuple[str, tuple[str | Plain, ...]]] = [
    ("by its name", ("nomic-embed-text", "text-embedding-3-small", "bge-m3", "whisper-1", "plain")),
    ("by its type", ({"id": "a", "type": "embeddings"}, {"id": "plain", "type": "llm"})),
    ("by its capabilities", ({"id": "a", "capabilities": {"completion_chat": False}}, {"id": "plain"})),
    ("by its capabilities in a list", ({"id": "a", "capabilities": ["embedding"]}, "plain")),
    ("by its task", ({"id": "a", "task": "feature-extraction", "type": "rerank"}, "plain")),
]


@pytest.mark.parametrize(("_how", "models"), LISTS, ids=[how for how, _ in LISTS])
def test_the_first_model_that_chats_is_taken(_how: str, models: tuple[str | Plain, ...]) -> None:
    with scripted(YES, models=models, llm="auto") as (_, model):
        answer(model)
        assert model.name == "plain"


@pytest.mark.parametrize("name", ["Qwen2.5-Coder-1.5B", "gpt-oss:20b", "gemma3n:e4b", "command-r", "SmolLM2-135M"])
def test_no_chat_model_is_taken_for_another_kind(name: str) -> None:
    with scripted(YES, models=(name, "other"), llm="auto") as (_, model):
        assert model.connect().name == name


def no_chat(*names: str) -> Act:
    """A server that embeds with these models and chats with the others."""

    def act(exchange: Exchange) -> None:
        wrong = exchange.body["model"] in names
        (fails(400, f'"{exchange.body["model"]}" does not support chat') if wrong else YES)(exchange)

    return act


def test_a_model_that_turns_out_not_to_chat_gives_way_to_the_next_of_the_list() -> None:
    with scripted(no_chat("arctic"), models=("arctic", "plain"), llm="auto") as (server, model):
        assert [answer(model)[0], answer(model)[0]] == ["Yes.", "Yes."]
        assert [asked["model"] for asked in server.requests] == ["arctic", "plain", "plain"]
        assert model.name == "plain"


def test_a_model_that_was_named_and_does_not_chat_is_told_with_those_that_may() -> None:
    with scripted(no_chat("nomic-embed-text"), models=("nomic-embed-text", "plain"), llm="openai:nomic-embed-text") as (
        _,
        model,
    ):
        with pytest.raises(ModelError) as raised:
            answer(model)
        assert str(raised.value) == ("nomic-embed-text does not chat. Set RAG_LLM=openai:MODEL. The server has: plain.")


def test_a_model_that_is_not_there_is_told_with_those_that_are() -> None:
    told = r"knows no model 'test'.* The server has: a, b\."
    act = fails(404, "model 'test' not found")
    with scripted(act, models=("a", "b")) as (_, model), pytest.raises(ModelError, match=told):
        answer(model)


@pytest.mark.parametrize("listing", [fails(404), fails(405), fails(403), sends("<html>Welcome</html>"), sends("{}")])
def test_without_a_list_a_model_is_asked_by_its_name_or_by_any(listing: Act) -> None:
    with scripted(YES, listing=listing) as (server, model):
        assert model.inspect().name == "test"
        assert answer(model)[0] == "Yes."
        assert len(server.requests) == 2
    with scripted(YES, listing=listing, llm="auto") as (server, model):
        assert answer(model)[0] == "Yes."
        assert model.name == server.url


@pytest.mark.parametrize("body", [{"models": [{"name": "plain"}]}, [{"id": "plain"}], {"data": ["plain"]}])
def test_a_list_in_another_form_is_read(body: object) -> None:
    with scripted(YES, listing=sends(json.dumps(body), "application/json"), llm="auto") as (_, model):
        assert model.connect().name == "plain"


def test_a_model_that_answers_exists_whatever_the_list_says() -> None:
    with scripted(YES, models=("other",)) as (_, model):
        assert model.inspect().name == "test"


def test_a_model_that_reasons_longer_than_it_is_probed_exists() -> None:
    act = streams({"choices": [{"delta": {"reasoning_content": "Hm"}, "finish_reason": "length"}]}, "[DONE]")
    with scripted(act, listing=fails(404)) as (_, model):
        assert model.inspect().name == "test"


@pytest.mark.parametrize("ending", ["", "/", "/chat/completions", "/chat/completions/"])
def test_an_address_may_end_as_people_copy_it(ending: str) -> None:
    with scripted(YES) as (server, _):
        assert answer(model_at(server.url + ending))[0] == "Yes."
