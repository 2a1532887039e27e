"""Agent and patient, in the active or the passive voice, of any noun."""

import pytest

from rag.checking import check
from rag.checking.rules.verb_roles import events

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
def test_an_event_is_the_same_in_any_wording(text: str) -> None:
    parties = {(event.agent[-1], event.patient[-1]) for event in events(text) if event.verb == "attack"}
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
def test_no_event_is_made_up(text: str) -> None:
    assert not events(text)


@pytest.mark.parametrize(
    "claim",
    [
        "Police attacked Serbian protesters.",
        "Serbian police attacked the protesters.",
        "The protesters were attacked by the police.",
        "On Sunday, the police attacked masked protesters.",
    ],
)
def test_a_reversed_event_is_contradicted_and_the_reason_quotes_the_article(claim: str) -> None:
    verdict = check(claim, f"It was quiet on Saturday. {ATTACKED}")
    assert verdict.label == "contradicted"
    assert "“Masked Serbian protesters attacked the police”" in verdict.reason
    assert verdict.evidence == ATTACKED


@pytest.mark.parametrize(
    "claim", ["The police were attacked by protesters.", "Serbian protesters attacked the police."]
)
def test_an_event_in_another_voice_is_supported(claim: str) -> None:
    assert check(claim, ATTACKED).label == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("On Monday, the police attacked protesters.", f"{ATTACKED} The police attacked the protesters on Monday."),
        ("The police attacked the protesters.", f"{ATTACKED} The police attacked them in return."),
        ("The man stabbed the woman.", "The woman stabbed the man, who had first stabbed her."),
        ("The rebels had attacked the army in April.", "The army attacked the rebels, who had attacked it in April."),
        ("The army attacked the rebels.", "The rebels attacked the army and were then attacked by the army."),
        ("Protesters attacked the police.", "Police attacked protesters and vice versa."),
        ("Israel bombed Hezbollah.", "Hezbollah bombed Israel; the two bombed each other."),
        ("The leader of the rebels accused the army.", "The army accused the rebels; their leader denied it."),
        ("The mayor was hurt after an attack by the newspaper.", "The newspaper was hurt by the mayor last week."),
        ("The committee passed the resolution.", "The resolution passed the committee on Tuesday."),
        ("Manchester United beat Newcastle United.", "Newcastle United hosted Manchester United, who won."),
    ],
)
def test_what_may_be_another_event_is_not_contradicted(claim: str, evidence: str) -> None:
    assert check(claim, evidence).label != "contradicted"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The bank sued the regulator.", "The regulator sued the bank."),
        ("The mayor forced the minister to go.", "In May the minister forced the mayor to go."),
        ("The mayor beat the minister.", "The mayor was beaten by the minister."),
    ],
)
def test_regular_and_irregular_verbs_are_read(claim: str, evidence: str) -> None:
    assert check(claim, evidence).label == "contradicted"
