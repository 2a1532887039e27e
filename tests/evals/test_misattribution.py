import random

from evals.train.misattribution import clipped, misattributed, phrases, related

CONTEXT = (
    "The mayor, who asked the police for help, saw a man in Hvar on that windy day. "
    "The minister left Zadar in 2008 and did not come back before the spring of 2013."
)


def said(text: str) -> set[tuple[str, str]]:
    return {(one.kind, text[one.start : one.end]) for one in phrases(text)}


def test_names_things_and_numbers_of_a_text_are_found() -> None:
    found = said(CONTEXT)
    assert {("thing", "The mayor"), ("thing", "the police"), ("name", "Zadar"), ("year", "2008")} <= found


def test_an_exchanged_phrase_is_the_contexts_and_is_named() -> None:
    claim = "The minister left Zadar in 2008."
    made = {found for seed in range(40) if (found := misattributed(claim, CONTEXT, random.Random(seed)))}
    assert {one.claim for one in made} >= {"The minister left Hvar in 2008.", "The minister left Zadar in 2013."}
    for one in made:
        assert all(one.claim[span.start : span.end].lower() in CONTEXT.lower() for span in one.unsaid)


def test_phrases_that_stand_side_by_side_are_not_exchanged() -> None:
    beside = "Zadar and Hvar were closed."
    assert misattributed("Zadar was closed.", beside, random.Random(1)) is None


def test_a_claim_without_a_phrase_of_its_context_is_left_alone() -> None:
    assert misattributed("Owls hunt.", CONTEXT, random.Random(1)) is None


def test_a_relative_clause_is_said_of_its_own_subject_and_of_another() -> None:
    made = [pair for seed in range(9) for pair in related(CONTEXT, random.Random(seed))]
    assert {true for true, _ in made} == {"The mayor asked the police for help."}
    others = {"A man", "The minister", "The spring", "That windy day"}
    assert {false for _, false in made} <= {f"{one} asked the police for help." for one in others}


def test_a_clipped_sentence_ends_where_something_is_added() -> None:
    assert clipped("The ferry left Split at noon, although the wind was strong.") == "The ferry left Split at noon."
    assert clipped("Owls hunt.") is None
