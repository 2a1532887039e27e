"""Who did what to whom, told in the active or the passive, of things without names."""

import pytest

from rag.checking import check
from rag.checking.deeds import deeds

ATTACKED = "Masked Serbian protesters attacked the police on Sunday."


@pytest.mark.parametrize(
    "text",
    [
        "Protesters attacked police.",
        "The protesters had violently attacked some of the city, and angry protesters later attacked masked police.",
        "The police were attacked on Sunday by the protesters.",
        "Police attacked by protesters fled.",
        "Protesters, who were cold, met police; protesters as well attacked the police.",
    ],
)
def test_a_deed_is_the_same_in_any_words(text: str) -> None:
    parties = {(one.doer[-1], one.whom[-1]) for one in deeds(text) if one.act == "attack"}
    assert ("protest", "polic") in parties


@pytest.mark.parametrize(
    "text",
    [
        "The police were attacked on Sunday.",
        "The police attacked.",
        "The attack on police was condemned.",
        "Police met protesters.",
    ],
)
def test_no_deed_is_made_up(text: str) -> None:
    assert not deeds(text)


@pytest.mark.parametrize(
    "claim",
    [
        "Police attacked Serbian protesters.",
        "Serbian police attacked the protesters.",
        "The protesters were attacked by the police.",
        "On Sunday, the police attacked masked protesters.",
    ],
)
def test_a_deed_the_other_way_round_is_contradicted_and_the_reader_is_told_who_did_it(claim: str) -> None:
    verdict = check(claim, f"It was quiet on Saturday. {ATTACKED}")
    assert verdict.label == "contradicted"
    assert (
        "“Masked Serbian protesters” does this" in verdict.reason or "Serbian protesters” does this" in verdict.reason
    )
    assert verdict.evidence == ATTACKED


@pytest.mark.parametrize(
    "claim", ["The police were attacked by protesters.", "Serbian protesters attacked the police."]
)
def test_a_deed_told_otherwise_is_shown(claim: str) -> None:
    assert check(claim, ATTACKED).label == "supported"


def test_what_was_done_in_turn_is_not_contradicted() -> None:
    both = f"{ATTACKED} The police attacked the protesters on Monday."
    assert check("On Monday, the police attacked protesters.", both).label == "supported"
