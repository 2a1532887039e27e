"""FileContent: what a converter read of one article, and the checks that every converter shares."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.dating import StatedDate
from rag.articles.day_order import DayOrder
from rag.text.spans import Span

if TYPE_CHECKING:
    from rag.settings import Settings

_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_LINE_END = re.compile(r"\r(?!\n)|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060]|(?<!\A)\ufeff")


@dataclass(frozen=True, slots=True)
class FileContent:
    """Text of one article in a file, with the title and date of its metadata."""

    text: str
    title: str = ""
    dates: tuple[StatedDate, ...] = ()
    """Statements of its date in the metadata, the most trusted first."""
    boilerplate: tuple[Span, ...] = ()
    """Spans of the text that its format marks as no evidence."""
    name: str = ""
    """Of the article within its file, unique there; empty where the file is one article."""
    notes: tuple[str, ...] = ()
    """What was lost or decided while reading, for the user."""
    order: DayOrder = ""
    """Of day and month in dates of its text, where its language is known."""


def replace_unstorable(text: str) -> str:
    """The text with each character that SQLite cannot hold replaced by U+FFFD, so that offsets stay."""
    return _NOT_TEXT.sub("\ufffd", text)


def visible_text(text: str) -> str:
    """The text without soft hyphens and zero-width spaces, and with a line feed for each unusual line end.

    What a page shows stays as it is; CR LF stays too.
    """
    return _LINE_END.sub("\n", _INVISIBLE.sub("", text))


Converter = Callable[[Path, bytes, "Settings"], FileContent | tuple[FileContent, ...]]
"""What reads one format: the file's path, its bytes and the settings that bound it -> the articles it holds."""
