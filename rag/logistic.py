"""Logits and features -> probabilities: the logistic function, and models whose weights stand in a file to read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@overload
def sigmoid(logit: float) -> float: ...
@overload
def sigmoid(logit: "NDArray[np.float64]") -> "NDArray[np.float64]": ...
def sigmoid(logit: "float | NDArray[np.float64]") -> "float | NDArray[np.float64]":
    """The probability of a logit, or of each logit of an array."""
    if isinstance(logit, float):
        return 1 / (1 + math.exp(-logit))
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-logit)))


def softmax(logits: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Probabilities of classes, along the last axis."""
    import numpy as np

    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def log_odds(probability: float) -> float:
    """The logit of a probability, which is kept a millionth away from 0 and 1."""
    kept = min(1 - 1e-6, max(1e-6, probability))
    return math.log(kept / (1 - kept))


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression: an intercept and one weight a feature, by the feature's name."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def load(cls, file: Path) -> Self:
        """The model in a JSON file that has `intercept` and `weights`; other keys are the caller's."""
        content = json.loads(file.read_text(encoding="utf-8"))
        return cls(content["intercept"], content["weights"])

    def probability(self, features: Mapping[str, float]) -> float:
        """Probability of the positive class.

        Args:
            features: holds every feature that has a weight.
        """
        return sigmoid(self.intercept + sum(weight * features[name] for name, weight in self.weights.items()))
