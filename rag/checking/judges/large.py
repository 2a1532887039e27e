"""Claim + context -> three verdicts by the large shipped network: MPNet, trained on claims that people judged."""

from typing import NamedTuple

import numpy as np

from rag.checking.judges.pair_network import shipped_network
from rag.weights import LARGE_CHECKER


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


def weigh_verdicts(claim: str, context: str) -> VerdictLogits:
    """Read a claim beside its context, with all cores; what is longer than `encoding.PAIR_TOKENS` is cut.

    Raises:
        CheckError: the network's weights are missing or altered.
    """
    output = shipped_network(LARGE_CHECKER, threads=0).run(claim, context)
    supported, unsupported, contradicted = output.logits
    return VerdictLogits(supported, unsupported, contradicted, output.doubtful_words)
