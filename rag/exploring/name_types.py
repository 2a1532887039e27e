"""Names with their sentences -> what each is: a person, a place, an organisation or something else."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder, Vectors
from rag.logistic import softmax

NameType = Literal["person", "place", "organisation", "other"]
NAME_TYPES: tuple[NameType, ...] = ("person", "place", "organisation", "other")
NAME_TYPES_FILE = Path(__file__).with_name("name_types.json")
"""Written by evals/training/name_types.py: the weights, and how often they are right on articles never seen."""
AROUND = 50
"""Characters before and after a name that are embedded with it."""


class _Weights(NamedTuple):
    matrix: NDArray[np.float64]
    """Shape (2 x dimension, types): the name's vector, then that of the words around it."""
    intercepts: NDArray[np.float64]


def embed_names(names: Sequence[tuple[str, Sequence[str]]], embedder: Embedder) -> Vectors:
    """One row a name: its vector, then the mean of those of the words around it.

    Args:
        names: each with the sentences that it stands in, at least one.
        embedder: the shipped one.
    """
    alone = embedder.embed_passages([name for name, _ in names])
    around = embedder.embed_passages([_around(name, one) for name, sentences in names for one in sentences])
    ends = np.cumsum([len(sentences) for _, sentences in names])
    means = [part.mean(axis=0) for part in np.split(around, ends[:-1])]
    return np.concatenate([alone, np.stack(means)], axis=1)


def classify_names(names: Sequence[tuple[str, Sequence[str]]], embedder: Embedder) -> NDArray[np.float64]:
    """Probability of each of `NAME_TYPES`, one row a name; arguments as in `embed_names`."""
    if not names:
        return np.empty((0, len(NAME_TYPES)))
    weights = _load_weights()
    return softmax(embed_names(names, embedder) @ weights.matrix + weights.intercepts)


def _around(name: str, sentence: str) -> str:
    at = max(0, sentence.find(name))
    return sentence[max(0, at - AROUND) : at + len(name) + AROUND]


@lru_cache(maxsize=1)
def _load_weights() -> _Weights:
    content = json.loads(NAME_TYPES_FILE.read_text(encoding="utf-8"))
    return _Weights(np.array(content["weights"]), np.array(content["intercepts"]))
