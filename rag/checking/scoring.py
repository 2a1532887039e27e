"""Features -> the probability that a sentence is supported: a logistic model with every weight in a file to read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")
"""Written by evals/training/checker.py, which says from what and how well it does on what it never saw."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: what nothing against a sentence is worth, and what each thing against it takes away."""

    intercept: float
    weights: Mapping[str, float]
    """By feature; only the evidence's length may be above 0: nothing against a sentence can ever speak for it."""
    supported: float
    """Probability from which a sentence is shown."""
    unsupported: float
    """Probability below which the evidence does not say it; between the two it is unsure."""
    learnt: Mapping[str, int]
    """Examples that the weights and the cross-encoder learnt from, by source."""

    def probability(self, features: Mapping[str, float]) -> float:
        """That a sentence with these features is supported, were half of all sentences supported."""
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-logit))


@lru_cache(maxsize=1)
def trained() -> Weights:
    """The weights that are shipped."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(read["intercept"], read["weights"], read["supported"], read["unsupported"], read["learnt from"])
