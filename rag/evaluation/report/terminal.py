"""Results, comparisons, gates -> lines for a terminal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rag.evaluation.compare.comparison import Flip, MetricChange, RunComparison
from rag.evaluation.compare.gate import GateDecision
from rag.evaluation.compare.statistics import LEVEL, bootstrap_interval
from rag.evaluation.exit_code import ExitCode
from rag.evaluation.metrics.scores import LAYERS, Metric
from rag.evaluation.metrics.scoring import METRICS
from rag.evaluation.runs.results import Results
from rag.evaluation.trust.calibration import CalibrationRow, ScoreQuality
from rag.evaluation.trust.risk import RiskThreshold
from rag.evaluation.trust.selftest import Detection

_SHOWN_FLIPS = 10
_SHOWN_METRICS = 2
FIRST_READ = "two thirds of FactCG, WiCE's partly supported claims for training, CLAP NQ, MT-RAG and RAMDocs"
"""What the cross-encoder's first step learns from: evals/training/synthetic/samples.py."""
_SECONDS = 0.1
"""Times below it are given in milliseconds."""


def summary_lines(results: Results) -> Iterator[str]:
    """Passed cases by kind, then every metric by layer with its interval and what it leaves out."""
    passed = sum(result.passed for result in results.cases)
    yield f"{passed} of {len(results.cases)} cases passed"
    kinds = Counter(result.kind for result in results.cases)
    good = Counter(result.kind for result in results.cases if result.passed)
    yield "  " + ", ".join(f"{kind} {good[kind]}/{count}" for kind, count in kinds.items())
    failed = Counter(result.layer or "error" for result in results.cases if not result.passed)
    if failed:
        yield "  first failing layer: " + ", ".join(f"{layer} {count}" for layer, count in failed.most_common())
    for layer in LAYERS:
        yield f"{layer}"
        yield from (f"  {metric_line(metric, results)}" for metric in METRICS.values() if metric.layer == layer)


def metric_line(metric: Metric, results: Results) -> str:
    """One metric: mean, interval, how many cases it stands on and how many it leaves out, and why."""
    spread = bootstrap_interval(results.values(metric.name), {result.case: result.cluster for result in results.cases})
    errors = sum(metric.name in result.failed for result in results.cases)
    unmeasured = f", {errors} not measured" if errors else ""
    if spread is None:
        why = Counter(result.skipped[metric.name] for result in results.cases if metric.name in result.skipped)
        return f"{metric.name:<21} n/a    {why.most_common(1)[0][0] if why else 'no case'}{unmeasured}"
    low, high = format_value(metric, spread.low), format_value(metric, spread.high)
    arrow = "" if metric.higher_is_better else " (lower is better)"
    return (
        f"{metric.name:<21} {format_value(metric, spread.mean):<6} [{low}, {high}] of {spread.cases}{unmeasured}{arrow}"
    )


def format_value(metric: Metric, number: float) -> str:
    """A value as people read it: shares with two or three digits, times in ms below a tenth of a second."""
    if metric.name in ("seconds", "first sentence"):
        return f"{number * 1000:.0f}ms" if abs(number) < _SECONDS else f"{number:.2f}s"
    return f"{number:.3f}" if abs(number) < 100 else f"{number:.0f}"


def comparison_lines(comparison: RunComparison) -> Iterator[str]:
    """What changed: articles, settings, metrics that moved, cases that flipped, and whether they are significant."""
    yield from (f"articles: {change}" for change in comparison.articles)
    yield from (f"settings: {change}" for change in comparison.settings)
    moved = [change for change in comparison.changes if change.metric.layer != "cost" and change.outcome != "same"]
    yield from (_change(change, comparison) for change in moved)
    yield f"{comparison.compared} cases compared: {len(comparison.won)} newly pass, {len(comparison.lost)} newly fail"
    if comparison.borderline:
        yield f"not compared, since processors round differently: {', '.join(comparison.borderline)}"
    if not comparison.deterministic:
        yield f"exact McNemar p = {comparison.p:.3f}; a model took part, so single flips prove nothing"
    yield from _flips("newly fails", comparison.lost)
    yield from _flips("newly passes, where it failed", comparison.won)


def _change(change: MetricChange, comparison: RunComparison) -> str:
    metric, moved = change.metric, change.difference
    span = "" if comparison.deterministic else f" [{moved.low:+.3f}, {moved.high:+.3f}] p = {change.p:.3f}"
    seen = f", {change.detectable:.3f} could have been seen" if change.outcome == "cannot tell" else ""
    values = f"{_before_after(change)}  {moved.mean:+.3f}{span}"
    return f"{metric.layer:<10} {metric.name:<21} {values}  {change.outcome}{seen}"


def _before_after(change: MetricChange) -> str:
    return f"{format_value(change.metric, change.before)} -> {format_value(change.metric, change.after)}"


def _flips(what: str, flips: Sequence[Flip]) -> Iterator[str]:
    for flip in flips[:_SHOWN_FLIPS]:
        yield f"  {what}: {flip.case} ({flip.layer or 'error'}: {flip.why})"
    if len(flips) > _SHOWN_FLIPS:
        yield f"  ... and {len(flips) - _SHOWN_FLIPS} more"


def gate_line(gate: GateDecision) -> str:
    """The gate's last line."""
    if gate.code == ExitCode.OK:
        return f"gate: ok, nothing got worse in {gate.comparison.compared} cases"
    if gate.code == ExitCode.INCOMPLETE:
        return "gate: incomplete: " + "; ".join(gate.incomplete)
    layers = gate.comparison.layers
    return f"gate: REGRESSION, first in {layers[0]}" + (f"; also {', '.join(layers[1:])}" if layers[1:] else "")


def calibration_lines(rows: Sequence[CalibrationRow], qualities: Sequence[ScoreQuality]) -> Iterator[str]:
    """A table of error rates by source and kind of error, then how good the scores are, with their curves.

    False pass is the share of wrong sentences that are shown, false withhold the share of right ones that are not."""
    rates = ("false pass", "false withhold", "balanced accuracy")
    yield _columns("source", "error", "right", "wrong", rates, "precision", "shared words")
    for row in rows:
        spreads = (row.specificity.complement(), row.sensitivity.complement(), row.balanced)
        intervals = [f"{rate.mean:.3f} [{rate.low:.3f}, {rate.high:.3f}]" for rate in spreads]
        precision = "-" if row.precision is None else f"{row.precision:.3f}"
        counts = (str(row.supported), str(row.wrong))
        yield _columns(row.source, row.kind, *counts, intervals, precision, f"{row.overlap:.3f}")
    for quality in qualities:
        summary = (
            f"AUC {quality.auc:.3f}, calibration error {quality.calibration_error:.3f}, unsure {quality.unsure:.3f}"
        )
        yield f"{quality.source:<16} {summary}"
        points = (f"{point.score:.2f}: {point.supported:.2f} of {point.sentences}" for point in quality.curve)
        yield f"{'':<16} supported by score  {', '.join(points)}"


def risk_line(found: RiskThreshold) -> str:
    """The threshold and what to set, or why there is none."""
    most = f"with {LEVEL:.0%} at most {found.bound:.3f} of such answers are wrong"
    seen = f"{found.wrong} of the {found.shown} surest answers are wrong: {most}"
    if found.threshold is not None:
        return (
            f"RAG_CONFIDENCE={found.threshold}: {found.shown} of {found.cases} cases are answered. {seen}.\n"
            f"RAG_SURE={found.threshold} shows the others, too, as not sure."
        )
    if found.shown < found.needed:
        return (
            f"Too few cases: {found.shown} are answered. With {found.needed}, none of them wrong, {found.risk:g} could"
            " be shown."
        )
    return f"No threshold shows {found.risk:g}: {seen}. More cases narrow it, fewer wrong answers lower it."


def training_lines(sources: Mapping[str, int], known: int, asked: int) -> Iterator[str]:
    """What the shipped checker was trained on, and how many of the examples are among it.

    Args:
        sources: how many examples the checker learnt from, by source.
        known: how many of those asked about are among them.
        asked: all that were asked about.
    """
    learnt = ", ".join(f"{source} {count}" for source, count in sources.items())
    yield f"The checker's weights learnt from {learnt}."
    if known:
        yield f"{known} of these {asked} examples are among them, read by a cross-encoder that had not seen them."
    yield "What the large network learnt from of the sets in docs/weights.md is left out."
    yield f"Before, the cross-encoder read {FIRST_READ}: labels among those look better than they are."


def _columns(source: str, kind: str, right: str, wrong: str, rates: Sequence[str], precision: str, words: str) -> str:
    columns = " ".join(f"{rate:<20}" for rate in rates)
    return f"{source:<16} {kind:<13} {right:>5} {wrong:>5}  {columns} {precision:>9} {words:>12}"


def detection_line(detection: Detection) -> str:
    """One line of the selftest's table."""
    metrics = ", ".join(f"{change.metric.name} {_before_after(change)}" for change in detection.by[:_SHOWN_METRICS])
    caught = "caught" if detection.caught else "MISSED" if detection.missed else "no case"
    layer = detection.comparison.layers[0] if detection.comparison.layers else "nothing"
    fail = f"in {detection.applied:>3} answers, {detection.failing:>3} of {detection.passing:>3} newly fail"
    return f"{caught:<7} {detection.name:<26} {fail}  {layer:<10} {metrics or 'no metric of its layer moved'}"
