"""What a stronger judge of wording promises; a checker without one weighs its own findings."""

from typing import NamedTuple, Protocol

UNTOLD = 0.5
"""Score of no verdict: neither threshold of the checker lets it through, so the sentence is unsure."""
UNSAID = "the judge finds that the article does not say it"
OTHERWISE = "the judge finds that the article says otherwise"


class Opinion(NamedTuple):
    """What a judge thinks of a sentence."""

    score: float
    """Probability that the evidence says what the sentence says, 0 to 1."""
    contradicted: bool
    """Whether the evidence says otherwise."""
    reason: str
    """One line for a reader, where the sentence is not shown. Never a model's own words, which nobody checked."""


class Judge(Protocol):
    """Anything that tells whether evidence says what a sentence says."""

    @property
    def name(self) -> str:
        """As in the settings: onnx:FOLDER, or the model's name."""

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """What it thinks of one sentence beside the one to three evidence sentences that are about the same.

        Raises:
            CheckError: the judge's files are unusable.
            BudgetSpent: asking the model that judges would cost more than the settings allow.
        """
