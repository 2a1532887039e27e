"""The content of an answer before it is checked: claims, each with the sentences it cites."""

from dataclasses import dataclass, field
from typing import NamedTuple

from rag.passages import Passage
from rag.text.spans import Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage, verbatim; `span` counts characters of the article's text."""

    passage: Passage
    span: Span
    answer: Span | None = field(default=None, compare=False)
    """The words of it that answer the question; None where no reader found any."""

    @property
    def text(self) -> str:
        """The quoted words."""
        return self._at(self.span)

    @property
    def answer_text(self) -> str:
        """The words of it that answer; empty where no reader found any."""
        return self._at(self.answer) if self.answer else ""

    def _at(self, span: Span) -> str:
        return self.passage.text[span.start - self.passage.start : span.end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and the quotes it cites."""

    text: str
    quotes: tuple[Quote, ...]


class QuotedSide(NamedTuple):
    """One value of a disagreement and the quotes that state it."""

    value: str
    """As the first quote states it: "2008"."""
    quotes: tuple[Quote, ...]


class QuotedDisagreement(NamedTuple):
    """Different values that quotes state for the same question."""

    sides: tuple[QuotedSide, ...]
    """Best supported first, at least two."""
