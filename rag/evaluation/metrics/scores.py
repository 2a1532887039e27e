"""What was measured -> score: a number, not applicable with a reason, or an error with a reason; never NaN."""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Layer = Literal["retrieval", "grounding", "answer", "behaviour", "cost"]
LAYERS: tuple[Layer, ...] = ("retrieval", "grounding", "answer", "behaviour", "cost")
"""In the order of the flow: a failure is attributed to the first layer that fails."""


class Metric(NamedTuple):
    """Something that is measured for every case."""

    name: str
    layer: Layer
    meaning: str
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """One metric of one case."""

    metric: str
    value: float | None
    """None when there is no number; `why` gives the reason."""
    why: str = ""
    failed: bool = False
    """Whether there is no number because measuring failed, not because there was nothing to measure."""


def number(metric: Metric, value: float) -> Score:
    """A measured value.

    Raises:
        ValueError: it is no finite number: a metric is wrong, not a case.
    """
    if not math.isfinite(value):
        raise ValueError(f"{metric.name} came out as {value}")
    return Score(metric.name, float(value))


def not_applicable(metric: Metric, why: str) -> Score:
    """Nothing to measure here."""
    return Score(metric.name, None, why)


def unscored(metric: Metric, why: str) -> Score:
    """Something to measure, and measuring failed."""
    return Score(metric.name, None, why, failed=True)


class Measurement(NamedTuple):
    """Scores and faults of one case in one layer."""

    scores: tuple[Score, ...]
    faults: tuple[str, ...] = ()
    """Why the case fails in this layer, in plain words; empty when it passes."""
