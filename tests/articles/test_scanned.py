"""Pages of a PDF that are pictures: read where RapidOCR is installed, named as not read where it is not."""

import io
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from rag.articles import FileArticles, load_articles
from rag.errors import ArticleError
from rag.settings import Settings

LINES = ("The harbour authority of Tolvik closed its northern pier", "after divers found cracks in three pillars.")
TYPED = "Ferries to Gull Island leave from the southern pier."


def written(*lines: str) -> bytes:
    file = io.BytesIO()
    sheet = canvas.Canvas(file)
    for number, line in enumerate(lines):
        sheet.drawString(72, 700 - 16 * number, line)
    sheet.save()
    return file.getvalue()


def scanned(file: Path, typed: str = "") -> None:
    """A PDF whose first page is a picture of LINES, and whose second one holds text."""
    with pypdfium2.PdfDocument(written(*LINES)) as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    sheet = canvas.Canvas(str(file))
    width, height = sheet._pagesize
    sheet.drawImage(ImageReader(picture), 0, 0, width, height)
    sheet.showPage()
    if typed:
        sheet.drawString(72, 700, typed)
        sheet.showPage()
    sheet.save()


def load(file: Path, settings: Settings | None = None) -> FileArticles:
    return load_articles(file, file.parent, settings)


def test_a_scanned_page_is_read_with_what_is_typed(tmp_path: Path) -> None:
    scanned(tmp_path / "a.pdf", TYPED)
    read = load(tmp_path / "a.pdf")
    assert " ".join(read.articles[0].text.split()) == " ".join((*LINES, TYPED))
    assert read.notes == ("1 of 2 pages are pictures and were read by OCR: 1",)


def test_without_it_the_page_is_named_as_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned(tmp_path / "a.pdf", TYPED)
    assert load(tmp_path / "a.pdf", Settings(ocr_pages=0)).notes == ("1 of 2 pages hold no text, perhaps scanned: 1",)
    monkeypatch.setattr("rag.articles.formats.scanned.can_read_pictures", lambda: False)
    assert load(tmp_path / "a.pdf").notes == ("1 of 2 pages hold no text, perhaps scanned: 1",)
    scanned(tmp_path / "b.pdf")
    with pytest.raises(ArticleError, match=r"without text, perhaps scanned; .* or install rag\[ocr\]"):
        load(tmp_path / "b.pdf")
