"""What the user is shown for every way a model can fail; a real server misbehaves on demand."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from typing import TypedDict

import pytest

from rag.answering.answer import NOT_SURE, REFUSAL, Answer, Draft
from rag.answering.compose import quote_answer, write_answer
from rag.answering.quoting import rank
from rag.checking import check
from rag.checking.judges.base import REASON_UNSUPPORTED
from rag.llm import Model, choose_model
from rag.passages import Passage
from rag.reading import Reader, open_reader
from rag.retrieval import Hit
from rag.settings import Settings
from rag.text.spans import Span
from tests.openai_server import (
    Act,
    OpenAIServer,
    breaks_off,
    chunk,
    fails,
    falls_silent,
    hangs_up,
    says,
    sends,
    serving,
    streams,
    tokens,
)

QUESTION = "Why did Serbs put up roadblocks?"
TEXT = (
    "Serbs put up roadblocks in December 2022 to protest the arrest of a former police officer. "
    "Kosovo declared independence from Serbia in 2008. "
    "NATO leads a mission of 3,700 soldiers in Kosovo. "
    "President Vucic ordered the army to the highest level of alert."
)
ENDS = [0, *(end + 2 for end in range(len(TEXT)) if TEXT[end : end + 2] == ". "), len(TEXT) + 1]
SPANS = tuple(Span(begin, end - 1) for begin, end in pairwise(ENDS))
HIT = Hit(Passage("a.txt", "Roadblocks", date(2022, 12, 27), TEXT, 0, len(TEXT), SPANS), 1.0, (0.8, 0.3, 0.2, 0.25))
WHY, WHEN, NATO, ALERT = (TEXT[span.start : span.end] for span in SPANS)
GOOD = "Serbs put up roadblocks to protest the arrest of a former police officer."
LIE = "NATO bombed the capital of Kosovo."


@contextmanager
def drafting(
    *script: Act, question: str = QUESTION, reader: Reader | None = None, **settings: object
) -> Iterator[tuple[OpenAIServer, Generator[Draft]]]:
    values = {"retry_seconds": 0, "first_seconds": 5, "idle_seconds": 5, "repairs": 0, "llm": "openai:test", **settings}
    configured = Settings.model_validate(values)
    with serving(*script) as server:
        choice = choose_model(configured, server.environ)
        assert choice is not None
        model = Model(choice, configured)
        draft = Draft(question, rank(question, (HIT,), reader))
        yield server, write_answer(draft, model, model.open_budget(), configured, reader=reader)


def answers(*script: Act, question: str = QUESTION, reader: Reader | None = None, **settings: object) -> list[Answer]:
    with drafting(*script, question=question, reader=reader, **settings) as (_, drafts):
        return [draft.answer(0) for draft in drafts]


def shown(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_sentences_appear_one_by_one_each_checked_and_cited() -> None:
    grown = answers(says(f"{GOOD} [1] Kosovo declared independence in 2008. [2]"))
    assert [shown(one) for one in grown[:2]] == [[GOOD], [GOOD, "Kosovo declared independence in 2008."]]
    final = grown[-1]
    assert final.text == f"{GOOD} [1] Kosovo declared independence in 2008. [2]"
    assert [citation.quote for citation in final.citations] == [WHY, WHEN]
    assert (final.mode, final.notice, final.status) == ("test", "", "answered")


def test_a_reply_of_marks_alone_states_the_sentences_that_it_names() -> None:
    final = answers(says("[1]"))[-1]
    assert (shown(final), final.mode, final.notice) == ([WHY], "test", "")
    assert answers(says("[1] [2] [3] [4]"))[-1].mode == "quotes"


def test_numbers_are_given_anew_by_first_use_and_offsets_are_the_articles() -> None:
    final = answers(says("Vucic ordered the army to the highest level of alert. [4]"))[-1]
    (citation,) = final.citations
    assert (citation.number, citation.quote) == (1, TEXT[citation.start : citation.end])
    assert citation.quote == ALERT


def test_nothing_unchecked_is_ever_shown() -> None:
    for one in answers(says(f"{LIE} [1] {GOOD} [1] {LIE} [3] Belgrade fell in 1999. [2] It was 3,700. [9]")):
        for sentence in one.sentences:
            by_number = {citation.number: citation.quote for citation in one.citations}
            assert check(sentence.text, [by_number[number] for number in sentence.citations]).label == "supported"


def test_an_unsupported_sentence_is_withheld_with_its_reason_and_the_rest_stays() -> None:
    final = answers(says(f"{LIE} [3] {GOOD} [1]"))[-1]
    assert shown(final) == [GOOD]
    assert [one.text for one in final.withheld] == [LIE]
    assert final.withheld[0].verdict.reason
    assert final.notice == ""


REWORDED = "Serbs blocked roads because a former police officer was detained."
"""True, in words that the small shipped network does not follow."""


def test_the_model_itself_judges_wording_where_that_is_set() -> None:
    reply = says(f"{REWORDED} [1]")
    assert shown(answers(reply)[-1]) == [REWORDED]
    assert shown(answers(reply, judge="small")[-1]) != [REWORDED]
    final = answers(reply, says("Detained is arrested.\nVERDICT: supported"), judge="model")[-1]
    assert shown(final) == [REWORDED]
    assert final.usage is not None
    assert final.usage.requests == 2


def test_a_sentence_is_withheld_for_the_reason_that_the_judge_gives() -> None:
    final = answers(says(f"{REWORDED} [1]"), says("Nobody was detained.\nVERDICT: unsupported"), judge="model")[-1]
    assert [(one.text, one.verdict.reason) for one in final.withheld] == [(REWORDED, REASON_UNSUPPORTED)]


@pytest.mark.parametrize(
    "reply",
    [
        "Perhaps.",
        "VERDICT: supported\nNo, it is not.",
        "<think>\nVERDICT: supported\n</think>\nIt says otherwise.",
        "<think>\nVERDICT: supported",
    ],
)
def test_a_reply_whose_last_line_is_no_verdict_lets_nothing_through(reply: str) -> None:
    final = answers(says(f"{REWORDED} [1]"), says(reply), judge="model")[-1]
    assert REWORDED in [one.text for one in final.withheld]


def test_a_judge_that_talks_without_end_costs_its_sentence_and_no_other() -> None:
    endless = says("Well, ", finish="length")
    final = answers(says(f"{REWORDED} [1] {WHEN} [2]"), endless, judge="model")[-1]
    assert shown(final) == [WHEN]
    assert [one.text for one in final.withheld] == [REWORDED]


def test_a_judge_that_cannot_be_reached_lets_nothing_through() -> None:
    final = answers(says(f"{REWORDED} [1]"), fails(500), fails(500), fails(500), fails(500), judge="model")[-1]
    assert REWORDED not in shown(final)
    assert (final.mode, "Answered in quotes." in final.notice) == ("quotes", True)


def test_a_sentence_that_cites_nothing_is_attributed_or_withheld() -> None:
    final = answers(says(f"{GOOD} Nobody knows what tomorrow brings."))[-1]
    assert shown(final) == [GOOD]
    assert final.citations[0].quote == WHY
    assert final.withheld[0].verdict.reason == "it cites no sentence of the articles"


def test_a_mark_that_leads_nowhere_or_elsewhere_is_mended_only_by_the_sentence_that_says_so() -> None:
    final = answers(says(f"{GOOD} [99] Kosovo declared independence in 2008. [3]"))[-1]
    assert [citation.quote for citation in final.citations] == [WHY, WHEN]


def test_the_agreed_words_after_an_answer_are_left_out() -> None:
    assert shown(answers(says(f"{GOOD} [1] {REFUSAL}"))[-1]) == [GOOD]


def test_when_nothing_survives_the_answer_is_quoted_and_says_so() -> None:
    final = answers(says(f"{LIE} [3]"))[-1]
    assert WHY in shown(final)
    assert "No sentence that the model wrote survived its check. Answered in quotes." in final.notice
    assert [one.text for one in final.withheld] == [LIE]
    assert final.mode == "quotes"


def test_a_repeated_sentence_is_shown_once() -> None:
    assert shown(answers(says(f"{GOOD} [1] {GOOD} [1] {GOOD} [1]"))[-1]) == [GOOD]


def test_words_that_only_announce_a_sentence_are_left_out() -> None:
    final = answers(
        says(f"The answer is: {GOOD} [1] According to the article, Kosovo declared independence in 2008. [2]")
    )
    assert shown(final[-1]) == [GOOD, "Kosovo declared independence in 2008."]


def test_a_sentence_that_repeats_the_question_is_withheld_as_no_answer() -> None:
    final = answers(says(f"Serbs put up roadblocks. [1] {GOOD} [1]"))[-1]
    assert shown(final) == [GOOD]
    assert final.withheld[0].verdict.reason == "it does not answer the question"


@pytest.mark.parametrize(
    "other", ["Serbs put up roadblocks in December 2022. [1]", "Kosovo declared independence from Serbia. [2]"]
)
def test_a_true_sentence_that_answers_something_else_leaves_the_quotes(other: str) -> None:
    final = answers(says(other), question="When did Kosovo declare independence?", reader=open_reader(Settings()))[-1]
    assert (final.mode, shown(final)) == ("quotes", [WHEN])
    assert final.withheld[0].verdict.reason == "it does not answer the question"


def test_only_a_model_whose_quotes_are_not_sure_is_offered_words_to_refuse_with() -> None:
    for sure, offered in ((0.0, False), (1.0, True)):
        with drafting(says(f"{GOOD} [1]"), confidence=0.0, sure=sure) as (server, drafts):
            list(drafts)
        assert (REFUSAL in str(server.requests[0]["messages"])) == offered


def test_the_model_repairs_a_sentence_once_with_the_reason_of_its_check() -> None:
    with drafting(says(f"{LIE} [3]"), says(f"{NATO} [1]"), repairs=1) as (server, drafts):
        final = list(drafts)[-1].answer(0)
        assert shown(final) == [NATO]
        assert final.citations[0].quote == NATO
        assert LIE in server.prompt(1)
        assert "What is wrong with it: " in server.prompt(1)
        assert final.usage.requests == 2


def test_a_correction_that_is_no_better_is_withheld_and_corrections_are_bounded() -> None:
    lies = " ".join(f"{LIE[:-1]} {word}. [3]" for word in ("twice", "again", "today"))
    with drafting(says(lies), says("It bombed Belgrade. [1]"), repairs=2) as (server, drafts):
        final = list(drafts)[-1].answer(0)
        assert len(server.requests) == 3
        assert [one.text for one in final.withheld] == [f"{LIE[:-1]} {word}." for word in ("twice", "again", "today")]


def test_a_correction_that_fails_costs_only_its_sentence() -> None:
    with drafting(says(f"{LIE} [3] {GOOD} [1]"), fails(500), repairs=1, requests=1) as (_, drafts):
        assert shown(list(drafts)[-1].answer(0)) == [GOOD]


def test_no_hits_ask_no_model() -> None:
    with serving(says(GOOD)) as server:
        configured = Settings(llm="openai:test")
        choice = choose_model(configured, server.environ)
        assert choice is not None
        model = Model(choice, configured)
        (draft,) = write_answer(Draft(QUESTION, rank(QUESTION, ())), model, model.open_budget(), configured)
        assert (draft.answer(0).status, server.requests) == ("abstained", [])


def test_closing_the_answer_stops_the_model() -> None:
    with drafting(falls_silent(f"{GOOD} [1] Kosovo declared independence in 2008, it is said. [2]", pings=True)) as (
        server,
        drafts,
    ):
        assert shown(next(drafts).answer(0)) == [GOOD]
        drafts.close()
        assert server.gone.wait(5)


def spoiled(*events: object) -> Act:
    """A proper beginning that is followed by these events."""
    return streams(
        *(chunk(token) for token in tokens(f"{GOOD} [1] Kosovo declared independence in 2008. [2]")), *events
    )


TAIL = "Kosovo declared independence in 2008. [2] And it was then in the year of our Lord tha"
MALFORMED: list[tuple[str, Act, str]] = [
    ("the connection drops in the middle", breaks_off(f"{GOOD} [1] {TAIL}"), "broke off in the middle"),
    ("the stream just ends", says(f"{GOOD} [1] {TAIL}", finish=None, done=False), "broke off before its end"),
    ("the reply is too long", says(f"{GOOD} [1] {TAIL}", finish="length"), "Raise RAG_REPLY_TOKENS"),
    ("the reply is filtered", says(f"{GOOD} [1] {TAIL}", finish="content_filter"), "filtered the reply"),
    ("an error event in the middle", spoiled({"error": {"message": "GPU on fire"}}), "GPU on fire"),
    ("JSON that is none in the middle", spoiled('{"choices": [{"delta"'), "does not answer in the OpenAI protocol"),
    ("a list instead of an object", spoiled([1, 2]), "does not answer in the OpenAI protocol"),
    ("content that is a number", spoiled(chunk(42)), "does not answer in the OpenAI protocol"),
    (
        "it declines half-way",
        spoiled(chunk(refusal="I cannot."), chunk(finish="stop")),
        "The model declined: I cannot.",
    ),
    ("it falls silent half-way", falls_silent(f"{GOOD} [1] {TAIL}"), "fell silent"),
    ("it only pings half-way", falls_silent(f"{GOOD} [1] {TAIL}", pings=True), "fell silent"),
]
UNANSWERED: list[tuple[str, Act, str]] = [
    ("it only pings", falls_silent(pings=True), "said nothing for"),
    ("it is silent", falls_silent(), "said nothing for"),
    ("an empty reply", says(""), "empty reply"),
    ("a reply of spaces", says(" \n \n"), "empty reply"),
    ("no choices at all", streams({"id": "1", "choices": []}, "[DONE]"), "broke off before its end"),
    ("HTML instead of a stream", sends("<html>Sign in</html>"), "It sent text/html. Check OPENAI_BASE_URL"),
    ("a whole reply instead of a stream", sends('{"choices": []}', "application/json"), "It sent application/json"),
    ("an empty body", sends("", "text/event-stream"), "broke off before its end"),
    ("a tool call", streams(chunk(tool_calls=[]), chunk(finish="tool_calls"), "[DONE]"), "empty reply"),
    ("it hangs up", hangs_up, "could not be reached"),
    ("401", fails(401), "Set OPENAI_API_KEY to a valid one"),
    ("403", fails(403, "not in your country"), "not in your country"),
    ("404 for the model", fails(404, "The model `x` does not exist", "model_not_found"), "knows no model 'test'"),
    ("404 for the path", fails(404, "Not Found"), "most end in /v1"),
    ("429", fails(429, "slow down"), "asked too often"),
    ("429 without credit", fails(429, "no", "insufficient_quota"), "no credit left"),
    ("429 for an hour", fails(429, "later", headers={"Retry-After": "3600"}), "asks to wait 3600 s"),
    ("500", fails(500), "trouble of its own (HTTP 500)"),
    ("503 with HTML", sends("<html>Bad gateway</html>", status=503), "trouble of its own (HTTP 503)"),
    ("context overflow", fails(400, "This model's maximum context length is 5"), "Set RAG_CONTEXT_WINDOW"),
    ("400", fails(400, "bad\nthing"), "refused the request (HTTP 400): bad thing"),
]


class _Short(TypedDict):
    first_seconds: float
    idle_seconds: float
    requests: int


SHORT: _Short = {"first_seconds": 1, "idle_seconds": 0.3, "requests": 2}


@pytest.mark.parametrize(("name", "act", "notice"), MALFORMED, ids=[name for name, *_ in MALFORMED])
def test_what_was_checked_stays_then_a_clear_word_and_quotes(name: str, act: Act, notice: str) -> None:
    final = answers(act, **SHORT)[-1]
    assert shown(final)[0] == GOOD
    assert TAIL[-20:] not in final.text
    assert notice in final.notice
    assert final.notice.endswith("What stands above was checked; quotes complete it.")
    assert final.mode == "test"


@pytest.mark.parametrize(("name", "act", "notice"), UNANSWERED, ids=[name for name, *_ in UNANSWERED])
def test_without_a_reply_the_answer_is_quoted_and_says_why(name: str, act: Act, notice: str) -> None:
    final = answers(act, **SHORT)[-1]
    assert (final.status, final.mode) == ("answered", "quotes")
    assert WHY in shown(final)
    assert notice in final.notice
    assert final.notice.endswith("Answered in quotes.")


def test_a_server_that_is_not_there_is_distinguished_from_one_that_is_wrong() -> None:
    with serving(says(GOOD)) as server:
        environ = server.environ
    configured = Settings(llm="openai:test", retry_seconds=0)
    choice = choose_model(configured, environ)
    assert choice is not None
    model = Model(choice, configured)
    final = list(write_answer(Draft(QUESTION, rank(QUESTION, (HIT,))), model, model.open_budget(), configured))[
        -1
    ].answer(0)
    assert "could not be reached" in final.notice
    assert (final.usage.requests, final.usage.prompt_tokens) == (1, 0)
    assert "Is it running?" in final.notice


def test_quotes_do_not_repeat_what_the_model_already_wrote() -> None:
    final = answers(says(f"{WHY} [1] {TAIL}", finish=None, done=False))[-1]
    assert shown(final).count(WHY) == 1


def test_quotes_that_are_not_sure_say_so() -> None:
    unsure = Settings(confidence=0.0, sure=1.0)
    for one in quote_answer(Draft(QUESTION, rank(QUESTION, (HIT,))), unsure):
        final = one.answer(0)
        assert (final.sure, final.text.startswith(NOT_SURE)) == (False, True)


def test_a_draft_in_quotes_is_checked_word_for_word() -> None:
    final = list(quote_answer(Draft(QUESTION, rank(QUESTION, (HIT,))), Settings()))[-1].answer(0)
    assert final.mode == "quotes"
    assert all(sentence.verdict.score == 1.0 for sentence in final.sentences)
