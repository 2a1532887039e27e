"""What a rule receives and returns: a claim beside its evidence, and findings against the claim.

A rule is a module with `findings(pair: Pair) -> tuple[Finding, ...]`, listed in `rag.checking.examination.RULES`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

FindingKind = Literal["contradiction", "gap", "doubt", "remark"]
"""The evidence contradicts the claim; does not say it; may not say it; says it, but possibly about something else."""


class Finding(NamedTuple):
    """One thing that speaks against a claim."""

    kind: FindingKind
    rule: str
    """What `rag.checking.features.COUNTED` counts it as: numbers, dates, names, quotes, negation, antonyms, modality,
    quantifiers, comparatives or roles."""
    reason: str
    """One line for the user."""
    excerpt: str = ""
    """The words of the evidence that speak against the claim; empty when it is their absence that does."""


class DatedText(NamedTuple):
    """A text and the day it was written, which resolves its "on Monday"; None where that is unknown."""

    text: str
    written: date | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the evidence it is checked against."""

    claim: str
    near: tuple[str, ...]
    """The evidence sentences about the same matter, at most three, best first."""
    sentences: tuple[str, ...]
    """All the evidence, sentence by sentence."""
    published: date | None
    """The day to which the claim's "on Monday" refers; None where it is unknown."""
    days: tuple[date | None, ...] = ()
    """The day on which each of `sentences` was written; empty where it is `published` for all."""

    def dated(self, sentences: Sequence[str]) -> tuple[DatedText, ...]:
        """Sentences of the evidence, each with its day."""
        days = dict(zip(reversed(self.sentences), reversed(self.days), strict=True)) if self.days else {}
        return tuple(DatedText(sentence, days.get(sentence, self.published)) for sentence in sentences)

    @property
    def near_text(self) -> str:
        """The near sentences as one text."""
        return "\n".join(self.near)


def contradiction(rule: str, reason: str, excerpt: str = "") -> Finding:
    """The evidence contradicts the claim."""
    return Finding("contradiction", rule, reason, excerpt)


def gap(rule: str, reason: str) -> Finding:
    """The evidence does not say it."""
    return Finding("gap", rule, reason)


def doubt(rule: str, reason: str, excerpt: str = "") -> Finding:
    """The evidence may not say it."""
    return Finding("doubt", rule, reason, excerpt)


def remark(rule: str, reason: str, excerpt: str = "") -> Finding:
    """Present in the evidence, but possibly about something else."""
    return Finding("remark", rule, reason, excerpt)
