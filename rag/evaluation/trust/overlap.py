"""The baseline that a checker must beat: the share of a sentence's words that stand in its evidence."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rag.evaluation.compare.statistics import FloatArray
from rag.text.words import stems

BoolArray = NDArray[np.bool_]


def overlap(sentence: str, evidence: Sequence[str]) -> float:
    """Share of the sentence's content words, by their stems, 0 to 1."""
    content = stems(sentence)
    return len(content & stems("\n".join(evidence))) / max(1, len(content))


def balanced(scores: FloatArray, supported: BoolArray, threshold: float) -> float:
    """Mean of the shares of supported and of other examples that a threshold puts on their side."""
    return float(((scores[supported] >= threshold).mean() + (scores[~supported] < threshold).mean()) / 2)


def best_threshold(scores: FloatArray, quality: Callable[[float], float]) -> float:
    """The threshold of best quality, in steps of a hundredth of the scores' range."""
    return float(max(np.unique(np.round(scores, 2)), key=quality))


def held_out_accuracy(scores: FloatArray, supported: BoolArray, parts: NDArray[np.int64]) -> float:
    """Balanced accuracy where each part's threshold is the best of the other parts.

    Args:
        scores: one an example.
        supported: whether people found it supported; some must be, and some not.
        parts: the part that each example belongs to. Where all other parts are of one kind, as in a handful of
            examples, the threshold is the best of all.
    """
    taken = np.zeros(len(scores), dtype=np.bool_)
    for part in np.unique(parts):
        inside = parts == part
        outside = ~inside if len(set(supported[~inside])) == 2 else np.ones(len(scores), dtype=np.bool_)
        taken[inside] = scores[inside] >= best_threshold(
            scores[outside], partial(balanced, scores[outside], supported[outside])
        )
    return balanced(taken.astype(np.float64), supported, 0.5)
