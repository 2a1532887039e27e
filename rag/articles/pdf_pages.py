"""PDF file -> one of its pages as a picture, with the places where a sentence stands on it."""

import io
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from rag.articles.formats.pdf import PDFIUM
from rag.errors import ArticleError

WIDTH = 1100
"""Pixels of a picture's width: sharp in the panel on a screen of twice the usual density."""
LONGEST = 2400
"""Pixels of the height of a longer page, which gets narrower."""
SEARCHED_PAGES = 200
"""Pages searched for a sentence, from where it should stand outwards; one takes some 5 ms."""
ANCHOR = 30
"""Letters of a sentence's beginning, or end, by which a page that holds only a part of it is found."""
KEPT = 32
"""Pages kept in memory; one is some 250 kB."""


class Box(NamedTuple):
    """A place on a page, in shares of its width and height."""

    left: float
    top: float
    width: float
    height: float


class PdfPage(NamedTuple):
    """One page of a PDF as a picture."""

    picture: bytes
    """JPEG, which is made ten times as fast as PNG or WebP."""
    width: int
    height: int
    number: int
    """From 1."""
    pages: int
    """Of the whole file."""
    boxes: tuple[Box, ...]
    """Where the sentence stands, a line each; empty where it was not found."""
    whole: bool
    """Whether all of the sentence stands on this page."""


def read_pdf_page(file: Path, sentence: str, share: float = 0.0, number: int | None = None) -> PdfPage:
    """The page of a PDF that a sentence stands on; the page where it should stand when it is on none.

    Args:
        file: the PDF.
        sentence: as it was read from it; hyphens, spaces and ligatures need not be as on the page.
        share: of the text that stands before the sentence: where the search begins.
        number: of the page wanted instead, from 1; the nearest there is.

    Raises:
        ArticleError: the file is gone, or broken or protected.
    """
    try:
        changed = file.stat().st_mtime_ns
    except OSError as error:
        raise ArticleError(file, f"cannot be read ({error.strerror})") from error
    return _read(file, changed, sentence, share, number)


@lru_cache(maxsize=KEPT)
def _read(file: Path, changed: int, sentence: str, share: float, number: int | None) -> PdfPage:
    import pypdfium2

    try:
        with PDFIUM, pypdfium2.PdfDocument(file) as document:
            pages = len(document)
            wanted = [min(max(number, 1), pages) - 1] if number else [*_nearby(pages, share)]
            at, span, whole = _find(document, wanted, _letters(sentence))
            return _draw(document[at], at + 1, pages, span, whole=whole)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise ArticleError(file, f"is a broken or protected PDF ({error})") from error


def _nearby(pages: int, share: float) -> Iterator[int]:
    """Pages from the one where a share of the text ends, outwards."""
    middle = min(int(share * pages), pages - 1)
    return iter(sorted(range(pages), key=lambda page: abs(page - middle))[:SEARCHED_PAGES])


def _letters(text: str) -> str:
    """The letters and digits of a text, by which it is found however a page sets it."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _find(document: Any, wanted: list[int], letters: str) -> tuple[int, range, bool]:  # noqa: ANN401 - PDFium's own type
    """The page that holds most of the sentence, the characters that are it, and whether they are all of it."""
    best, span, most = wanted[0], range(0), 0
    for number in wanted if letters else ():
        page = document[number].get_textpage()
        shown, places = _page_letters(page)
        start, count = _longest_part(shown, letters)
        if count > most:
            best, most, span = number, count, range(places[start], places[start + count - 1] + 1)
        if most == len(letters):
            break
    return best, span, most == len(letters)


def _page_letters(page: Any) -> tuple[str, list[int]]:  # noqa: ANN401 - PDFium's own type
    """The letters of a page, and for each the index of its character."""
    from pypdfium2 import raw

    found: list[str] = []
    places: list[int] = []
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, index)
        letters = _letters(chr(code)) if code < 0x110000 else ""
        found.append(letters)
        places += [index] * len(letters)
    return "".join(found), places


def _longest_part(shown: str, letters: str) -> tuple[int, int]:
    """Where the letters of a sentence stand among those of a page, whole, or from its beginning, or up to its end."""
    if (start := shown.find(letters)) >= 0:
        return start, len(letters)
    if (start := shown.find(letters[:ANCHOR])) >= 0:
        return start, _same(shown[start:], letters)
    if (start := shown.rfind(letters[-ANCHOR:])) >= 0:
        end = start + len(letters[-ANCHOR:])
        count = _same(shown[:end][::-1], letters[::-1])
        return end - count, count
    return 0, 0


def _same(one: str, other: str) -> int:
    """Letters with which both begin."""
    return next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )


def _draw(page: Any, number: int, pages: int, span: range, *, whole: bool) -> PdfPage:  # noqa: ANN401 - PDFium's own type
    width, height = page.get_size()
    bitmap = page.render(scale=min(WIDTH / width, LONGEST / height))
    picture = io.BytesIO()
    bitmap.to_pil().convert("RGB").save(picture, "JPEG", quality=80)
    boxes = tuple(_boxes(page, span, bitmap)) if span else ()
    return PdfPage(picture.getvalue(), bitmap.width, bitmap.height, number, pages, boxes, whole)


def _boxes(page: Any, span: range, bitmap: Any) -> Iterator[Box]:  # noqa: ANN401 - PDFium's own types
    """A box for each line of a stretch of characters, on the picture: turned and cut as the page is."""
    text_page, convert = page.get_textpage(), bitmap.get_posconv(page)
    for at in range(text_page.count_rects(span.start, len(span))):
        left, bottom, right, top = text_page.get_rect(at)
        corners = [convert.to_bitmap(left, top), convert.to_bitmap(right, bottom)]
        (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*corners, strict=True))
        yield Box(x1 / bitmap.width, y1 / bitmap.height, (x2 - x1) / bitmap.width, (y2 - y1) / bitmap.height)
