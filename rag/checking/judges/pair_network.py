"""Claim + context -> a shipped cross-encoder's outputs: logits of the pair, and of each token being unsupported."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from rag import onnx
from rag.checking.judges.encoding import encode_pair
from rag.checking.overlap import topical
from rag.errors import CheckError
from rag.logistic import sigmoid
from rag.weights import TOKENIZER, ShippedNetwork

DOUBTFUL = 0.5
"""Probability from which a token counts as unsupported."""


class PairOutput(NamedTuple):
    """What a cross-encoder gives for a claim beside its context."""

    logits: tuple[float, ...]
    """Of the pair."""
    unsupported: tuple[float, ...]
    """Probability that the context does not support a token, one for each of the claim's."""
    doubtful_words: tuple[str, ...]
    """The topical words of the claim that the context likely does not support."""


class PairNetwork:
    """A cross-encoder for one claim at a time.

    Args:
        weights: the network's files, each with the sha256 that it must have.
        tokenizer: tokenizer.json.
        threads: that run one claim; 0 for as many as there are cores.

    Raises:
        CheckError: a file is missing, altered or unusable.
    """

    def __init__(self, weights: ShippedNetwork, tokenizer: Path, threads: int) -> None:
        self._session = onnx.open_shipped(weights, CheckError, threads=threads)
        self._tokenizer = onnx.load_tokenizer(tokenizer, CheckError)
        self._inputs = [node.name for node in self._session.get_inputs()]

    def run(self, claim: str, context: str) -> PairOutput:
        """Read a claim beside its context; what is longer than `encoding.PAIR_TOKENS` is cut."""
        tokens = encode_pair(self._tokenizer, claim, context)
        own = slice(1, 1 + len(tokens.offsets))
        mask = np.zeros((1, len(tokens.ids)), dtype=np.int64)
        mask[0, own] = 1
        inputs = (np.array([tokens.ids]), np.array([tokens.marks]), mask)
        pair, unsaid = self._session.run(None, dict(zip(self._inputs, inputs, strict=True)))
        each = tuple(map(float, sigmoid(unsaid.reshape(-1)[own].astype(np.float64))))
        doubtful = [offset for offset, share in zip(tokens.offsets, each, strict=True) if share >= DOUBTFUL]
        return PairOutput(tuple(map(float, pair.reshape(-1))), each, tuple(_words_at(claim, doubtful)))


def _words_at(claim: str, offsets: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The topical words of a claim that one of the tokens at some offsets is part of."""
    for word in topical(claim):
        if any(start < word.end and word.start < end for start, end in offsets):
            yield claim[word.start : word.end]


_LOADING = Lock()


def shipped_network(weights: ShippedNetwork, threads: int) -> PairNetwork:
    """A network that comes with the package, loaded at its first use, once for all threads.

    Args:
        weights: one of `rag.weights`.
        threads: as for `PairNetwork`.

    Raises:
        CheckError: its weights are missing or altered.
    """
    with _LOADING:
        return _load(weights, threads)


@lru_cache
def _load(weights: ShippedNetwork, threads: int) -> PairNetwork:
    return PairNetwork(weights, TOKENIZER, threads)
