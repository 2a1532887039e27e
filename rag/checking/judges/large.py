"""Claim + context -> three verdicts by the large shipped network: MPNet, trained on claims that people judged."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from rag import onnx
from rag.checking.judges.encoding import encode_pair
from rag.checking.judges.shipped import words_at
from rag.errors import CheckError
from rag.logistic import sigmoid
from rag.weights import LARGE_CHECKER, TOKENIZER, ShippedNetwork

DOUBTFUL = 0.5
"""Probability from which a token counts as unsupported."""


class VerdictLogits(NamedTuple):
    """The large network's output for a claim beside its context."""

    supported: float
    unsupported: float
    contradicted: float
    doubtful_words: tuple[str, ...] = ()
    """The topical words of the claim that the context likely does not support."""

    @property
    def support(self) -> float:
        """Log odds of "supported" against the other two."""
        return self.supported - float(np.logaddexp(self.unsupported, self.contradicted))

    @property
    def denial(self) -> float:
        """Log odds of "contradicted" against the other two."""
        return self.contradicted - float(np.logaddexp(self.supported, self.unsupported))


class LargeCrossEncoder:
    """The large network, for one claim at a time, read by as many threads as there are cores.

    Args:
        weights: the network's file and the sha256 that it must have.
        tokenizer: tokenizer.json.

    Raises:
        CheckError: a file is missing, altered or unusable.
    """

    def __init__(self, weights: ShippedNetwork, tokenizer: Path) -> None:
        content = onnx.read_file(weights.file, CheckError, weights.sha256)
        self._tokenizer = onnx.load_tokenizer(tokenizer, CheckError)
        self._session = onnx.open_session(weights.file, CheckError, content)

    def read(self, claim: str, context: str) -> VerdictLogits:
        """Read a claim beside its context; what is longer than `encoding.PAIR_TOKENS` is cut."""
        tokens = encode_pair(self._tokenizer, claim, context)
        mask = np.zeros((1, len(tokens.ids)), dtype=np.int64)
        mask[0, 1 : 1 + len(tokens.offsets)] = 1
        inputs = {"input_ids": np.array([tokens.ids]), "marks": np.array([tokens.marks]), "claim_mask": mask}
        verdict, unsaid = self._session.run(None, inputs)
        each = sigmoid(unsaid.reshape(-1)[1 : 1 + len(tokens.offsets)].astype(np.float64))
        supported, unsupported, contradicted = map(float, verdict.reshape(-1))
        doubtful = _doubtful(claim, tokens.offsets, each.tolist())
        return VerdictLogits(supported, unsupported, contradicted, doubtful)


def _doubtful(claim: str, offsets: Sequence[tuple[int, int]], probabilities: Sequence[float]) -> tuple[str, ...]:
    places = [offset for offset, share in zip(offsets, probabilities, strict=True) if share >= DOUBTFUL]
    return tuple(words_at(claim, places))


_LOADING = Lock()


def large_cross_encoder() -> LargeCrossEncoder:
    """The large network that comes with the package, loaded at its first use, once for all threads.

    Raises:
        CheckError: its weights are missing or altered.
    """
    with _LOADING:
        return _load()


@lru_cache(maxsize=1)
def _load() -> LargeCrossEncoder:
    return LargeCrossEncoder(LARGE_CHECKER, TOKENIZER)
