"""Numbers -> small SVG pictures: a bar with its interval, risk against coverage, a histogram of times."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from rag.evaluation.compare.statistics import Interval

WIDTH, HEIGHT, MARGIN = 420, 200, 34
COLUMNS = 24


class Scale(NamedTuple):
    """What a bar's ends stand for."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Where a value lies, 0 to 100, cut at the ends."""
        return 100 * min(1.0, max(0.0, (value - self.low) / ((self.high - self.low) or 1.0)))


def bar(spread: Interval, scale: Scale, before: float | None) -> str:
    """A bar from the scale's zero to the mean, its interval, and a tick where the baseline is."""
    zero, mean = scale.percent(0.0), scale.percent(spread.mean)
    low, high = scale.percent(spread.low), scale.percent(spread.high)
    tick = "" if before is None else _line(scale.percent(before), 0, scale.percent(before), 100, "tick")
    return (
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="100"/>'
        f'<rect class="bar" x="{min(zero, mean):.2f}" width="{abs(mean - zero):.2f}" height="100"/>'
        f"{_line(low, 50, high, 50, 'whisker')}{tick}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    place = f'x1="{x1:.2f}" y1="{y1}" x2="{x2:.2f}" y2="{y2}"'
    return f'<line class="{kind}" {place} vector-effect="non-scaling-stroke"/>'


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
    for count, (sure, right) in enumerate(ranked, start=1):
        wrong += not right
        if count == len(ranked) or ranked[count][0] != sure:
            points.append(Point(count / total, wrong / count))
    return tuple(points)


def curve(points: Sequence[Point]) -> str:
    """The risk-coverage curve, both axes from 0 to 1."""
    if not points:
        return '<p class="soft">No answer came with a confidence.</p>'
    path = " ".join(f"{_x(point.coverage):.1f},{_y(point.risk):.1f}" for point in points)
    last = points[-1]
    told = f"Risk {last.risk:.2f} at coverage {last.coverage:.2f}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">{_axes("coverage", "risk")}'
        f'<polyline class="curve" points="{path}"/>'
        f'<circle class="mean" cx="{_x(last.coverage):.1f}" cy="{_y(last.risk):.1f}" r="4"/></svg>'
    )


def histogram(seconds: Sequence[float], unit: str = "ms") -> str:
    """How long answers took."""
    if not seconds:
        return '<p class="soft">Nothing was answered.</p>'
    times = [value * 1000 for value in seconds]
    most = max(times)
    counts = [0] * COLUMNS
    for value in times:
        counts[min(COLUMNS - 1, int(COLUMNS * value / (most or 1.0)))] += 1
    width = (WIDTH - 2 * MARGIN) / COLUMNS
    columns = "".join(_column(place, count / max(counts), width) for place, count in enumerate(counts) if count)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Times up to {most:.0f} {unit}">'
        f"{_axes(f'{unit} for an answer', 'answers', f'{most:.0f}', str(max(counts)))}{columns}</svg>"
    )


def _column(place: int, share: float, width: float) -> str:
    x, y = MARGIN + place * width, _y(share)
    return f'<rect class="column" x="{x:.1f}" y="{y:.1f}" width="{width - 1:.1f}" height="{_y(0) - y:.1f}"/>'


def _axes(across: str, up: str, right: str = "1", top: str = "1") -> str:
    base = (
        f'<line class="axis" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(0)}"/>'
        f'<line class="axis" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(0)}" y2="{_y(1)}"/>'
    )
    words = (
        (WIDTH / 2, HEIGHT - 8, "middle", across),
        (_x(1), HEIGHT - 8, "end", right),
        (_x(0) - 6, _y(0) + 4, "end", "0"),
        (_x(0) - 6, _y(1) + 8, "end", top),
        (_x(0), _y(1) - 8, "middle", up),
    )
    return base + "".join(
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(word)}</text>' for x, y, anchor, word in words
    )


def _x(share: float) -> float:
    return MARGIN + share * (WIDTH - 2 * MARGIN)


def _y(share: float) -> float:
    return HEIGHT - 24 - share * (HEIGHT - 48)
