"""Two results -> comparison: metric by metric and case by case, and whether the difference is real."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.evaluation.compare.rounding import find_borderline
from rag.evaluation.compare.statistics import (
    Interval,
    bootstrap_interval,
    detectable_difference,
    holm,
    mcnemar,
    randomisation_p,
)
from rag.evaluation.metrics.scores import LAYERS, Layer, Metric
from rag.evaluation.metrics.scoring import METRICS
from rag.evaluation.runs.results import Result, Results

ChangeOutcome = Literal["same", "better", "worse", "cannot tell"]
TOLERANCE = 0.005
"""Change of a deterministic metric that is rounding between machines; one case of a hundred moves a mean by .01."""
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class MetricChange:
    """One metric over the cases that both results have a number for."""

    metric: Metric
    before: float
    after: float
    difference: Interval
    """Paired, resampled by article."""
    detectable: float
    """Smallest true difference that this many cases would have shown."""
    p: float
    """Paired randomisation test, corrected for the number of metrics (Holm)."""
    outcome: ChangeOutcome


class Flip(NamedTuple):
    """A case that passed in one of the two results only."""

    case: str
    layer: Layer | None
    """Where it fails now, or failed before."""
    why: str


@dataclass(frozen=True, slots=True)
class RunComparison:
    """The difference between two results."""

    changes: tuple[MetricChange, ...]
    lost: tuple[Flip, ...]
    """Passed before, fail now."""
    won: tuple[Flip, ...]
    p: float
    """Exact McNemar test of the flips."""
    deterministic: bool
    compared: int
    """Cases that both have, unchanged, and that rounding does not decide."""
    borderline: tuple[str, ...]
    """Cases that pass in one result only, where rounding between processors explains it."""
    unknown: tuple[str, ...]
    """Cases that are new or changed, and have no older result."""
    removed: tuple[str, ...]
    """Cases that only the older result has."""
    articles: tuple[str, ...]
    """How the articles differ: "changed a.txt", "without b.txt", "with c.txt"."""
    settings: tuple[str, ...]
    """How the settings differ: "hits 10 -> 1"."""

    @property
    def worse(self) -> tuple[MetricChange, ...]:
        """Metrics that got significantly worse."""
        return tuple(change for change in self.changes if change.outcome == "worse")

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that got worse, in order of the flow; the first is the likely cause."""
        bad = {change.metric.layer for change in self.worse}
        if self.deterministic or (self.p < SIGNIFICANT and len(self.lost) > len(self.won)):
            bad |= {flip.layer for flip in self.lost if flip.layer}
        return tuple(layer for layer in LAYERS if layer in bad)

    @property
    def regressed(self) -> bool:
        """Whether anything got significantly worse; without a model, any lost case."""
        return bool(self.layers) or (self.deterministic and bool(self.lost))


def compare_results(before: Results, after: Results) -> RunComparison:
    """What changed from one result to the other, over the cases that both have unchanged."""
    old, new = before.by_case(), after.by_case()
    same = [case for case in new if case in old and old[case].digest == new[case].digest]
    borderline = find_borderline([(old[case], new[case]) for case in same])
    both = [case for case in same if case not in borderline]
    deterministic = before.deterministic and after.deterministic
    lost = [_flip(new[case]) for case in both if old[case].passed and not new[case].passed]
    won = [_flip(old[case]) for case in both if new[case].passed and not old[case].passed]
    moves = [move for metric in METRICS.values() if (move := _move(metric, old, new, both))]
    return RunComparison(
        _changes(moves, deterministic=deterministic),
        tuple(lost),
        tuple(won),
        mcnemar(len(lost), len(won)),
        deterministic,
        len(both),
        borderline,
        tuple(case for case in new if case not in same),
        tuple(case for case in old if case not in new),
        _articles(before.articles, after.articles),
        _settings(before.settings, after.settings),
    )


def _flip(failing: Result) -> Flip:
    return Flip(failing.case, failing.layer, failing.error or next(iter(failing.faults), ""))


class _Move(NamedTuple):
    metric: Metric
    before: float
    after: float
    differences: dict[str, float]
    spread: Interval


def _move(metric: Metric, old: Mapping[str, Result], new: Mapping[str, Result], both: list[str]) -> _Move | None:
    """A metric over the cases that have a number for it before and after; None when there are none."""
    pairs = {
        case: (old[case].scores[metric.name], new[case].scores[metric.name])
        for case in both
        if metric.name in old[case].scores and metric.name in new[case].scores
    }
    moved = {case: after - before for case, (before, after) in pairs.items()}
    spread = bootstrap_interval(moved, {case: new[case].cluster for case in pairs})
    if spread is None:
        return None
    before, after = (sum(pair[side] for pair in pairs.values()) / len(pairs) for side in (0, 1))
    return _Move(metric, before, after, moved, spread)


def _changes(moves: Sequence[_Move], *, deterministic: bool) -> tuple[MetricChange, ...]:
    # A score of metrics, each tested by its interval alone, raised an alarm in 105 of 300 comparisons of a model with
    # itself; so corrected, in 12.
    raw = [1.0 if move.metric.layer == "cost" else randomisation_p(list(move.differences.values())) for move in moves]
    return tuple(_change(move, p, deterministic=deterministic) for move, p in zip(moves, holm(raw), strict=True))


def _change(move: _Move, p: float, *, deterministic: bool) -> MetricChange:
    outcome = _outcome(move.metric, move.spread, p, deterministic=deterministic)
    seen = detectable_difference(list(move.differences.values()))
    return MetricChange(move.metric, move.before, move.after, move.spread, seen, p, outcome)


def _outcome(metric: Metric, moved: Interval, p: float, *, deterministic: bool) -> ChangeOutcome:
    """Without a model any change is real; with one, it must lie beyond zero both for other articles and for these."""
    if metric.layer == "cost":
        return "cannot tell"
    if moved.low == moved.high == 0:
        return "same"
    gain = moved if metric.higher_is_better else Interval(-moved.mean, -moved.high, -moved.low, *moved[3:])
    if deterministic:
        return "worse" if gain.mean < -TOLERANCE else "better" if gain.mean > TOLERANCE else "same"
    if p < SIGNIFICANT and gain.high < 0:
        return "worse"
    return "better" if p < SIGNIFICANT and gain.low > 0 else "cannot tell"


def _articles(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    gone = [f"without {id}" for id in before if id not in after]
    new = [f"with {id}" for id in after if id not in before]
    return (*gone, *new, *(f"changed {id}" for id in after if id in before and before[id] != after[id]))


def _settings(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    shared = [name for name in after if name in before and before[name] != after[name]]
    return tuple(f"{name} {before[name]} -> {after[name]}" for name in shared if not name.endswith("_dir"))
