"""Two results -> the cases that end differently because processors round differently, not because of a change."""

import statistics
from collections.abc import Sequence

from rag.evaluation.runs.results import Result

ROUNDING = 0.032
"""Difference of one answer's confidence between processors: .030 at most, .0107 at the 95th of 100, over the 112 cases
on an AMD processor with AVX2 beside an Intel one with AMX."""
MEDIAN_ROUNDING = 0.002
"""The same in the median, where nothing but the processor differs: .0007; another network moves every confidence."""
MOST_BORDERLINE = 0.02
"""Share of the cases that rounding may decide, one at least; more are no accident."""


def find_borderline(pairs: Sequence[tuple[Result, Result]]) -> tuple[str, ...]:
    """The cases that rounding decides; none where they are too many.

    Args:
        pairs: the older and the newer result of each case.
    """
    rounded = _differ_by_rounding(pairs)
    decided = tuple(
        new.case for old, new in pairs if _crosses_by_rounding(old, new) or (rounded and _flips_by_rounding(old, new))
    )
    return decided if len(decided) <= max(1, MOST_BORDERLINE * len(pairs)) else ()


def _crosses_by_rounding(old: Result, new: Result) -> bool:
    """Whether the surer of the two is the one that was answered, by hardly more than nothing.

    With the same confidence it is the threshold that moved, which is a change.
    """
    if old.confidence is None or new.confidence is None or old.answered == new.answered:
        return False
    rise = new.confidence - old.confidence
    return 0 < (rise if new.answered else -rise) < ROUNDING


def _flips_by_rounding(old: Result, new: Result) -> bool:
    """Whether one of two that are both answered, or both refused, passes: two sentences rank alike."""
    return old.answered == new.answered and old.passed != new.passed and 0 < _distance(old, new) < ROUNDING


def _differ_by_rounding(pairs: Sequence[tuple[Result, Result]]) -> bool:
    """Whether nearly all confidences moved, by hardly more than nothing: the results are of two processors."""
    return bool(pairs) and 0 < statistics.median(_distance(old, new) for old, new in pairs) < MEDIAN_ROUNDING


def _distance(old: Result, new: Result) -> float:
    if old.confidence is None or new.confidence is None:
        return 0.0
    return abs(new.confidence - old.confidence)
