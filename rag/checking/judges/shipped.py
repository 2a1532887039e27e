"""Claim + context -> what a small cross-encoder makes of them: MiniLM, taught to tell what is said from what is not."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag import onnx
from rag.checking.judges.encoding import paired
from rag.checking.overlap import topical
from rag.errors import CheckError
from rag.logistic import sigmoid
from rag.weights import CHECKER, TOKENIZER, ShippedNetwork

LIKELY = 0.5


class Impression(NamedTuple):
    """How a claim reads beside its context."""

    logit: float
    """Of being supported."""
    unsaid: float
    """Mean probability over the claim's tokens that the context does not bear one out."""
    doubted: tuple[str, ...] = ()
    """The topical words of the claim that it likely does not bear out."""


class CrossEncoder:
    """The cross-encoder in a folder.

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

    def impression(self, claim: str, context: str) -> Impression:
        """How a claim reads beside its context; what is longer than `pairing.TOKENS` is cut."""
        tokens = paired(self._tokenizer, claim, context)
        own = np.zeros((1, len(tokens.ids)), dtype=np.int64)
        own[0, 1 : 1 + len(tokens.places)] = 1
        given = {"input_ids": np.array([tokens.ids]), "token_type_ids": np.array([tokens.marks]), "claim_mask": own}
        supported, unsaid = self._session.run(None, given)
        each = sigmoid(unsaid.reshape(-1)[1 : 1 + len(tokens.places)].astype(np.float64))
        places = [place for place, share in zip(tokens.places, each, strict=True) if share >= LIKELY]
        doubted = (
            claim[word.start : word.end]
            for word in topical(claim)
            if any(start < word.end and word.start < end for start, end in places)
        )
        return Impression(float(supported.reshape(-1)[0]), float(each.mean()) if each.size else 0.0, tuple(doubted))


@lru_cache(maxsize=1)
def shipped() -> CrossEncoder:
    """The cross-encoder that comes with the package, loaded when a sentence first needs it.

    Raises:
        CheckError: its weights are missing or altered.
    """
    return CrossEncoder(CHECKER, TOKENIZER)
