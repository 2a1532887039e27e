"""Features -> the probability that a sentence is supported: a logistic model and its two thresholds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.logistic import LogisticModel

CASCADE = Path(__file__).with_name("cascade.json")
"""Written by evals/training/judge/calibrate.py."""
WEIGHTS = Path(__file__).with_name("weights.json")
"""Written by evals/training/checker.py, which names the training data and the measured accuracy."""


@dataclass(frozen=True, slots=True)
class CheckerModel:
    """The fitted weights of the checker and the thresholds that turn a probability into a label."""

    logistic: LogisticModel
    """Only the weight of the evidence's length may be above 0: no feature can count in favour of a sentence."""
    supported: float
    """Probability from which a sentence is supported."""
    unsupported: float
    """Probability below which it is unsupported; between the two it is unsure."""
    learnt_from: Mapping[str, int]
    """Number of examples that the weights and the cross-encoder were fitted to, by source."""


@lru_cache(maxsize=1)
def checker_model() -> CheckerModel:
    """The model that comes with the package."""
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    logistic = LogisticModel.load(WEIGHTS)
    return CheckerModel(logistic, content["supported"], content["unsupported"], content["learnt from"])


@dataclass(frozen=True, slots=True)
class CascadeModel:
    """The weights over both networks, and the scores of the small one at which the large one is asked."""

    logistic: LogisticModel
    ask_from: float
    ask_to: float

    def asks(self, score: float) -> bool:
        """Whether the small network's probability of support leaves the large one to be asked."""
        return self.ask_from <= score <= self.ask_to


@lru_cache(maxsize=1)
def cascade_model() -> CascadeModel:
    """The weights over both networks that come with the package."""
    content = json.loads(CASCADE.read_text(encoding="utf-8"))
    return CascadeModel(LogisticModel.load(CASCADE), content["ask from"], content["ask to"])
