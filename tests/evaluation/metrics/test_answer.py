import pytest

from rag.evaluation.metrics import answer as answer_metrics
from tests.evaluation.building import COUNT, COUNTED, FROZE, answer, case, values


def test_nuggets_forbidden_words_and_gold_answers_are_scored_apart() -> None:
    wanted = case(nuggets=(COUNT, FROZE), answers=("12 owls",), must_not=("2008",))
    measured = answer_metrics.measure(wanted, answer(COUNTED))
    found = values(measured)
    assert (found["vital nuggets"], found["contains"], found["forbidden"]) == (0.5, 1, 1)
    assert len(measured.faults) == 2


def test_forbidden_words_are_a_fault_also_where_a_refusal_would_do() -> None:
    wanted = case("either", kind="false premise", nuggets=(COUNT,), must_not=("2008",))
    measured = answer_metrics.measure(wanted, answer(COUNTED))
    assert values(measured)["forbidden"] == 1
    assert measured.faults == ("says '2008', which it must not",)
    assert answer_metrics.measure(wanted, answer()).faults == ()


def test_f1_and_exact_match_follow_squad() -> None:
    assert answer_metrics.token_f1("the 12 owls", "12 owls!") == 1
    assert answer_metrics.token_f1("12 owls hunt", "12 frogs sing") == pytest.approx(1 / 3)
    assert answer_metrics.token_f1("", "12") == 0
