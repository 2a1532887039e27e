"""Article: the text of one file, its title, its date and the spans of it that are not evidence."""

from dataclasses import dataclass
from datetime import date

from rag.articles.dating import StatedDate
from rag.text.spans import Span


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read from a file.

    `text` is what was read and never changes: every offset in the project counts its characters.
    """

    id: str
    """Path below the ingested folder, with forward slashes; the file's name when a file was ingested."""
    title: str
    """Headline, or the opening words with an ellipsis where the file has none."""
    text: str
    date: date | None
    """Publication date as the file states it; None when it states none, never a guess."""
    source: str
    """Path of the file, shown to the user."""
    boilerplate: tuple[Span, ...] = ()
    """Spans of `text` that are not evidence: teasers, comment forms, bylines, datelines; ascending."""
    dates: tuple[StatedDate, ...] = ()
    """Where the file states its date: first the statement that `date` is taken from, then those that contradict it;
    without a date, those whose order of day and month is unclear."""
