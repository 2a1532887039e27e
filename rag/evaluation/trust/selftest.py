"""Suite -> detection table: known faults and regressions, and which metric catches each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.comparison import MetricChange, RunComparison, compare_results
from rag.evaluation.metrics.scores import Layer
from rag.evaluation.runs.ask import OpenAssistant, ask_cases, open_sharing
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.runs.results import Results
from rag.evaluation.runs.run import measure_records
from rag.evaluation.trust import regressions
from rag.evaluation.trust.faults import FAULTS, Fault
from rag.evaluation.trust.regressions import REGRESSIONS, Regression
from rag.settings import Settings

OnStart = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Detection:
    """How the metrics reacted to one fault or regression."""

    name: str
    layer: Layer
    """Where it was put."""
    applied: int
    """Answers that it changed."""
    failing: int
    """Of those that passed before, how many fail."""
    passing: int
    """Of the answers it changed, how many passed before."""
    comparison: RunComparison

    @property
    def missed(self) -> bool:
        """Whether it changed answers and went by unseen; what no case could show is not missed."""
        return bool(self.applied) and not self.caught

    @property
    def caught(self) -> bool:
        """Whether the gate fails and names the layer it was put in first."""
        return self.comparison.regressed and self.comparison.layers[:1] == (self.layer,)

    @property
    def by(self) -> tuple[MetricChange, ...]:
        """The metrics of that layer that saw it, the one that moved most first."""
        seen = [change for change in self.comparison.worse if change.metric.layer == self.layer]
        return tuple(sorted(seen, key=lambda change: -abs(change.difference.mean)))


class _Base(NamedTuple):
    suite: Suite
    records: tuple[CaseRecord, ...]
    results: Results


def run_selftest(
    suite: Suite,
    settings: Settings,
    indexes: Path,
    *,
    on_start: OnStart | None = None,
    open_assistant: OpenAssistant | None = None,
) -> Iterator[Detection]:
    """Break the product in every known way; yields how the metrics react, one detection at a time.

    Args:
        suite: the cases.
        settings: what is broken; regressions change them.
        indexes: folder for indexes.
        on_start: receives what is broken next.
        open_assistant: opens an assistant; None for those that share their networks, as most of what they read is one.
    """
    open_assistant = open_assistant or open_sharing(settings)
    asked = _ask(suite, settings, indexes, open_assistant)
    base = _Base(suite, asked, _measured(suite, asked, settings))
    for fault in FAULTS.values():
        if on_start:
            on_start(fault.name)
        yield _of_fault(base, fault, settings)
    for regression in REGRESSIONS:
        if on_start:
            on_start(regression.name)
        yield _of_regression(base, regression, settings, indexes, open_assistant)


def _ask(suite: Suite, settings: Settings, indexes: Path, open_assistant: OpenAssistant) -> tuple[CaseRecord, ...]:
    return tuple(ask_cases(suite, [(case, 0) for case in suite.cases], settings, indexes, open_assistant))


def _measured(suite: Suite, asked: Sequence[CaseRecord], settings: Settings) -> Results:
    return measure_records(suite, asked, suite.corpus.fingerprints(), settings.model_dump(mode="json"))


def _of_fault(base: _Base, fault: Fault, settings: Settings) -> Detection:
    broken = tuple(
        replace(record, answer=fault.inject(record.answer)) if record.answer else record for record in base.records
    )
    changed = {old.case for old, new in zip(base.records, broken, strict=True) if old.answer != new.answer}
    return _detection(fault.name, fault.layer, changed, base, _measured(base.suite, broken, settings))


def _of_regression(
    base: _Base, regression: Regression, settings: Settings, indexes: Path, open_assistant: OpenAssistant
) -> Detection:
    with regressions.degrade(base.suite, settings, regression) as worse:
        asked = _ask(worse.suite, worse.settings, indexes, open_assistant)
        results = _measured(worse.suite, asked, worse.settings)
    texts = {record.case: record.answer and (record.answer.text, record.answer.hits) for record in base.records}
    changed = {one.case for one in asked if (one.answer and (one.answer.text, one.answer.hits)) != texts[one.case]}
    return _detection(regression.name, regression.layer, changed, base, results)


def _detection(name: str, layer: Layer, changed: set[str], base: _Base, results: Results) -> Detection:
    comparison = compare_results(base.results, results)
    before = base.results.by_case()
    passing = {case for case in changed if before[case].passed}
    failing = [flip for flip in comparison.lost if flip.case in passing]
    return Detection(name, layer, len(changed), len(failing), len(passing), comparison)
