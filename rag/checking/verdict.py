"""The value a check returns."""

from dataclasses import dataclass
from typing import Literal

from rag.text.spans import Span

Label = Literal["supported", "unsupported", "contradicted", "unsure"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence says what its evidence says, and why."""

    label: Label
    score: float
    """Probability that the sentence is supported, 0 to 1."""
    evidence: str
    """The stretch of evidence that decided, verbatim; empty when none came near."""
    span: Span | None
    """Where `evidence` stands in the evidence text that was given; None when `evidence` is empty."""
    reason: str
    """One line for a reader: "the article says 2008, the sentence says 2013"."""
