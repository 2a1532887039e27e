"""Claim + context -> the score of the shipped cross-encoder: MiniLM, trained to recognise unsupported claims."""

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
from rag.weights import CHECKER, TOKENIZER, ShippedNetwork

DOUBTFUL = 0.5
"""Probability from which a token counts as unsupported."""


class CrossEncoderScore(NamedTuple):
    """The cross-encoder's output for a claim beside its context."""

    logit: float
    """Of the claim being supported."""
    unsupported: float
    """Mean probability over the claim's tokens that the context does not support the token, 0 to 1."""
    doubtful_words: tuple[str, ...] = ()
    """The topical words of the claim that the context likely does not support."""


class CrossEncoder:
    """A cross-encoder for one claim at a time.

    Args:
        weights: the network's file and the sha256 that it must have.
        tokenizer: tokenizer.json.

    Raises:
        CheckError: a file is missing, altered or unusable.
    """

    def __init__(self, weights: ShippedNetwork, tokenizer: Path) -> None:
        content = onnx.read_file(weights.file, CheckError, weights.sha256)
        self._tokenizer = onnx.load_tokenizer(tokenizer, CheckError)
        self._session = onnx.open_session(weights.file, CheckError, content, threads=1)

    def score(self, claim: str, context: str) -> CrossEncoderScore:
        """Score a claim beside its context; what is longer than `encoding.PAIR_TOKENS` is cut."""
        tokens = encode_pair(self._tokenizer, claim, context)
        mask = np.zeros((1, len(tokens.ids)), dtype=np.int64)
        mask[0, 1 : 1 + len(tokens.offsets)] = 1
        inputs = {"input_ids": np.array([tokens.ids]), "token_type_ids": np.array([tokens.marks]), "claim_mask": mask}
        supported, unsupported = self._session.run(None, inputs)
        each = sigmoid(unsupported.reshape(-1)[1 : 1 + len(tokens.offsets)].astype(np.float64))
        doubtful = [offset for offset, share in zip(tokens.offsets, each, strict=True) if share >= DOUBTFUL]
        mean = float(each.mean()) if each.size else 0.0
        return CrossEncoderScore(float(supported.reshape(-1)[0]), mean, tuple(words_at(claim, doubtful)))


def words_at(claim: str, offsets: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The topical words of a claim that one of the tokens at some offsets is part of."""
    for word in topical(claim):
        if any(start < word.end and word.start < end for start, end in offsets):
            yield claim[word.start : word.end]


_LOADING = Lock()


def shipped_cross_encoder() -> CrossEncoder:
    """The small cross-encoder that comes with the package, loaded at its first use, once for all threads.

    Raises:
        CheckError: its weights are missing or altered.
    """
    with _LOADING:
        return _load()


@lru_cache(maxsize=1)
def _load() -> CrossEncoder:
    return CrossEncoder(CHECKER, TOKENIZER)
