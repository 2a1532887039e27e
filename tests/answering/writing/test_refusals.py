import pytest

from rag.answering.writing import CERTAIN, LIKELY, RefusalDetector
from rag.answering.writing.refusals import SplitSentence

DETECTOR = RefusalDetector("What is the population of Kosovo?")
REFUSALS = [
    "The articles did not say.",
    "The articles haven’t said.",
    "None of the numbered sentences gives a population figure for Kosovo.",
    "It is unclear from the articles how many people live in Kosovo.",
    "Not mentioned in the articles.",
    "N/A",
    "The sources are silent on the population of Kosovo.",
    "The text says nothing about the size of Kosovo's population.",
    "Unfortunately, the excerpts offer no figure for how many inhabitants Kosovo has.",
    "The population of Kosovo cannot be determined from these sentences.",
    "There is insufficient information to answer.",
    "The coverage omits the population of Kosovo.",
    "I don't have that information.",
    "We are not told how many people live in Kosovo.",
    "No such figure appears in the sentences.",
    "There’s nothing here about Kosovo’s population.",
    "“I cannot answer this.”",
    "“Population” is not mentioned in the articles.",
]
CLAIMS = [
    "The population of Kosovo is 1.8 million.",
    "Kosovo is not a member of the United Nations.",
    "Nobody has claimed responsibility.",
    "The road is closed.",
    "The articles say nothing was stolen.",
    "Spain does not recognise Kosovo, as stated in the articles.",
    "No.",
    "“We cannot recognise Kosovo,” Vucic said.",
    '"I\'m sorry for the families," Kurti told reporters.',
    "«I did not order the arrest», he said.",
]
DENIALS = [
    "The police did not say how many people were arrested.",
    "The officer was not named.",
    "The statement does not mention the arrests.",
    "The government has not said when it will decide.",
    "The treaty makes no mention of Kosovo.",
    "The text has not been ratified by Serbia.",
]
"""Claims of what somebody did not say: refusals only if the articles do not bear them out."""


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_recognised_in_many_words(text: str) -> None:
    assert DETECTOR.probability(text) >= LIKELY


@pytest.mark.parametrize("text", CLAIMS)
def test_a_claim_is_none(text: str) -> None:
    assert DETECTOR.probability(text) < LIKELY


@pytest.mark.parametrize("text", DENIALS)
def test_a_denial_of_others_is_not_certain_to_be_one(text: str) -> None:
    assert DETECTOR.probability(text) < CERTAIN


@pytest.mark.parametrize(
    ("sentence", "refusal", "claim"),
    [
        (
            "The articles do not say when, only that hundreds set up roadblocks.",
            "The articles do not say when.",
            "Hundreds set up roadblocks.",
        ),
        (
            "Although Kosovo declared independence in 2008, the articles do not state its population.",
            "The articles do not state its population.",
            "Kosovo declared independence in 2008.",
        ),
        (
            "The articles do not directly answer, but one article says Kosovo is mostly Albanian.",
            "The articles do not directly answer.",
            "Kosovo is mostly Albanian.",
        ),
        ("“We cannot go, but we will talk,” he said.", "", "“We cannot go, but we will talk,” he said."),
        ("Serbia protested, but the minister was absent.", "", "Serbia protested, but the minister was absent."),
    ],
)
def test_half_a_refusal_is_cut_where_it_turns(sentence: str, refusal: str, claim: str) -> None:
    assert DETECTOR.split(sentence, CERTAIN) == SplitSentence(refusal, claim)
