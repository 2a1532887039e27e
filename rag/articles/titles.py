"""Text -> title: the headline at the top of a file, or its opening words."""

import re

from rag.text.spans import Span

OPENING = 72
"""Characters of the opening words used when there is no headline."""
HEADLINE = 140
"""Longest first line accepted as a headline, in characters."""
_SITE = re.compile(r"\s+[–—|-]\s+[\w .]{2,30}$")
_HEADING = re.compile(r"#{1,2}\s+(?P<title>[^\n]+?)\s*#*\s*(?:\n|\Z)")
_UNDERLINED = re.compile(r"(?P<title>[^\n]+[^\n\r \t])[ \t]*\r?\n(?:=+|-{3,})[ \t]*(?:\r?\n|\Z)")
_FIRST_LINE = re.compile(r"(?P<title>[^\n]{2,})\r?\n[ \t]*\r?\n")


def headline(text: str, start: int) -> Span:
    """Span of the headline: a Markdown heading, or a short first line of its own that does not end a sentence."""
    opening = text[start:]
    skipped = len(opening) - len(opening.lstrip("\ufeff \t\r\n"))
    match = (
        _HEADING.match(opening, skipped) or _UNDERLINED.match(opening, skipped) or _FIRST_LINE.match(opening, skipped)
    )
    if match is None or (match.re is _FIRST_LINE and not _is_headline(match["title"])):
        return Span(start, start)
    return Span(start + match.start("title"), start + match.end("title"))


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
