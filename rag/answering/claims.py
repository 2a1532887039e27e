"""What an answer wants to say before anyone checked it: claims, each with the sentences it cites."""

from dataclasses import dataclass
from typing import NamedTuple

from rag.passages import Passage
from rag.text.spans import Span


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a passage, verbatim; `span` counts characters of the article's text."""

    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        """The quoted words."""
        return self.passage.text[self.span.start - self.passage.start : self.span.end - self.passage.start]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence meant for the reader and the quotes it rests on."""

    text: str
    quotes: tuple[Quote, ...]


class Dispute(NamedTuple):
    """What some quotes state where others state something else."""

    sides: tuple[tuple[str, tuple[Quote, ...]], ...]
    """The words they differ in and who says so, best supported first."""
