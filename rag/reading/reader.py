"""Question + passage -> which of its sentences answer, in which words, and whether any of it does.

One passage is read at a time: in 8 bits the activations of a batch share one scale, so that what is read of a passage
would depend on its neighbours.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rag import onnx
from rag.errors import ReaderError
from rag.reading.layout import Layout, LayoutBuilder
from rag.text.spans import Span
from rag.weights import ShippedNetwork

ANSWER_TOKENS = 30
"""Longest answer within a sentence."""
NOT_READ = -10.0
"""Logit of a sentence that did not fit into what the network reads."""
WORKERS = min(8, os.cpu_count() or 1)
"""Passages read at once, each on one thread."""
REMEMBERED = 2000
"""Readings of a question beside a passage that are kept, so that a repeated question costs nothing."""


class PassageText(NamedTuple):
    """What the reader is given of a passage."""

    title: str
    published: date | None
    sentences: tuple[str, ...]


class SentenceReading(NamedTuple):
    """What one sentence says to a question."""

    logit: float
    """Of the sentence answering, in its context."""
    answer: Span
    """Characters of the sentence that would be the answer; empty when it has no tokens."""
    margin: float
    """Logit of these words being the answer, minus that of no words of the passage being it."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What one passage says to a question."""

    sentences: tuple[SentenceReading, ...]
    """In the order of the passage."""
    logit: float
    """Of any of it answering."""
    none: float
    """Logit of none of the sentences answering, on the scale of theirs."""


class Reader(Protocol):
    """Anything that reads a question beside passages."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """One reading a passage, in order.

        Raises:
            ReaderError: the network cannot be run.
        """

    @property
    def second(self) -> "Reader | None":
        """The reader that reads the best passages again where this one is in doubt; None for one that is not."""


class OnnxReader:
    """A reader as a network; made by evals/training/reader/, see docs/weights.md.

    Args:
        network: its files, each with the sha256 that it must have.
        tokenizer: tokenizer.json of its vocabulary.
        second: what reads again where this one is in doubt.

    Raises:
        ReaderError: a file is missing, altered or does not run.
    """

    def __init__(self, network: ShippedNetwork, tokenizer: Path, second: "Reader | None" = None) -> None:
        self.second = second
        self._session = onnx.open_shipped(network, ReaderError, threads=1, fused=True)
        self._tokenizer = onnx.load_tokenizer(tokenizer, ReaderError)
        self._pool = ThreadPoolExecutor(WORKERS)
        self._read_remembered = lru_cache(REMEMBERED)(self._read_passage)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[PassageReading]:
        """One reading a passage, in order; what is longer than `layout.TOKENS` is cut."""
        return list(self._pool.map(self._read_remembered, repeat(question), passages))

    def _read_passage(self, question: str, passage: PassageText) -> PassageReading:
        layout = LayoutBuilder(self._tokenizer, question).build(*passage)
        return _interpret(layout, self._run(layout), len(passage.sentences))

    def _run(self, layout: Layout) -> NDArray[np.float32]:
        """Logits of shape (tokens, 4): sentence, start and end of the answer, passage."""
        inputs = {"input_ids": np.array([layout.ids]), "token_type_ids": np.array([layout.kinds])}
        (logits, *_) = self._session.run(None, inputs)
        return np.asarray(logits[0], dtype=np.float32)


def _interpret(layout: Layout, logits: NDArray[np.float32], sentences: int) -> PassageReading:
    ends = [*layout.markers[1:], len(layout.ids) - 1]
    no_words = float(logits[0, 1] + logits[0, 2])
    readings = [
        _read_sentence(layout, logits, marker, end, no_words) for marker, end in zip(layout.markers, ends, strict=True)
    ]
    cut = SentenceReading(NOT_READ, Span(0, 0), NOT_READ)
    return PassageReading((*readings, *[cut] * (sentences - len(readings))), float(logits[0, 3]), float(logits[0, 0]))


def _read_sentence(
    layout: Layout, logits: NDArray[np.float32], marker: int, end: int, no_words: float
) -> SentenceReading:
    """The best run of the sentence's tokens, which stand between its marker and `end`, as the answer."""
    logit = float(logits[marker, 0])
    if end == marker + 1:
        return SentenceReading(logit, Span(0, 0), NOT_READ)
    runs = logits[marker + 1 : end, 1][:, None] + logits[marker + 1 : end, 2][None, :]
    length = len(runs)
    allowed = np.triu(np.tri(length, length, ANSWER_TOKENS - 1)) > 0  # from first to last, and not too long
    runs = np.where(allowed, runs, -np.inf)
    first, last = np.unravel_index(int(runs.argmax()), runs.shape)
    span = Span(layout.offsets[marker + 1 + int(first)][0], layout.offsets[marker + 1 + int(last)][1])
    return SentenceReading(logit, span, float(runs[first, last]) - no_words)
