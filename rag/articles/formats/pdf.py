"""PDF -> text, by PDFium: pages in order, columns one after the other, running heads left out."""

import re
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.articles.formats import scanned as scanned_pages
from rag.articles.formats.content import FileContent, visible_text
from rag.articles.formats.limits import require_within
from rag.articles.formats.page_layout import CELL_GAP, Run, page_lines
from rag.articles.formats.running_lines import without_running_lines
from rag.errors import ArticleError
from rag.text.hyphens import join_cut_words

if TYPE_CHECKING:
    from rag.settings import Settings

NAMED_PAGES = 10
"""Pages without text that are named; the rest is counted."""
_NO_TITLE = re.compile(
    r"^microsoft |^untitled|^\(?(?:anonymous|unspecified)|\.(?:docx?|pdf|indd|qxd|tex|odt)$|[\\/]", re.IGNORECASE
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
PDFIUM = Lock()
"""PDFium may be called by one thread at a time."""


def pdf(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of every page; a note says which pages hold none, or were read by OCR."""
    if not content.startswith(b"%PDF-"):
        raise ArticleError(file, "is not a PDF")
    with PDFIUM:
        pages, title, scanned = _pages(file, content, settings)
    blank = [number for number, page in enumerate(pages, start=1) if not page.strip()]
    if len(blank) == len(pages):
        raise ArticleError(file, "is a PDF without text, perhaps scanned; run it through OCR, or install rag[ocr]")
    trimmed = without_running_lines(pages)
    # One line feed between pages: a sentence may run over the page.
    text = "\n".join(page for page in trimmed.pages if page.strip()).replace(CELL_GAP, " ")
    notes = (
        *trimmed.notes,
        *_note("hold no text, perhaps scanned", blank, len(pages)),
        *_note("are pictures and were read by OCR", scanned, len(pages)),
    )
    return FileContent(join_cut_words(visible_text(text)), title, notes=notes)


class _Pages(NamedTuple):
    texts: list[str]
    title: str
    scanned: list[int]
    """Numbers of the pages that were read by OCR."""


def _pages(file: Path, content: bytes, settings: "Settings") -> _Pages:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = len(document)
            require_within(file, f"has {pages} pages", pages, settings.article_pages, "article_pages")
            texts = ["\n".join(page_lines(_runs(document[number]))) for number in range(pages)]
            scanned = _read_pictures(document, texts, settings.ocr_pages)
            return _Pages(texts, _title(document.get_metadata_value("Title")), scanned)
    except pypdfium2.PdfiumError as error:
        raise ArticleError(file, f"is a broken or protected PDF ({error})") from error


def _read_pictures(document: Any, texts: list[str], most: int) -> list[int]:  # noqa: ANN401 - PDFium's own type
    """Fill in the texts of pages that hold none but show some, where RapidOCR is installed; their numbers."""
    from pypdfium2 import raw

    if not scanned_pages.can_read_pictures():
        return []
    blank = (number for number, text in enumerate(texts) if not text.strip())
    shown = (number for number in blank if any(document[number].get_objects([raw.FPDF_PAGEOBJ_IMAGE])))
    scanned = [*islice(shown, most)]
    for number in scanned:
        picture = document[number].render(scale=scanned_pages.DOTS / 72).to_numpy()
        texts[number] = "\n".join(scanned_pages.picture_lines(picture))
    return [number + 1 for number in scanned if texts[number].strip()]


def _title(stated: str) -> str:
    """A title that an author wrote: several words, and no name of a file or program."""
    title = " ".join(stated.split())
    return "" if len(title.split()) < 2 or _NO_TITLE.search(title) else title


def _runs(page: Any) -> list[Run]:  # noqa: ANN401 - PDFium's own type
    """The stretches of text on a page, each on one line and without a gap wider than a space."""
    from pypdfium2 import raw

    text_page = page.get_textpage()
    runs: list[Run] = []
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        character = "-" if code in (0xFFFE, 0x2) else chr(code).translate(_LIGATURES) if code < 0x110000 else ""
        if raw.FPDFText_IsGenerated(text_page, index) == 1 and character != "-":
            continue
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        run = Run(left, bottom, right, top, character)
        if runs and runs[-1].continues(run):
            runs[-1] = runs[-1].joined(run)
        else:
            runs.append(run)
    return [run for run in runs if run.text.strip()]


def _note(what: str, numbers: list[int], pages: int) -> tuple[str, ...]:
    if not numbers:
        return ()
    named = ", ".join(map(str, numbers[:NAMED_PAGES])) + (" ..." if len(numbers) > NAMED_PAGES else "")
    return (f"{len(numbers)} of {pages} pages {what}: {named}",)
