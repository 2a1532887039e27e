"""ragas -> a metric: the share of the response's sentences that the retrieved contexts support."""

from ragas.metrics import numeric_metric
from ragas.metrics.result import MetricResult

from rag.integrations.faithfulness import METRIC_NAME, check_response


@numeric_metric(name=METRIC_NAME, allowed_values=(0.0, 1.0))  # type: ignore[untyped-decorator]  # ragas is not installed
def sentences_supported(response: str, retrieved_contexts: list[str]) -> MetricResult:
    """Check a response; no model is asked: `sentences_supported.score(response=..., retrieved_contexts=...)`."""
    checked = check_response(response, retrieved_contexts)
    return MetricResult(value=checked.score, reason=checked.reason)
