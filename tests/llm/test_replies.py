"""Replies as servers send them: what is the answer comes out, what is not does not, and one request is enough."""

import json
from collections.abc import Iterable
from typing import cast

import pytest

from rag.errors import IncompleteReply, ModelError
from rag.llm import Model
from rag.llm.thoughts import AnswerFilter
from rag.prompts import Messages
from tests.llm.scripted import MESSAGES, answer, scripted
from tests.openai_server import Act, Exchange, Plain, breaks_off, chunk, event, says, sends, streams, tokens, usage

ANSWER = "Merdare was closed. [1] Brnjak is closed, too. [2]"
THOUGHT = "Okay, the user asks which are closed. Kosovo Police have announced that Merdare is closed. [1]"


def pieces(text: str) -> list[Plain]:
    return [chunk(token) for token in tokens(text)]


def finished(*events: object, reason: str = "stop") -> Act:
    return streams(*events, chunk(finish=reason), "[DONE]")


def bare(lines: Iterable[str], kind: str = "text/event-stream") -> Act:
    return sends("".join(lines), kind)


def whole(message: object, finish: str | None = "stop", **also: object) -> Act:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return sends(json.dumps({"object": "chat.completion", "choices": [choice], **also}, indent=1), "application/json")


def with_reason(reason: object) -> Plain:
    return {**chunk(), "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def each_with_reason(reason: object) -> list[Plain]:
    return [{**one, "choices": [{**one["choices"][0], "finish_reason": reason}]} for one in pieces(ANSWER)]  # type: ignore[index]


def parts(text: str, *thoughts: str) -> list[Plain]:
    listed = [{"type": "thinking", "thinking": [{"type": "text", "text": thought}]} for thought in thoughts]
    return [chunk([one]) for one in listed] + [chunk([{"type": "text", "text": token}]) for token in tokens(text)]


def until_it_fails(model: Model, messages: Messages) -> tuple[str, str]:
    """What came of an answer, and the error at its end."""
    came = ""
    try:
        for piece in model.stream(messages, model.open_budget()):
            came += piece
    except ModelError as error:
        return came, str(error)
    return came, ""


WITHOUT_CHOICES = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
WORKING: dict[str, Act] = {
    "finish reason empty in every chunk": streams(*each_with_reason(""), with_reason("stop"), "[DONE]"),
    "finish reason in capitals": streams(*pieces(ANSWER), with_reason("STOP"), "[DONE]"),
    "finish reason in other words": streams(*pieces(ANSWER), with_reason("eos_token"), "[DONE]"),
    "finish reason in every chunk": streams(*each_with_reason("stop"), "[DONE]"),
    "finish reason early": streams(chunk("Merdare", finish="stop"), *pieces(ANSWER[7:]), "[DONE]"),
    "finish reason twice": streams(
        *pieces(ANSWER[:23]), chunk(finish="stop"), *pieces(ANSWER[23:]), chunk(finish="stop")
    ),
    "no finish reason": streams(*pieces(ANSWER), "[DONE]"),
    "neither finish reason nor [DONE]": streams(*pieces(ANSWER)),
    "choices null": finished(*pieces(ANSWER[:9]), {**WITHOUT_CHOICES, "choices": None}, *pieces(ANSWER[9:])),
    "no choices": finished(*pieces(ANSWER[:9]), WITHOUT_CHOICES, *pieces(ANSWER[9:])),
    "delta null": finished({**chunk(), "choices": [{"index": 0, "delta": None}]}, *pieces(ANSWER)),
    "content null": finished({**chunk(), "choices": [{"delta": {"content": None, "role": "model"}}]}, *pieces(ANSWER)),
    "usage without numbers": finished(*pieces(ANSWER), {**WITHOUT_CHOICES, "choices": [], "usage": {}}),
    "content in parts": finished(*parts(ANSWER)),
    "content in parts with thoughts": finished(*parts(ANSWER, THOUGHT, "Hm.")),
    "content as one part": finished(*(chunk({"type": "text", "text": token}) for token in tokens(ANSWER))),
    "everything so far in each chunk": finished(*(chunk(ANSWER[:end]) for end in range(20, len(ANSWER) + 1))),
    "the whole text once more at the end": finished(*pieces(ANSWER), chunk(ANSWER)),
    "message for delta": finished({"choices": [{"message": {"role": "assistant", "content": ANSWER}}]}),
    "text for delta": finished(*({"choices": [{"text": token}]} for token in tokens(ANSWER))),
    "a byte order mark": bare(["\ufeff", *map(event, pieces(ANSWER)), event("[DONE]")]),
    "a byte order mark in the text": finished(chunk("\ufeff"), *pieces(ANSWER)),
    "one line an event": bare([event(one)[:-1] for one in (*pieces(ANSWER), "[DONE]")]),
    "no space after data:": bare([event(one).replace("data: ", "data:") for one in (*pieces(ANSWER), "[DONE]")]),
    "carriage returns": bare([event(one).replace("\n", "\r\n") for one in (*pieces(ANSWER), "[DONE]")]),
    "data: twice": bare([f"data: {event(one)}" for one in (*pieces(ANSWER), "[DONE]")]),
    "comments, ids and names of events": bare(
        [f": hi\nid: 1\nevent: x\n{event(one)}" for one in (*pieces(ANSWER), "[DONE]")]
    ),
    "a stream by another name": bare([*map(event, pieces(ANSWER)), event("[DONE]")], "text/plain"),
    "JSON for a stream": whole({"role": "assistant", "content": ANSWER}),
    "JSON without a finish reason": whole({"content": ANSWER}, None),
    "JSON with content in parts": whole({"content": [{"type": "text", "text": ANSWER}]}),
    "JSON with thoughts": whole({"content": f"<think>{THOUGHT}</think>{ANSWER}"}),
}


@pytest.mark.parametrize("act", WORKING.values(), ids=WORKING)
def test_a_working_reply_is_read_in_one_request(act: Act) -> None:
    with scripted(act) as (server, model):
        assert answer(model)[0] == ANSWER
        assert len(server.requests) == 1


SPELLINGS = [
    f"<think>{THOUGHT}</think>",
    f"<think>\n{THOUGHT}\n</think>\n\n",
    f"<Think>{THOUGHT}</THINK>",
    f"<thinking>{THOUGHT}</thinking>",
    f"<thought>{THOUGHT}</thought>",
    f"<reasoning>{THOUGHT}</reasoning>",
    f"<seed:think>{THOUGHT}</seed:think>",
    f"◁think▷{THOUGHT}◁/think▷",
    f"[THINK]{THOUGHT}[/THINK]",
    f"<|begin_of_thought|>{THOUGHT}<|end_of_thought|>",
    f"<|START_THINKING|>{THOUGHT}<|END_THINKING|><|START_RESPONSE|>",
    f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>",
    f"analysis{THOUGHT}assistantfinal",
    f"<|channel>thought\n{THOUGHT}\n<channel|>",
    "<|channel>thought\n<channel|>",
    f"{THOUGHT}<channel|>",
    f"{THOUGHT}</think>",
    f"{THOUGHT} ◁/think▷",
    "Kosovo Police have announced that Merdare is closed. [1] But which are the others? [2] says Brnjak.</think>",
    f"{THOUGHT}\n[BEGIN FINAL RESPONSE]\n",
    f"<think>{THOUGHT}</think><think>Or not.</think>",
    f"<think><think>{THOUGHT}</think>",
]


@pytest.mark.parametrize("opening", SPELLINGS)
def test_thoughts_are_left_out_in_any_spelling(opening: str) -> None:
    with scripted(says(opening + ANSWER)) as (server, model):
        assert answer(model)[0].strip() == ANSWER
        assert len(server.requests) == 1


def test_signs_are_seen_however_they_are_cut() -> None:
    for text in (*(opening + ANSWER for opening in SPELLINGS), *LEAKED):
        for size in (1, 2, 3, 7, 1000):
            reply = AnswerFilter(silent=None)
            shown = [reply.add(text[start : start + size]) for start in range(0, len(text), size)]
            assert "".join((*shown, reply.finish())).strip() == ANSWER


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
def test_thoughts_in_a_field_of_their_own_are_left_out(name: str) -> None:
    thoughts = [chunk(None, **{name: token}) for token in tokens(THOUGHT)]
    with scripted(finished(*thoughts, *pieces("Merdare and Brnjak are closed."))) as (_, model):
        assert list(model.stream(MESSAGES, model.open_budget())) == tokens("Merdare and Brnjak are closed.")


LEAKED = [
    f"{ANSWER}<|im_end|>",
    f"{ANSWER}</s>",
    f"{ANSWER}<end_of_turn>",
    f"<|turn>model\n{ANSWER}<turn|>\n<|turn>user\nAnd who closed them?",
    f"{ANSWER}<｜end▁of▁sentence｜>",
    f"{ANSWER}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd who closed them?",
    f"{ANSWER}<|im_end|>\n<|im_start|>user\nAnd who closed them?<|im_end|>\n<|im_start|>assistant\nSerbs did. [3]",
    f"<|im_start|>assistant\n{ANSWER}<|im_end|>",
    f"<|start_header_id|>assistant<|end_header_id|>\n\n{ANSWER}",
    f"<s>{ANSWER}",
    f"{ANSWER}[INST] Next?",
    f"<answer>{ANSWER}</answer>",
    f"<think>{THOUGHT}</think><response>{ANSWER}</response>",
    f"<|channel|>final<|message|>{ANSWER}<|return|>",
]


@pytest.mark.parametrize("text", LEAKED)
def test_special_tokens_are_left_out_and_what_follows_the_turn(text: str) -> None:
    with scripted(says(text)) as (_, model):
        assert answer(model)[0].strip() == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "It is < 5 % and > 3. [1]",
        "See <b>it</b> [1] [thinking aloud] [2]",
        "5 <= 6 [1]",
        "a [",
        "[1",
        "I think so. [1]",
    ],
)
def test_text_that_resembles_a_sign_is_kept(text: str) -> None:
    with scripted(finished(*(chunk(letter) for letter in text))) as (_, model):
        assert answer(model)[0] == text


def test_a_reply_that_is_cited_streams_and_one_that_is_not_is_held_until_thoughts_are_ruled_out() -> None:
    cited, uncited = says(f"{ANSWER} So there."), says("Merdare is closed. Brnjak is, too.")
    with scripted(cited) as (_, model):
        assert len(list(model.stream(MESSAGES, model.open_budget()))) > 1
    with scripted(uncited) as (_, model):
        assert len(list(model.stream(MESSAGES, model.open_budget()))) == 1
        assert len(list(model.stream(MESSAGES, model.open_budget()))) > 5  # it is known now to think in silence


def test_a_model_that_once_thought_without_an_opening_is_held_back_from_then_on() -> None:
    with scripted(says(f"{THOUGHT}</think>{ANSWER}"), says(f"Merdare. [1] Hm. [2]</think>{ANSWER}")) as (_, model):
        assert [answer(model)[0], answer(model)[0]] == [ANSWER, ANSWER]


def test_thoughts_without_an_answer_are_an_error_that_asking_again_would_not_mend() -> None:
    for text, advice in ((f"<think>{THOUGHT}", "wrote no answer"), (f"<think>{THOUGHT}</think>", "wrote no answer")):
        with scripted(says(text)) as (server, model):
            with pytest.raises(IncompleteReply, match=advice):
                answer(model)
            assert len(server.requests) == 1


def reasons(longest: int) -> Act:
    """Reason for so many tokens, then answer, where there is room for both."""

    def act(exchange: Exchange) -> None:
        room = cast("int", exchange.body["max_tokens"])
        thoughts = [chunk(reasoning_content=" hm" * min(room, longest))]
        (finished(*thoughts, *pieces(ANSWER)) if longest < room else finished(*thoughts, reason="length"))(exchange)

    return act


def test_a_model_that_reasons_gets_room_for_it_from_then_on() -> None:
    with scripted(reasons(900)) as (server, model):
        assert [answer(model)[0], answer(model, 100)[0]] == [ANSWER, ANSWER]
        assert [asked["max_tokens"] for asked in server.requests] == [600, 2600, 2600]


def test_a_model_that_reasons_longer_than_that_says_so() -> None:
    told = r"spent 2600 tokens on reasoning alone\. Raise RAG_REPLY_TOKENS"
    with scripted(reasons(9000)) as (server, model):
        with pytest.raises(IncompleteReply, match=told):
            answer(model)
        assert len(server.requests) == 2


def reasons_unseen(longest: int, counts: Plain) -> Act:
    """As `reasons`, but the server keeps the thoughts to itself."""

    def act(exchange: Exchange) -> None:
        room = cast("int", exchange.body["max_tokens"])
        counted = {**usage(0, 0), "usage": counts}
        end = (chunk(finish="stop"), counted) if longest < room else (chunk(finish="length"), counted)
        streams(*(pieces(ANSWER) if longest < room else ()), *end, "[DONE]")(exchange)

    return act


GEMINI: Plain = {"prompt_tokens": 20, "completion_tokens": 30, "total_tokens": 950}
GPT: Plain = {"prompt_tokens": 20, "completion_tokens": 930, "completion_tokens_details": {"reasoning_tokens": 900}}


@pytest.mark.parametrize("counts", [GEMINI, GPT])
def test_a_model_that_reasons_unseen_gets_room_for_it_and_its_thoughts_are_counted(counts: Plain) -> None:
    with scripted(reasons_unseen(900, counts)) as (server, model):
        assert answer(model)[0] == ANSWER
        assert [asked["max_tokens"] for asked in server.requests] == [600, 2600]
        assert answer(model)[1].completion_tokens == 930
        assert [asked["max_tokens"] for asked in server.requests] == [600, 2600, 2600]


@pytest.mark.parametrize("counts", [GEMINI, GPT])
def test_thoughts_that_were_only_counted_leave_room_for_the_next_answer(counts: Plain) -> None:
    with scripted(reasons_unseen(9, counts)) as (server, model):
        answer(model)
        answer(model)
        assert [asked["max_tokens"] for asked in server.requests] == [600, 2600]


def test_an_answer_is_no_longer_for_the_room_to_reason() -> None:
    endless = finished(chunk(reasoning_content="Hm"), *(chunk(f"{number} so ") for number in range(400)))
    told = r"cut off after 600 tokens\. Raise RAG_REPLY_TOKENS"
    with scripted(reasons(9), endless) as (_, model):
        answer(model)
        with pytest.raises(IncompleteReply, match=told):
            answer(model)


@pytest.mark.parametrize("reason", ["length", "LENGTH", "max_tokens", "MAX_TOKENS", "model_length"])
def test_a_reply_that_is_cut_off_is_known_by_any_name(reason: str) -> None:
    with (
        scripted(finished(*pieces(ANSWER), reason=reason)) as (_, model),
        pytest.raises(IncompleteReply, match="cut off"),
    ):
        answer(model)


@pytest.mark.parametrize("reason", ["SAFETY", "content_filter", "RECITATION", "sensitive"])
def test_a_reply_that_is_filtered_is_known_by_any_name(reason: str) -> None:
    with scripted(finished(reason=reason)) as (_, model), pytest.raises(IncompleteReply, match="filtered"):
        answer(model)


BROKEN = ["Merdare was closed. [1] Brnjak is", "Merdare was closed. [1] Brnjak is closed, "]


@pytest.mark.parametrize("text", BROKEN)
def test_a_reply_that_ends_in_the_middle_of_a_sentence_without_a_word_broke_off(text: str) -> None:
    with scripted(streams(*pieces(text))) as (_, model), pytest.raises(IncompleteReply, match="broke off"):
        answer(model)


ERRORS: dict[str, tuple[Act, str]] = {
    "an object": (sends('{"error": {"message": "GPU on fire"}}', "application/json"), "GPU on fire"),
    "a string": (sends('{"error": "model runner has stopped"}', "application/json"), "model runner has stopped"),
    "an object by another name": (sends('{"object": "error", "message": "No GPU"}', "application/json"), "No GPU"),
    "a detail": (sends('{"detail": [{"msg": "field required"}]}', "application/json"), "field required"),
    "in a stream": (streams({"error": {"message": "GPU on fire"}}), "GPU on fire"),
    "in a choice": (streams({"choices": [{"error": {"message": "upstream died"}, "delta": {}}]}), "upstream died"),
    "an event": (sends('event: error\ndata: {"message": "No GPU"}\n\n', "text/event-stream"), "No GPU"),
    "a bad key": (
        sends('{"error": {"message": "no", "code": "invalid_api_key"}}', "application/json"),
        "OPENAI_API_KEY",
    ),
    "too long": (sends('{"error": {"message": "prompt is too long"}}', "application/json"), "RAG_CONTEXT_WINDOW"),
    "too often": (sends('{"error": {"message": "slow down", "code": 429}}', "application/json"), "asked too often"),
}


@pytest.mark.parametrize(("act", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_with_status_200_is_read(act: Act, message: str) -> None:
    with scripted(act, requests=1) as (_, model), pytest.raises(ModelError, match=message):
        answer(model)


def test_a_stream_that_breaks_keeps_what_was_certain() -> None:
    with scripted(breaks_off(ANSWER)) as (_, model):
        came, error = until_it_fails(model, MESSAGES)
        assert came == ANSWER
        assert "broke off" in error


@pytest.mark.parametrize(("text", "kept"), [("Merdare was closed. [1] Brnjak", True), (f"{THOUGHT} Brnjak", False)])
def test_of_a_stream_that_breaks_early_only_a_cited_sentence_is_kept(text: str, kept: bool) -> None:  # noqa: FBT001
    with scripted(breaks_off(text), requests=1) as (_, model):
        came, error = until_it_fails(model, MESSAGES)
        assert came == (text if kept else "")
        assert "broke off" in error


@pytest.mark.parametrize(
    "message", ["max_tokens: generation aborted", "a system message failed", "streaming is not supported any more"]
)
def test_a_reply_that_fails_after_its_first_words_is_not_asked_for_again(message: str) -> None:
    act = streams(*pieces(ANSWER), {"error": {"message": message, "type": "server_error"}})
    with scripted(act, finished(*pieces(ANSWER))) as (server, model):
        came, error = until_it_fails(model, MESSAGES)
        assert came == ANSWER
        assert message in error
        assert len(server.requests) == 1


def test_usage_is_found_where_groq_puts_it() -> None:
    last = {**chunk(finish="stop"), "x_groq": {"usage": {"prompt_tokens": 12, "completion_tokens": 5}}}
    with scripted(streams(*pieces(ANSWER), last, "[DONE]")) as (_, model):
        used = answer(model)[1]
        assert (used.prompt_tokens, used.completion_tokens) == (12, 5)


def reads(prompt: int) -> Act:
    return streams(*pieces(ANSWER), chunk(finish="stop"), usage(prompt, 20), "[DONE]")


@pytest.mark.parametrize(
    ("act", "failure"),
    [
        (reads(2048), "The server read only 2048 of about 300"),
        (reads(3200), ""),
        (reads(30), ""),  # what an engine had not read before
        (says(ANSWER, cost=None), ""),
    ],
)
def test_a_prompt_that_the_server_cut_without_a_word_is_noticed(act: Act, failure: str) -> None:
    with scripted(act) as (_, model):
        came, error = until_it_fails(model, Messages("Answer.", "word " * 3000))
        assert came == ANSWER
        assert error.startswith(failure)
        assert bool(error) == bool(failure)


def test_events_may_be_cut_anywhere_even_inside_a_letter() -> None:
    body = "".join(map(event, [*pieces("Vučić “spoke”. [1]"), chunk(finish="stop"), "[DONE]"])).encode()

    def act(exchange: Exchange) -> None:
        exchange.begin()
        for byte in body:
            exchange.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        exchange.end()

    with scripted(act) as (_, model):
        assert answer(model)[0] == "Vučić “spoke”. [1]"
