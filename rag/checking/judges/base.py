"""The protocol of a judge, which decides about a sentence's wording in place of the shipped networks."""

from typing import NamedTuple, Protocol

NO_VERDICT_SCORE = 0.5
"""Score of no verdict: it lies between the checker's two thresholds, so that the sentence is unsure."""
REASON_UNSUPPORTED = "the judge finds that the article does not say it"
REASON_CONTRADICTED = "the judge finds that the article says otherwise"


class Opinion(NamedTuple):
    """A judge's result for one sentence."""

    score: float
    """Probability that the evidence says what the sentence says, 0 to 1; `NO_VERDICT_SCORE` for no verdict."""
    contradicted: bool
    """Whether the evidence says otherwise; the verdict then is "contradicted", whatever the score."""
    reason: str
    """One line for the user, shown with a sentence that is not supported. Never a model's own words: nobody checked
    them."""


class Judge(Protocol):
    """Decides whether evidence says what a sentence says.

    The checker asks it only where no rule found a contradiction or a gap and the sentence does not stand in the
    evidence word for word. Its score is compared with the thresholds of rag/checking/weights.json, so it must be a
    probability.

    To add one: implement `name` and `opinion` in a module of rag/checking/judges, open it in
    `rag.checking.judges.open_judge` by a prefix of its own, and name the prefix in `Settings.judge` and the README. An
    unusable file or address must raise `CheckError` when the judge is opened, not at its first sentence. `opinion` may
    be called from several threads.
    """

    @property
    def name(self) -> str:
        """The value of `Settings.judge` that opened it, or the model's name; shown by `rag doctor`."""

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """Judge one sentence.

        Args:
            sentence: the claim, without "According to the article,".
            evidence: the one to three evidence sentences about the same matter, in the order of the text, one a line.

        Raises:
            CheckError: the judge's files are unusable.
            BudgetSpent: asking the model that judges would cost more than the settings allow.
        """
