from dataclasses import replace

import pytest

from rag.answering.answer import Answer, Sentence
from rag.evaluation.cases.cases import Case
from rag.evaluation.metrics import answer as answer_metrics
from rag.evaluation.metrics import behaviour, grounding, retrieval
from rag.evaluation.metrics.scores import Measurement, number
from rag.evaluation.metrics.scoring import score_record
from rag.evaluation.runs.records import CaseRecord
from tests.evaluation.building import CORPUS, SUPPORTED, answer, case, citation, hit, nugget

COUNT = nugget("12", quote="Kim Lee counted 12 owls in 2008.")
FROZE = nugget("2013", quote="The pond froze in 2013.")
COUNTED = ("Kim Lee counted 12 owls in 2008.", "Kim Lee counted 12 owls in 2008.")


def values(measured: Measurement) -> dict[str, float]:
    return {score.metric: score.value for score in measured.scores if score.value is not None}


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


def test_a_true_and_cited_sentence_has_full_marks() -> None:
    measured = grounding.measure(answer(COUNTED), CORPUS)
    assert measured.faults == ()
    found = values(measured)
    assert (found["citation recall"], found["citation precision"], found["citation exact"]) == (1, 1, 1)


def test_a_swapped_number_is_seen_without_the_checker() -> None:
    measured = grounding.measure(
        answer(("Kim Lee counted 13 owls in 2008.", COUNTED[1])), CORPUS, judge=lambda *_: SUPPORTED
    )
    assert values(measured)["strange numbers"] == 1
    assert "13" in measured.faults[0]


@pytest.mark.parametrize(
    ("sentence", "metric"),
    [
        ("Ann Lee counted 12 owls in 2008, said Bob Hill.", "strange names"),
        ("Kim Lee counted 12 owls in 2009.", "strange dates"),
        ("Kim Lee “never saw” 12 owls in 2008.", "strange quotations"),
    ],
)
def test_what_no_citation_has_is_seen(sentence: str, metric: str) -> None:
    assert values(grounding.measure(answer((sentence, COUNTED[1])), CORPUS))[metric] == 1


def test_a_citation_of_the_wrong_place_is_not_exact_and_supports_nothing() -> None:
    right = answer(COUNTED)
    wrong = replace(right, citations=(replace(right.citations[0], article="frogs.txt", start=0, end=20),))
    found = values(grounding.measure(wrong, CORPUS))
    assert (found["citation exact"], found["citation recall"], found["unsupported"]) == (0, 0, 1)


def test_a_citation_that_its_sentence_does_not_need_costs_precision() -> None:
    right = answer(COUNTED)
    padded = replace(
        right,
        citations=(*right.citations, citation(2, "Frogs sing in spring.")),
        sentences=(Sentence(COUNTED[0], SUPPORTED, (1, 2)),),
    )
    found = values(grounding.measure(padded, CORPUS))
    assert (found["citation recall"], found["citation precision"]) == (1, 0.5)


def test_nuggets_forbidden_words_and_gold_answers_are_told_apart() -> None:
    wanted = case(nuggets=(COUNT, FROZE), answers=("12 owls",), must_not=("2008",))
    measured = answer_metrics.measure(wanted, answer(COUNTED))
    found = values(measured)
    assert (found["vital nuggets"], found["contains"], found["forbidden"]) == (0.5, 1, 1)
    assert len(measured.faults) == 2


def test_f1_and_exact_match_follow_squad() -> None:
    assert answer_metrics.token_f1("the 12 owls", "12 owls!") == 1
    assert answer_metrics.token_f1("12 owls hunt", "12 frogs sing") == pytest.approx(1 / 3)
    assert answer_metrics.token_f1("", "12") == 0


@pytest.mark.parametrize(
    ("wanted", "told", "right", "crag"),
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
    told: Answer,
    right: bool,  # noqa: FBT001
    crag: float,
) -> None:
    assert values(behaviour.measure(wanted, told, right=right))["crag"] == crag


def test_refusing_and_not_refusing_have_faults_of_their_own() -> None:
    assert behaviour.measure(case(), answer(), right=True).faults == ("refused what the articles answer",)
    assert behaviour.measure(case("abstained"), answer(COUNTED), right=True).faults
    assert behaviour.measure(case("either"), answer(), right=True).faults == ()


def test_every_side_of_a_disagreement_must_be_shown_and_none_invented() -> None:
    wanted = case(kind="disagreement", sides=("2008", "2013"))
    assert behaviour.measure(wanted, answer(COUNTED, sides=("2008", "2013")), right=True).faults == ()
    assert "2013" in behaviour.measure(wanted, answer(COUNTED, sides=("2008", "2009")), right=True).faults[0]
    assert "there is not" in behaviour.measure(case(), answer(COUNTED, sides=("1", "2")), right=True).faults[0]


def test_a_case_that_could_not_be_asked_has_not_passed_and_drops_no_metric() -> None:
    scored = score_record(case(), CaseRecord("a", 0, None, error="ModelError: no answer"), CORPUS)
    assert not scored.passed
    assert all(one.failed and one.why for one in scored.scores)


def test_the_first_layer_that_fails_is_the_address() -> None:
    record = CaseRecord("a", 0, replace(answer(("Kim Lee counted 13 owls.", COUNTED[1])), hits=(hit("12 owls"),)))
    assert score_record(case(nuggets=(COUNT,)), record, CORPUS).first_failing_layer == "retrieval"


def test_no_score_is_ever_nan() -> None:
    with pytest.raises(ValueError, match="nan"):
        number(retrieval.HIT, float("nan"))
