"""Numbers -> geometry of small SVG pictures: a bar with its interval, risk against coverage, a histogram of times.

The markup is in charts.html.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rag.evaluation.compare.statistics import Interval

COLUMNS = 24
"""Columns of a histogram."""


class Frame(NamedTuple):
    """A picture's size and where its axes run, in SVG units; y grows downwards."""

    width: float = 420
    height: float = 200
    left: float = 34
    right: float = 386
    top: float = 24
    bottom: float = 176

    def x(self, share: float) -> float:
        """Where a share of the way along the horizontal axis lies."""
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """Where a share of the way up the vertical axis lies."""
        return self.bottom - share * (self.bottom - self.top)


FRAME = Frame()


class Scale(NamedTuple):
    """What a bar's ends stand for."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Where a value lies, 0 to 100, cut at the ends."""
        return 100 * min(1.0, max(0.0, (value - self.low) / ((self.high - self.low) or 1.0)))


class Bar(NamedTuple):
    """A bar from the scale's zero to a mean, with its interval; all in percent of the scale."""

    start: float
    width: float
    low: float
    high: float
    baseline: float | None
    """Where the baseline's mean is; None without a baseline."""


def metric_bar(spread: Interval, scale: Scale, baseline: float | None) -> Bar:
    """The bar of a metric."""
    zero, mean = scale.percent(0.0), scale.percent(spread.mean)
    tick = None if baseline is None else scale.percent(baseline)
    return Bar(min(zero, mean), abs(mean - zero), scale.percent(spread.low), scale.percent(spread.high), tick)


class Point(NamedTuple):
    """One place on the risk-coverage curve."""

    coverage: float
    """Share of all cases answered."""
    risk: float
    """Share of those that are wrong."""


def risk_coverage(answered: Sequence[tuple[float, bool]], total: int) -> tuple[Point, ...]:
    """Risk as coverage grows, the surest answer first (El-Yaniv & Wiener 2010); answers of one confidence together.

    Args:
        answered: confidence, and whether it was right, of each answered case.
        total: cases asked, the refused ones included.
    """
    points: list[Point] = []
    wrong, ranked = 0, sorted(answered, key=lambda pair: -pair[0])
    for count, (confidence, right) in enumerate(ranked, start=1):
        wrong += not right
        if count == len(ranked) or ranked[count][0] != confidence:
            points.append(Point(count / total, wrong / count))
    return tuple(points)


class Curve(NamedTuple):
    """The risk-coverage curve, both axes from 0 to 1."""

    points: tuple[tuple[float, float], ...]
    """x and y in the frame, by rising coverage; the last is where the product stands."""
    label: str


def risk_curve(points: Sequence[Point]) -> Curve | None:
    """The curve through some points; None when there is none."""
    if not points:
        return None
    label = f"Risk {points[-1].risk:.2f} at coverage {points[-1].coverage:.2f}"
    return Curve(tuple((FRAME.x(point.coverage), FRAME.y(point.risk)) for point in points), label)


class Column(NamedTuple):
    """One column of a histogram, in the frame."""

    x: float
    y: float
    width: float
    height: float


class Histogram(NamedTuple):
    """How long answers took."""

    columns: tuple[Column, ...]
    longest: float
    """Milliseconds at the right end."""
    most: int
    """Answers in the highest column."""


def time_histogram(seconds: Sequence[float]) -> Histogram | None:
    """A histogram of times in milliseconds; None when there is no time."""
    if not seconds:
        return None
    times = [value * 1000 for value in seconds]
    longest = max(times)
    counts = [0] * COLUMNS
    for value in times:
        counts[min(COLUMNS - 1, int(COLUMNS * value / (longest or 1.0)))] += 1
    columns = tuple(_column(place, count / max(counts)) for place, count in enumerate(counts) if count)
    return Histogram(columns, longest, max(counts))


def _column(place: int, share: float) -> Column:
    width = (FRAME.right - FRAME.left) / COLUMNS
    return Column(FRAME.left + place * width, FRAME.y(share), width - 1, FRAME.bottom - FRAME.y(share))
