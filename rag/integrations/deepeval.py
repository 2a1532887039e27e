"""DeepEval -> a metric: the share of the output's sentences that its retrieval context supports."""

import asyncio

from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase

from rag.integrations.faithfulness import METRIC_NAME, check_response


class CheckedMetric(BaseMetric):  # type: ignore[misc]  # DeepEval is not installed where types are checked
    """Sentences supported; no model is asked, and nothing leaves the machine.

    Args:
        threshold: least share of supported sentences that passes.
    """

    def __init__(self, threshold: float = 1.0) -> None:
        self.threshold = threshold
        self.evaluation_cost = 0.0

    def measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        """Check `actual_output` against `retrieval_context`, or against `context` where there is none."""
        checked = check_response(test_case.actual_output, test_case.retrieval_context or test_case.context or [])
        self.score, self.reason = checked.score, checked.reason
        self.is_successful()
        return checked.score

    async def a_measure(self, test_case: LLMTestCase, *_: object, **__: object) -> float:
        """As `measure`."""
        return await asyncio.to_thread(self.measure, test_case)

    @property
    def __name__(self) -> str:
        return METRIC_NAME
