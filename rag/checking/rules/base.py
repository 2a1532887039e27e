"""What one look at a sentence and its evidence can find: a contradiction, a gap, a doubt."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["contradiction", "gap", "doubt", "remark"]
"""The evidence says otherwise; does not say it; may not say it; has it, but perhaps not of the same."""


class Finding(NamedTuple):
    """One thing that speaks against a sentence."""

    kind: Kind
    family: str
    """Which look found it: numbers, dates, names, quotes, negation, antonyms, modality, quantifiers, roles."""
    reason: str
    """In a reader's words."""
    clue: str = ""
    """The words of the evidence that speak against it; empty when it is their absence that does."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and the evidence it is held against."""

    claim: str
    near: tuple[str, ...]
    """The evidence sentences that speak of the same, at most three, best first."""
    sentences: tuple[str, ...]
    """All the evidence, sentence by sentence."""
    published: date | None

    @property
    def beside(self) -> str:
        """The near sentences as one text."""
        return "\n".join(self.near)


def contradiction(family: str, reason: str, clue: str = "") -> Finding:
    """The evidence says otherwise."""
    return Finding("contradiction", family, reason, clue)


def gap(family: str, reason: str) -> Finding:
    """The evidence does not say it."""
    return Finding("gap", family, reason)


def doubt(family: str, reason: str, clue: str = "") -> Finding:
    """The evidence may not say it."""
    return Finding("doubt", family, reason, clue)


def remark(family: str, reason: str, clue: str = "") -> Finding:
    """The evidence has it, but perhaps not of the same."""
    return Finding("remark", family, reason, clue)
