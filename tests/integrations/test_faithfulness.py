import asyncio
from pathlib import Path

import pytest
from llama_index.core.evaluation import EvaluationResult

from rag import Assistant, Settings
from rag.errors import SuiteError
from rag.integrations.faithfulness import check_response
from rag.integrations.llamaindex import CheckedEvaluator, CheckedQueryEngine
from rag.integrations.promptfoo import get_assert

CONTEXTS = ["Kosovo declared independence in 2008.", "Albin Kurti is the prime minister of Kosovo."]
HALF = "Kosovo declared independence in 2013. [1] Albin Kurti is the prime minister of Kosovo [2]."
WRONG = "contradicted, the article says 2008, the sentence says 2013: “Kosovo declared independence in 2013.”"


def test_every_sentence_of_an_answer_is_checked_without_its_marks() -> None:
    checked = check_response(HALF, CONTEXTS)
    assert [sentence for sentence, _ in checked.sentences][1] == "Albin Kurti is the prime minister of Kosovo."
    assert (checked.score, checked.reason) == (0.5, WRONG)
    assert check_response(CONTEXTS[0], CONTEXTS[0]).reason == "every sentence is supported"


@pytest.mark.parametrize("claimless", ["The articles do not say.", "", "..."])
def test_an_answer_that_claims_nothing_is_not_unfaithful(claimless: str) -> None:
    assert check_response(claimless, CONTEXTS).score == 1


def test_without_contexts_nothing_is_supported() -> None:
    assert check_response(CONTEXTS[0], []).score == 0


def test_promptfoo_gets_a_grading_result() -> None:
    context = {"vars": {"question": "When?", "context": CONTEXTS}}
    assert get_assert(HALF, context) == {"pass": False, "score": 0.5, "reason": WRONG}
    named = {"vars": {"texts": CONTEXTS[0]}, "config": {"contexts": "texts"}}
    assert get_assert(CONTEXTS[0], named)["pass"] is True
    with pytest.raises(SuiteError, match="no variable 'context'"):
        get_assert(HALF, {"vars": {"question": "When?"}})


def test_llamaindex_evaluates_its_own_responses(tmp_path: Path) -> None:
    evaluator = CheckedEvaluator()
    with Assistant.open(Settings(index_dir=tmp_path / "index", articles_dir=Path("seeds").resolve())) as assistant:
        response = CheckedQueryEngine(assistant).query("Who is the prime minister of Kosovo?")
    assert evaluator.evaluate_response(response=response).passing  # type: ignore[arg-type]
    result: EvaluationResult = asyncio.run(evaluator.aevaluate("When?", HALF, CONTEXTS))
    assert (result.passing, result.score, result.feedback) == (False, 0.5, WRONG)


def test_deepeval_takes_the_metric() -> None:
    pytest.importorskip("deepeval")
    from deepeval.test_case import LLMTestCase

    from rag.integrations.deepeval import CheckedMetric

    case = LLMTestCase(input="When?", actual_output=HALF, retrieval_context=CONTEXTS)
    metric = CheckedMetric(threshold=0.6)
    assert (metric.measure(case), metric.is_successful(), metric.reason) == (0.5, False, WRONG)
    assert asyncio.run(metric.a_measure(case)) == 0.5
    assert metric.__name__ == "sentences supported"


def test_ragas_takes_the_metric() -> None:
    pytest.importorskip("ragas")
    from rag.integrations.ragas import sentences_supported

    result = sentences_supported.score(response=HALF, retrieved_contexts=CONTEXTS)
    assert (result.value, result.reason) == (0.5, WRONG)
