"""Run -> page.html: headline, layers with intervals, curves, and every case with its difference to the baseline."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.comparison import RunComparison
from rag.evaluation.compare.gate import GateDecision
from rag.evaluation.compare.statistics import bootstrap_interval
from rag.evaluation.metrics.scores import LAYERS, Layer, Metric
from rag.evaluation.metrics.scoring import METRICS
from rag.evaluation.report import charts
from rag.evaluation.report.case import CaseView, view_case
from rag.evaluation.report.terminal import comparison_lines, format_value, gate_line
from rag.evaluation.runs.folders import Manifest
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.runs.results import Result, Results

_SHARE, _CRAG = charts.Scale(0, 1), charts.Scale(-1, 1)


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def report_html(
    suite: Suite,
    manifest: Manifest,
    records: Sequence[CaseRecord],
    results: Results,
    baseline: Results | None,
    gate: GateDecision | None,
    opinion: str = "",
) -> str:
    """The whole page as HTML; everything an article or a model wrote is escaped.

    Args:
        suite: what was asked.
        manifest: what the run was made of.
        records: the answers; the first of each case is shown.
        results: what was measured.
        baseline: what it is compared with; None when there is none yet.
        gate: what the gate decides; None without a baseline.
        opinion: what a judge found, as one line; empty without one.
    """
    passed = sum(result.passed for result in results.cases)
    flips = _flips(gate.comparison if gate else None)
    return (
        _templates()
        .get_template("page.html")
        .render(
            headline=f"{passed} of {len(results.cases)} cases pass",
            manifest=manifest,
            verdict=gate_line(gate) if gate else "no baseline yet: rag eval bless",
            state="bad" if gate and gate.code else "good" if gate else "soft",
            opinion=opinion,
            kinds=_kinds(results),
            changes=list(comparison_lines(gate.comparison)) if gate else None,
            layers=[_layer(layer, results, baseline) for layer in LAYERS],
            frame=charts.FRAME,
            curve=_curve(results),
            histogram=charts.time_histogram(list(results.values("seconds").values())),
            cases=_cases(suite, records, results, flips),
            failing=len(results.cases) - passed,
            changed=len(flips),
            made=_made(manifest),
        )
    )


class KindRow(NamedTuple):
    """The cases of one kind."""

    name: str
    passed: int
    cases: int


def _kinds(results: Results) -> list[KindRow]:
    counts = Counter(result.kind for result in results.cases)
    passed = Counter(result.kind for result in results.cases if result.passed)
    return [KindRow(kind, passed[kind], count) for kind, count in counts.items()]


class MetricRow(NamedTuple):
    """One metric over all cases; without a bar where it has no value."""

    metric: Metric
    failed: int
    """Cases that could not be measured."""
    missing: str = ""
    """Why there is no value."""
    bar: charts.Bar | None = None
    value: str = ""
    interval: str = ""
    cases: int = 0


class LayerTable(NamedTuple):
    """The metrics of one layer."""

    name: Layer
    metrics: list[MetricRow]


def _layer(layer: Layer, results: Results, baseline: Results | None) -> LayerTable:
    return LayerTable(
        layer, [_metric(metric, results, baseline) for metric in METRICS.values() if metric.layer == layer]
    )


def _metric(metric: Metric, results: Results, baseline: Results | None) -> MetricRow:
    values, clusters = results.values(metric.name), {result.case: result.cluster for result in results.cases}
    spread = bootstrap_interval(values, clusters)
    failed = sum(metric.name in result.failed for result in results.cases)
    if spread is None:
        return MetricRow(metric, failed, _missing(metric, results, failed))
    before = list(baseline.values(metric.name).values()) if baseline else []
    return MetricRow(
        metric,
        failed,
        bar=charts.metric_bar(spread, _scale(metric, values), sum(before) / len(before) if before else None),
        value=format_value(metric, spread.mean),
        interval=f"95 % interval {format_value(metric, spread.low)} to {format_value(metric, spread.high)}",
        cases=spread.cases,
    )


def _missing(metric: Metric, results: Results, failed: int) -> str:
    reasons = Counter(result.skipped[metric.name] for result in results.cases if metric.name in result.skipped)
    return f"{failed} not measured" if failed else reasons.most_common(1)[0][0] if reasons else "no case"


def _scale(metric: Metric, values: Mapping[str, float]) -> charts.Scale:
    if metric.name == "crag":
        return _CRAG
    return charts.Scale(0, max(values.values())) if metric.layer == "cost" else _SHARE


def _curve(results: Results) -> charts.Curve | None:
    answered = [
        (result.confidence, result.passed)
        for result in results.cases
        if result.answered and result.confidence is not None
    ]
    return charts.risk_curve(charts.risk_coverage(answered, len(results.cases)))


def _flips(comparison: RunComparison | None) -> dict[str, str]:
    if comparison is None:
        return {}
    lost = {flip.case: "newly fails" for flip in comparison.lost}
    return {**lost, **{flip.case: "newly passes" for flip in comparison.won}}


def _cases(suite: Suite, records: Sequence[CaseRecord], results: Results, flips: Mapping[str, str]) -> list[CaseView]:
    """The cases, those that changed first, then those that fail."""
    first: dict[str, CaseRecord] = {}
    for record in records:
        first.setdefault(record.case, record)
    cases = {case.id: case for case in suite.cases}

    def order(result: Result) -> tuple[bool, bool]:
        return result.case not in flips, result.passed

    return [
        view_case(cases[result.case], first.get(result.case), result, suite.corpus, flips.get(result.case, ""))
        for result in sorted(results.cases, key=order)
    ]


def _made(manifest: Manifest) -> dict[str, str]:
    return {
        "cases": f"{manifest.suite_path} ({manifest.suite})",
        "articles": ", ".join(f"{id} {digest[:12]}" for id, digest in manifest.articles.items()),
        "prompts": ", ".join(f"{name} {digest}" for name, digest in manifest.prompts.items()) or "none",
        "settings": ", ".join(f"{name}={value}" for name, value in manifest.settings.items()),
        "versions": ", ".join(f"{name} {version}" for name, version in manifest.versions.items()),
        "repeats": str(manifest.repeat),
    }
