"""Claim + context -> the score of the small shipped cross-encoder: MiniLM, trained to recognise unsupported claims."""

from typing import NamedTuple

import numpy as np

from rag.checking.judges.pair_network import shipped_network
from rag.weights import CHECKER


class CrossEncoderScore(NamedTuple):
    """The cross-encoder's output for a claim beside its context."""

    logit: float
    """Of the claim being supported."""
    unsupported: float
    """Mean probability over the claim's tokens that the context does not support the token, 0 to 1."""
    doubtful_words: tuple[str, ...] = ()
    """The topical words of the claim that the context likely does not support."""


def score_claim(claim: str, context: str) -> CrossEncoderScore:
    """Score a claim beside its context; what is longer than `encoding.PAIR_TOKENS` is cut.

    Raises:
        CheckError: the network's weights are missing or altered.
    """
    output = shipped_network(CHECKER, threads=1).run(claim, context)
    (supported,), each = output.logits, output.unsupported
    return CrossEncoderScore(supported, float(np.mean(each)) if each else 0.0, output.doubtful_words)
