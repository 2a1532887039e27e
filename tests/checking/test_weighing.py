import pytest

from rag.checking import SMALL_JUDGE, Label, check, open_judge
from rag.settings import Settings

BRIDGE = "The council voted on Tuesday to close the old harbour bridge for repairs until spring."
FERRIES = "Ferries will run every twenty minutes while the work goes on, said Mayor Ana Ruiz."


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("The old bridge at the harbour is shut so that it can be mended.", "supported"),
        ("There will be a ferry service during the repairs, the mayor announced.", "supported"),
        ("The council decided to keep the harbour bridge open.", "contradicted"),
        ("The bridge was built in the nineteenth century.", "unsupported"),
    ],
)
def test_what_is_said_in_other_words_is_read_not_counted(claim: str, label: Label) -> None:
    assert check(claim, (BRIDGE, FERRIES)).label == label


def test_the_small_network_alone_still_judges_where_it_is_asked_to() -> None:
    small = open_judge(Settings(judge=SMALL_JUDGE))
    assert small is not None
    claim = "The old bridge at the harbour is shut so that it can be mended."
    assert check(claim, BRIDGE, judge=small).score < check(claim, BRIDGE).score
    assert small.opinion(claim, BRIDGE).score == pytest.approx(check(claim, BRIDGE, judge=small).score)
    assert small.opinion("Owls hunt.", BRIDGE).score == 0


def test_a_number_of_its_own_is_never_overruled_by_the_networks() -> None:
    verdict = check("The bridge is closed for repairs; ferries run every thirty minutes.", (BRIDGE, FERRIES))
    assert verdict.label in {"contradicted", "unsupported"}
    assert "twenty" in verdict.reason or "thirty" in verdict.reason


@pytest.mark.parametrize(
    "claim",
    [
        "The council of Madrid closed the bridge so that it can be repaired.",
        "The old harbour bridge was shut for mending by Lisbon's council.",
    ],
)
def test_a_name_that_the_evidence_lacks_is_never_overruled_by_the_networks(claim: str) -> None:
    verdict = check(claim, BRIDGE)
    assert verdict.label == "unsupported"
    assert verdict.reason.startswith("the article does not name")
