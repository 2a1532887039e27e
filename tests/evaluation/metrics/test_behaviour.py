import pytest

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import Case
from rag.evaluation.metrics import behaviour
from tests.evaluation.building import COUNTED, answer, case, values


@pytest.mark.parametrize(
    ("wanted", "shown", "right", "crag"),
    [
        (case(), answer(COUNTED), True, 1),
        (case(), answer(COUNTED), False, -1),
        (case(), answer(), True, 0),
        (case("abstained"), answer(), True, 1),
        (case("abstained"), answer(COUNTED), True, -1),
        (case("either"), answer(), True, 1),
        (case("either"), answer(COUNTED), False, -1),
    ],
)
def test_crag_rewards_answers_tolerates_refusals_and_punishes_errors(
    wanted: Case,
    shown: Answer,
    right: bool,  # noqa: FBT001
    crag: float,
) -> None:
    assert values(behaviour.measure(wanted, shown, right=right))["crag"] == crag


def test_refusing_and_not_refusing_have_faults_of_their_own() -> None:
    assert behaviour.measure(case(), answer(), right=True).faults == ("refused what the articles answer",)
    assert behaviour.measure(case("abstained"), answer(COUNTED), right=True).faults
    assert behaviour.measure(case("either"), answer(), right=True).faults == ()


def test_every_side_of_a_disagreement_must_be_shown_and_none_invented() -> None:
    wanted = case(kind="disagreement", sides=("2008", "2013"))
    assert behaviour.measure(wanted, answer(COUNTED, sides=("2008", "2013")), right=True).faults == ()
    assert "2013" in behaviour.measure(wanted, answer(COUNTED, sides=("2008", "2009")), right=True).faults[0]
    assert "there is not" in behaviour.measure(case(), answer(COUNTED, sides=("1", "2")), right=True).faults[0]
