"""Paired values -> statistics of their difference: intervals, exact tests, the smallest detectable difference."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
RESAMPLING_SEED = 5
"""Fixed, so that the same two runs always compare the same."""
LEVEL = 0.95
_Z_LEVEL, _Z_POWER = 1.959964, 0.841621
"""Normal quantiles of a two-sided 5 % test and of 80 % power."""
_CHUNKS = (500,) * 20
"""Draws of the randomisation test, in pieces that fit into memory for thousands of cases."""
_ROUNDING = 1e-9
_HALVINGS = 40
"""Of an interval within 0 to 1: twelve decimals."""
FloatArray = NDArray[np.float64]


class Interval(NamedTuple):
    """A mean with its bootstrap interval."""

    mean: float
    low: float
    high: float
    cases: int
    """How many have a value."""
    clusters: int

    def complement(self) -> "Interval":
        """Of the share that is left: an error rate for an accuracy."""
        return self._replace(mean=1 - self.mean, low=1 - self.high, high=1 - self.low)


def bootstrap_interval(values: Mapping[str, float], clusters: Mapping[str, str]) -> Interval | None:
    """Mean with a 95 % percentile interval from resampling clusters, not cases: cases on one article fail together.

    Below about ten clusters such intervals are too narrow; the report prints how many there are.

    Args:
        values: one by case.
        clusters: the cluster of each case.

    Returns:
        None when there is no value.
    """
    if not values:
        return None
    sums, counts = _by_cluster(values, clusters)
    means = _resampled(sums, counts)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(sums.sum() / counts.sum()), float(low), float(high), len(values), len(sums))


def _by_cluster(values: Mapping[str, float], clusters: Mapping[str, str]) -> tuple[FloatArray, FloatArray]:
    names = sorted({clusters[case] for case in values})
    places = {name: place for place, name in enumerate(names)}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for case, value in values.items():
        sums[places[clusters[case]]] += value
        counts[places[clusters[case]]] += 1
    return sums, counts


def _resampled(sums: FloatArray, counts: FloatArray) -> FloatArray:
    drawn = np.random.default_rng(RESAMPLING_SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    return np.asarray(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), dtype=np.float64)


def mcnemar(lost: int, won: int) -> float:
    """Two-sided exact McNemar test: how likely such an imbalance of flips is when nothing changed (McNemar 1947).

    Args:
        lost: cases that passed before and fail now.
        won: cases that failed before and pass now.
    """
    flips = lost + won
    if not flips:
        return 1.0
    tail = sum(math.comb(flips, count) for count in range(min(lost, won) + 1)) / 2**flips
    return float(min(1.0, 2 * tail))


def clopper_pearson(events: int, trials: int) -> float:
    """The highest share that such a count is still likely with, one-sided at `LEVEL`, exact (Clopper & Pearson 1934).

    Args:
        events: how many of the trials, at least one, had what is counted.
        trials: independent of one another.
    """
    if events == trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, trials, middle) > 1 - LEVEL else (low, middle)
    return high


def _at_most(events: int, trials: int, share: float) -> float:
    """Probability of so many events or fewer, by logarithms: from 1,000 trials on, coefficients exceed a float."""
    return sum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * math.log(share)
            + (trials - count) * math.log1p(-share)
        )
        for count in range(events + 1)
    )


def randomisation_p(differences: Sequence[float]) -> float:
    """Two-sided paired randomisation test: how likely so large a mean difference is when each sign is random.

    Recommended for comparing systems on one set of questions (Smucker, Allan & Carterette 2007).
    """
    moved = np.asarray([difference for difference in differences if difference], dtype=np.float64)
    if not len(moved):
        return 1.0
    random, observed = np.random.default_rng(RESAMPLING_SEED), abs(moved.sum()) - _ROUNDING
    at_least = 0
    for size in _CHUNKS:
        signs = random.choice([-1.0, 1.0], (size, len(moved)))
        at_least += int((abs(signs @ moved) >= observed).sum())
    return (1 + at_least) / (1 + sum(_CHUNKS))


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for the number of tests (Holm 1979), in the order given."""
    adjusted, worst = [1.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        worst = max(worst, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = worst
    return adjusted


def detectable_difference(differences: Sequence[float]) -> float:
    """Smallest true mean difference that a two-sided 5 % test would find in 80 of 100 such runs (Card et al. 2020).

    From the spread of the paired differences, taken as independent; 1 when there are too few to tell.
    """
    if len(differences) < 2:
        return 1.0
    spread = float(np.std(np.asarray(differences), ddof=1))
    return min(1.0, (_Z_LEVEL + _Z_POWER) * spread / math.sqrt(len(differences)))
