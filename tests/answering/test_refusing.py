"""What the user is shown when the model says, in whatever words, that the articles do not answer."""

from typing import TypedDict

import pytest

from rag.answering.answer import NOT_SURE, REFUSAL
from rag.answering.compose import NO_ANSWER_FOUND, NOT_ALL_FOUND
from tests.answering.test_compose import GOOD, LIE, NATO, WHEN, WHY, answers, drafting, shown
from tests.openai_server import says


class _Unsure(TypedDict):
    confidence: float
    sure: float


UNSURE: _Unsure = {"confidence": 0.0, "sure": 1.0}
"""Every question has quotes, and none is sure."""
REFUSALS = [
    REFUSAL,
    "The articles don’t say.",
    "“The articles do not say.”",
    "The articles did not say why. [1]",
    "The reason for the roadblocks is not mentioned in any of the articles.",
    "I could not find that in the numbered sentences.",
    "I'm sorry, but the provided context does not contain enough information to answer this question. [1][2]",
    "Unfortunately, no reason was given.",
    "None of the passages explains why. The articles do not say.",
    "Why they did so had not been stated in the sentences.",
]


@pytest.mark.parametrize("reply", REFUSALS)
def test_a_refusal_in_any_words_is_told_beside_the_nearest_sentences(reply: str) -> None:
    final = answers(says(reply), **UNSURE)[-1]
    assert (final.status, final.sure, final.withheld) == ("answered", False, ())
    assert final.text.startswith(NOT_SURE)
    assert final.notice == f"{NO_ANSWER_FOUND} Answered in quotes."


@pytest.mark.parametrize("reply", REFUSALS[:4])
def test_sure_quotes_are_shown_with_the_word_that_the_model_found_no_answer(reply: str) -> None:
    final = answers(says(reply))[-1]
    assert (final.status, final.mode, final.withheld) == ("answered", "quotes", ())
    assert WHY in shown(final)
    assert final.notice == f"{NO_ANSWER_FOUND} Answered in quotes."


HALF_REFUSALS = [
    "The articles do not say how many Serbs protested, but they say that {claim} [{number}]",
    "While the articles do not mention a reason, {claim} [{number}]",
    "The exact number is not given; however, {claim} [{number}]",
    "{claim} [{number}], but the articles do not say how many they were.",
]


@pytest.mark.parametrize("reply", HALF_REFUSALS)
def test_half_a_refusal_is_the_claim_that_it_makes_and_a_word_that_not_all_was_found(reply: str) -> None:
    final = answers(says(reply.format(claim=WHEN.rstrip("."), number=2)), **UNSURE)[-1]
    assert (shown(final), final.withheld, final.notice) == ([WHEN], (), NOT_ALL_FOUND)


def test_the_claim_of_half_a_refusal_is_checked_like_any_other() -> None:
    final = answers(
        says("The articles do not say when, but they say that NATO bombed the capital of Kosovo. [3]"), **UNSURE
    )[-1]
    assert (final.mode, [one.text for one in final.withheld]) == ("quotes", [LIE])


def test_words_that_only_lead_to_a_refusal_are_no_claim() -> None:
    final = answers(says("While the articles describe the conflict, they do not give the reason."), **UNSURE)[-1]
    assert (final.mode, final.withheld) == ("quotes", ())


def test_a_fact_after_a_refusal_does_not_answer_where_the_quotes_do_not() -> None:
    reply = says(f"The articles do not mention the reason. {NATO} [3]")
    unsure = answers(reply, **UNSURE)[-1]
    assert (unsure.mode, unsure.withheld[0].verdict.reason) == ("quotes", "it does not answer the question")
    sure = answers(reply)[-1]
    assert (shown(sure), sure.notice) == ([NATO], NOT_ALL_FOUND)


def test_the_agreed_words_after_an_answer_are_a_habit_and_left_out() -> None:
    final = answers(says(f"{GOOD} [1] {REFUSAL}"))[-1]
    assert (shown(final), final.notice) == ([GOOD], "")


def test_a_refusal_is_never_repaired() -> None:
    with drafting(says(REFUSALS[4]), repairs=2, **UNSURE) as (server, drafts):
        assert list(drafts)[-1].answer(0).notice.startswith(NO_ANSWER_FOUND)
        assert len(server.requests) == 1


def test_a_model_is_not_asked_where_the_articles_hold_no_answer() -> None:
    with drafting(says(GOOD), confidence=1.0) as (server, drafts):
        final = list(drafts)[-1].answer(0)
    assert (final.status, final.text, server.requests) == ("abstained", REFUSAL, [])


def test_what_somebody_did_not_say_is_a_claim() -> None:
    said = "President Vucic ordered the army to the highest level of alert."
    assert shown(answers(says(f"{said} [4] Officials did not say why. [4]"))[-1]) == [said]
