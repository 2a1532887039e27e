"""Case + record -> scored: every metric of every layer, and the layer in which a failure began."""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.evaluation.cases.cases import Case
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics import answer, behaviour, cost, grounding, retrieval
from rag.evaluation.metrics.scores import LAYERS, Layer, Measurement, Metric, Score, unscored
from rag.evaluation.runs.records import CaseRecord

METRICS: Mapping[str, Metric] = {
    metric.name: metric for layer in (retrieval, grounding, answer, behaviour, cost) for metric in layer.METRICS
}
"""Every metric by name, in order of layers."""


@dataclass(frozen=True, slots=True)
class ScoredRecord:
    """One record, measured."""

    case: str
    repeat: int
    scores: tuple[Score, ...]
    faults: Mapping[Layer, tuple[str, ...]]
    """Why it fails, by layer; only layers that fail."""
    error: str = ""
    """Why nothing could be measured; then every score is unscored and the case has not passed."""

    @property
    def passed(self) -> bool:
        """Whether every layer did what the case expects; an error or an unsure sentence is no pass."""
        return not self.error and not self.faults

    @property
    def first_failing_layer(self) -> Layer | None:
        """The first layer that failed; None when none did."""
        return next((layer for layer in LAYERS if layer in self.faults), None)


def score_record(case: Case, record: CaseRecord, corpus: Corpus, faithfulness: Score | None = None) -> ScoredRecord:
    """Measure one record in every layer; `faithfulness` is a judge's score, None without a judge."""
    if record.answer is None:
        scores = tuple(unscored(metric, record.error) for metric in METRICS.values())
        return ScoredRecord(case.id, record.repeat, scores, {}, record.error)
    before: dict[Layer, Measurement] = {
        "retrieval": retrieval.measure(case, record.answer.hits, corpus),
        "grounding": grounding.measure(record.answer, corpus, faithfulness=faithfulness),
        "answer": answer.measure(case, record.answer),
    }
    right = not any(measured.faults for measured in before.values())
    layers: dict[Layer, Measurement] = {
        **before,
        "behaviour": behaviour.measure(case, record.answer, right=right),
        "cost": cost.measure(record.answer, record.first),
    }
    return ScoredRecord(
        case.id,
        record.repeat,
        tuple(one for measured in layers.values() for one in measured.scores),
        {layer: measured.faults for layer, measured in layers.items() if measured.faults},
    )
