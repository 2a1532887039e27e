"""Quotes stand at once, and what the model writes replaces them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from rag.answering.answer import NOT_SURE, REFUSAL, Answer, Draft, Turn
from rag.answering.flow import draft_answers
from rag.answering.quoting import rank
from rag.llm import Model, choose_model
from rag.settings import Settings
from tests.answering.test_compose import GOOD, HIT, NATO, QUESTION, TEXT, WHEN, WHY
from tests.openai_server import Act, OpenAIServer, fails, falls_silent, says, serving

FOLLOW_UP = "Why did they do it?"
HISTORY = (Turn("Who put up roadblocks in Kosovo?", "Serbs put up roadblocks. [1]"),)


@contextmanager
def answering(
    *script: Act, question: str = QUESTION, history: Sequence[Turn] = (), **settings: object
) -> Iterator[tuple[OpenAIServer, Iterator[Answer]]]:
    values = {"retry_seconds": 0, "first_seconds": 5, "repairs": 0, "llm": "openai:test", "quotes": 2, **settings}
    configured = Settings.model_validate(values)
    with serving(*script) as server:
        choice = choose_model(configured, server.environ)
        assert choice is not None

        def retrieve(searched: str, shown: str = "") -> Draft:
            return Draft(question, rank(searched, (HIT,), shown=shown))

        drafts = draft_answers(question, history, retrieve, configured, Model(choice, configured), None, None)
        yield server, (draft.answer(0) for draft in drafts)


def provisional(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences if sentence.provisional]


def written(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences if not sentence.provisional]


def test_the_quotes_are_there_before_the_model_is_asked() -> None:
    with answering(says(f"{GOOD} [1]")) as (server, answers):
        first = next(answers)
        assert (first.mode, first.status, server.requests) == ("quotes", "answered", [])
        assert WHY in provisional(first)
        assert (written(first), first.final_text) == ([], "")


def test_a_written_sentence_replaces_the_quote_that_it_cites_and_the_end_has_no_quote() -> None:
    with answering(says(f"{GOOD} [1] {NATO} [3]"), quote_share=0.0) as (_, answers):
        _, second, *_, last = answers
    assert written(second) == [GOOD]
    assert provisional(second)
    assert WHY not in provisional(second)
    assert second.mode == "test"
    assert (provisional(last), last.text, last.notice) == ([], last.final_text, "")
    assert last.text.startswith(f"{GOOD} [1] ")


def test_final_text_only_grows() -> None:
    with answering(says(f"{GOOD} [1] {WHEN} [2]"), quote_share=0.0) as (_, answers):
        texts = [one.final_text for one in answers]
    assert all(after.startswith(before) for before, after in pairwise(texts))
    assert texts[-1] == f"{GOOD} [1] {WHEN} [2]"


def test_quotes_that_are_not_sure_give_way_to_the_first_written_sentence() -> None:
    with answering(says(f"{GOOD} [1]"), confidence=0.0, sure=1.0) as (_, answers):
        first, second, *_ = answers
    assert (first.sure, first.text.startswith(NOT_SURE)) == (False, True)
    assert (second.sure, second.text) == (True, f"{GOOD} [1]")


def test_a_failing_a_slow_and_a_refusing_model_leave_the_quotes_with_one_line_why() -> None:
    for script in (fails(401), falls_silent(), says(REFUSAL)):
        with answering(script, first_seconds=0.5) as (_, answers):
            first, *_, last = answers
        assert [one.text for one in last.sentences] == provisional(first)
        assert (provisional(last), last.mode, last.status) == ([], "quotes", "answered")
        assert last.notice.endswith("Answered in quotes.")


def test_where_nothing_would_be_quoted_the_only_answer_is_the_refusal() -> None:
    with answering(says(GOOD), confidence=1.0) as (server, answers):
        (only,) = answers
    assert (only.status, only.text, server.requests) == ("abstained", REFUSAL, [])


def test_a_follow_up_is_quoted_before_the_model_rewrites_it() -> None:
    script = says("Why did Serbs put up roadblocks in Kosovo?"), says(f"{GOOD} [1]")
    with answering(*script, question=FOLLOW_UP, history=HISTORY, confidence=0.0) as (server, answers):
        first = next(answers)
        assert (bool(provisional(first)), server.requests) == (True, [])
        *_, last = answers
    assert (last.text, last.searched) == (f"{GOOD} [1]", "Why did Serbs put up roadblocks in Kosovo?")
    assert TEXT.startswith(last.citations[0].quote)


def readings(question: str, history: Sequence[Turn], **settings: object) -> Draft:
    def retrieve(searched: str, shown: str = "") -> Draft:
        return Draft(question, rank(searched, (HIT,), shown=shown))

    configured = Settings.model_validate({"llm": "quotes", "quotes": 1, **settings})
    *_, last = draft_answers(question, history, retrieve, configured, None, None, None)
    return last


def test_a_completed_question_that_fails_is_asked_as_it_stands_and_the_other_reading_is_kept() -> None:
    tram = (Turn("What does the tram cost?", "It costs a lot. [1]"),)
    alone = readings(QUESTION, (), confidence=0.0)
    kept = readings("Why did they put up the roadblocks?", tram, confidence=0.0, sure=0.9)
    assert kept.ranking.question.text == "Why did they put up the roadblocks?"
    assert kept.alternative == "Why did they put up the roadblocks? (tram cost)"
    assert (alone.alternative, kept.answer(0).alternative) == ("", kept.alternative)


def test_no_other_reading_is_offered_of_a_question_that_can_be_understood_alone() -> None:
    tram = (Turn("What does the tram cost?", "It costs a lot. [1]"),)
    kept = readings("Why were the roadblocks put up?", tram, confidence=0.0, sure=1.0)
    assert (kept.ranking.question.text, kept.alternative) == ("Why were the roadblocks put up?", "")


def test_more_shows_other_sentences_of_the_same_topic() -> None:
    first = readings("What is in Kosovo?", (), confidence=0.0).answer(0)
    more = readings("Tell me more", (Turn("What is in Kosovo?", first.text),)).answer(0)
    assert more.sentences
    assert {one.text for one in more.sentences}.isdisjoint(one.text for one in first.sentences)
