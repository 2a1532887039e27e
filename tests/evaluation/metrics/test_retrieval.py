import pytest

from rag.evaluation.metrics import retrieval
from tests.evaluation.building import CORPUS, COUNT, FROZE, case, hit, nugget, values


def test_a_fact_is_found_at_the_rank_where_its_quote_is_whole() -> None:
    hits = (hit("Frogs sing in spring."), hit("Kim Lee counted"), hit(" 12 owls in 2008."))
    found = values(retrieval.measure(case(nuggets=(COUNT,)), hits, CORPUS))
    assert found == {"hit": 1, "recall": 1, "mrr": pytest.approx(1 / 3), "ndcg": pytest.approx(0.5)}


def test_ndcg_is_one_whether_two_facts_stand_in_one_hit_or_in_two() -> None:
    both = case(nuggets=(COUNT, FROZE))
    apart = (hit("Kim Lee counted 12 owls in 2008."), hit("The pond froze in 2013."))
    assert values(retrieval.measure(both, apart, CORPUS))["ndcg"] == 1
    together = case(nuggets=(COUNT, nugget("night", quote="Owls hunt at night.")))
    assert values(retrieval.measure(together, (hit("Owls hunt at night. Kim Lee counted 12 owls in 2008."),), CORPUS))[
        "ndcg"
    ] == pytest.approx(1)


def test_what_no_hit_holds_is_a_fault_of_retrieval() -> None:
    measured = retrieval.measure(case(nuggets=(COUNT, FROZE)), (hit("The pond froze in 2013."),), CORPUS)
    assert measured.faults == ("no hit holds '12'",)
    assert values(measured)["recall"] == 0.5


def test_nothing_is_to_be_found_for_what_cannot_be_answered() -> None:
    measured = retrieval.measure(case("abstained"), (), CORPUS)
    assert values(measured) == {}
    assert all(score.why and not score.failed for score in measured.scores)
