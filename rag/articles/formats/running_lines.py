"""Pages of text -> the same without running heads and page numbers; a figure of the text is no page number."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from rag.articles.formats.page_layout import CELL_GAP

NAMED_HEADS = 3
"""Running heads that a note quotes."""
HEAD_WORDS = 3
"""Words from which on a line beside a number is a head; "District 1" is text."""
_NAME = r"(?P<name>(?:page|pg\.?|p\.|seite|s\.|página|pág\.|pagina|pag\.|sida|side|strana|стр\.) ?)?"
_PAGE = rf"{_NAME}(?P<number>\d{{1,5}})(?: ?(?:of|/|von|de|sur|di|av|af|из) ?\d{{1,5}})?"
_ALONE = re.compile(rf"[-–—|\[( ]{{0,4}}{_PAGE}[-–—|\]) ]{{0,4}}", re.IGNORECASE)
_APART = rf" ?(?P<apart>[{CELL_GAP}|·•–—])? ?"
_FIRST = re.compile(rf"{_PAGE}{_APART}(?<=[ {CELL_GAP}])(?P<head>\S.{{0,300}})", re.IGNORECASE)
_LAST = re.compile(rf"(?P<head>.{{0,300}}?\S)(?=[ {CELL_GAP}]){_APART}{_PAGE}", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


class Trimmed(NamedTuple):
    """Pages without their running lines, and a note on what these held beside page numbers."""

    pages: list[str]
    notes: tuple[str, ...]


class _Mark(NamedTuple):
    """What the running lines of several pages have in common."""

    head: str
    place: re.Pattern[str] | None = None
    """Of the page number in the line."""
    offset: int | None = None
    """Page number less the page's index; None where the line names it a page's."""


def without_running_lines(pages: list[str]) -> Trimmed:
    """Pages without the first and last lines that most of them share, page numbers aside; a lone line is kept."""
    heads: dict[str, None] = {}
    for edge in (0, -1):
        lines = [(page.splitlines() or [""])[edge] for page in pages]
        shared = _shared_heads(lines)
        cut = [head is not None and page != line for page, line, head in zip(pages, lines, shared, strict=True)]
        heads |= dict.fromkeys(head for head, run in zip(shared, cut, strict=True) if head and run)
        pages = [
            (page[len(line) :] if edge == 0 else page[: -len(line)]).strip() if run else page
            for page, line, run in zip(pages, lines, cut, strict=True)
        ]
    return Trimmed(pages, _notes([*heads]))


def _notes(heads: list[str]) -> tuple[str, ...]:
    quoted = ", ".join(f"“{head.replace(CELL_GAP, ' ')}”" for head in heads[:NAMED_HEADS])
    more = " ..." if len(heads) > NAMED_HEADS else ""
    return (f"first or last lines that most pages share were left out: {quoted}{more}",) if heads else ()


def _shared_heads(lines: list[str]) -> list[str | None]:
    """For each line the head that most lines have, "" for a mere page number; None where it is text."""
    marks = [[*_marks(line.strip(), index)] for index, line in enumerate(lines)]
    pages = Counter(mark for line in marks for mark in line)
    most = max(1, len(lines) // 2)
    return [next((mark.head for mark in line if pages[mark] > most), None) for line in marks]


def _marks(line: str, index: int) -> Iterator[_Mark]:
    yield _Mark(line)
    if match := _ALONE.fullmatch(line):
        if match["name"] or not _YEAR.fullmatch(match["number"]):
            yield _Mark("", _ALONE, None if match["name"] else int(match["number"]) - index)
        return
    for place in (_FIRST, _LAST):
        if match := place.fullmatch(line):
            if match["name"]:
                yield _Mark(match["head"], place)
            elif match["apart"] and len(match["head"].split()) >= HEAD_WORDS:
                yield _Mark(match["head"], place, int(match["number"]) - index)
