from dataclasses import replace

from rag.evaluation.metrics.scoring import score_record
from rag.evaluation.runs.records import CaseRecord
from tests.evaluation.building import CORPUS, COUNT, COUNTED, answer, case, hit


def test_a_case_that_could_not_be_asked_has_not_passed_and_drops_no_metric() -> None:
    scored = score_record(case(), CaseRecord("a", 0, None, error="ModelError: no answer"), CORPUS)
    assert not scored.passed
    assert all(one.failed and one.why for one in scored.scores)


def test_the_first_layer_that_fails_is_the_address() -> None:
    record = CaseRecord("a", 0, replace(answer(("Kim Lee counted 13 owls.", COUNTED[1])), hits=(hit("12 owls"),)))
    assert score_record(case(nuggets=(COUNT,)), record, CORPUS).first_failing_layer == "retrieval"
