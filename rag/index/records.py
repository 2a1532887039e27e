"""The values that an index stores and returns: articles, passages, vectors, rankings."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.articles import StatedDate
from rag.embedding import Vectors
from rag.passages import Passage

PassageScores = list[tuple[int, float]]
"""Passage numbers with their scores, best first."""


class Provenance(NamedTuple):
    """What an article's passages and vectors were made from; when it differs, they are made again."""

    sha256: str
    """Of the file."""
    embedder: str
    """Fingerprint of the embedder."""
    passage_tokens: int


class IndexedFile(NamedTuple):
    """The file of an article as it was when it was read."""

    id: str
    """Of the article."""
    size: int
    """Bytes."""
    modified: int
    """Nanoseconds: modification time of the file plus that of its directory entry."""
    made: Provenance


@dataclass(frozen=True, slots=True)
class Entry:
    """An indexed article without its text."""

    id: str
    title: str
    date: date | None
    source: str
    passages: int
    dates: tuple[StatedDate, ...] = ()
    """Where the file states its date, as in `Article`."""


class StoredPassage(NamedTuple):
    """A passage and its number, which is never given again."""

    number: int
    passage: Passage


class PassageVectors(NamedTuple):
    """One vector a passage: the mean of its sentences' vectors, scaled to unit length."""

    numbers: NDArray[np.int64]
    vectors: Vectors
    """One row a passage."""


class SentenceVectors(NamedTuple):
    """The sentence vectors of some passages, one passage after another."""

    numbers: NDArray[np.int64]
    """Of the passages, ascending."""
    counts: NDArray[np.int64]
    """Sentences in each."""
    vectors: Vectors
    """One row a sentence."""
