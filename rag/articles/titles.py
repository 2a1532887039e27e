"""Text -> title: the headline at the top of a file, or its opening words."""

import re
from collections.abc import Sequence, Set

from rag.text.spans import Span

OPENING = 72
"""Characters of the opening words used when there is no headline."""
HEADLINE = 140
"""Longest first line accepted as a headline, in characters."""
_SITE = re.compile(r"\s+[–—|-]\s+[\w .]{2,30}$")
_HEADING = re.compile(r"#{1,2}\s+(?P<title>[^\n]+?)\s*#*\s*(?:\n|\Z)")
_UNDERLINED = re.compile(r"(?P<title>[^\n]+[^\n\r \t])[ \t]*\r?\n(?:=+|-{3,})[ \t]*(?:\r?\n|\Z)")
_FIRST_LINE = re.compile(r"(?P<title>[^\n]{2,})\r?\n[ \t]*\r?\n")
_LINE = re.compile(r"(?P<title>[^\n]{2,}?)\r?\n")


def headline(text: str, start: int, boilerplate: Sequence[Span] = ()) -> Span:
    """Span of the headline: a Markdown heading, or a short first line of its own that does not end a sentence.

    A first line is of its own above an empty line, or above boilerplate: a byline, a dateline.
    """
    opening = text[start:]
    skipped = len(opening) - len(opening.lstrip("\ufeff \t\r\n"))
    match = (
        _HEADING.match(opening, skipped) or _UNDERLINED.match(opening, skipped) or _FIRST_LINE.match(opening, skipped)
    )
    match = match or _above_boilerplate(opening, skipped, {span.start - start for span in boilerplate})
    if match is None or (match.re in (_FIRST_LINE, _LINE) and not _is_headline(match["title"])):
        return Span(start, start)
    return Span(start + match.start("title"), start + match.end("title"))


def _above_boilerplate(opening: str, skipped: int, starts: Set[int]) -> re.Match[str] | None:
    match = _LINE.match(opening, skipped)
    return match if match and match.end() in starts else None


def _is_headline(line: str) -> bool:
    words = line.strip()
    return len(words) <= HEADLINE and not words.endswith((".", "!", "…", ":", ";", ",", "”", '"'))


def clean_headline(headline: str) -> str:
    """A headline on one line, without the name of the site after it."""
    return _SITE.sub("", " ".join(headline.split()))


def opening_words(text: str) -> str:
    """The first words of a text on one line, cut at a word with an ellipsis."""
    line = " ".join(text[: OPENING * 4].split())
    words = line[:OPENING].rsplit(" ", 1)[0].rstrip(',;:–—-“"') or line[:OPENING]
    return line if len(line) <= OPENING else f"{words} …"
