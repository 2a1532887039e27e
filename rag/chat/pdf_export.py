"""Chat -> a PDF: each mark links to the quote with its source, below its answer; the font is inside the file."""

import io
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from markupsafe import escape

from rag.chat.document import STATIC
from rag.chat.exchanges import Chat
from rag.chat.export_template import render_export
from rag.chat.markup import line

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph

FONTS = {"Serif": "articles-serif-regular.ttf", "Serif-Bold": "articles-serif-semibold.ttf"}
MARGIN = 71.0
"""Points around the text of a page; 25 mm."""
UNKNOWN_LETTERS = "Letters of other scripts than Latin, Greek and Cyrillic show as boxes here; Word and HTML show them."


def export_pdf(chat: Chat, day: date) -> bytes:
    """The chat as PDF, A4, with its questions as outline and without links to anything outside.

    Args:
        chat: to export.
        day: of the export.
    """
    from reportlab.platypus import SimpleDocTemplate

    class Document(SimpleDocTemplate):  # type: ignore[misc]  # reportlab has no types
        def afterFlowable(self, flowable: object) -> None:  # noqa: N802 - the library's name
            _add_to_outline(self.canv, flowable)

    content = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = Document(content, **margins, title=line(chat.title), lang="en", author="", subject="", creator="rag")
    document.build([*_paragraphs(_story(chat, day))], onFirstPage=_number_page, onLaterPages=_number_page)
    return content.getvalue()


def _story(chat: Chat, day: date) -> str:
    story = render_export("pdf/story.xml", chat, day)
    return unicodedata.normalize("NFC", story)  # marks that stand apart from their letters would be drawn beside them


def _paragraphs(story: str) -> "Iterator[Paragraph]":
    from reportlab.platypus import Paragraph

    styles = _styles()
    for element in etree.fromstring(story, etree.XMLParser(resolve_entities=False, huge_tree=True)):
        bullet = element.get("number") or ("•" if element.get("style") == "Listed" else None)
        yield Paragraph(_inner(element), styles[element.get("style")], bulletText=bullet)
    if any(character.isprintable() and ord(character) not in _glyphs() for character in story):
        yield Paragraph(UNKNOWN_LETTERS, styles["Quiet"])


def _inner(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    return str(escape(element.text or "")) + "".join(etree.tostring(child, encoding="unicode") for child in element)


@cache
def _glyphs() -> frozenset[int]:
    """The characters that the font shows."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, STATIC / "fonts" / file))
    pdfmetrics.registerFontFamily("Serif", "Serif", "Serif-Bold", "Serif", "Serif-Bold")
    return frozenset(pdfmetrics.getFont("Serif").face.charToGlyph)


@cache
def _styles() -> "dict[str, ParagraphStyle]":
    from reportlab.lib.styles import ParagraphStyle

    _glyphs()
    serif = {"fontName": "Serif", "bulletFontName": "Serif", "allowWidows": 0}
    normal = {**serif, "fontSize": 11, "leading": 16, "spaceAfter": 8}
    heading = {"fontName": "Serif-Bold", "keepWithNext": 1}
    small = {"fontSize": 9, "leading": 12.5, "textColor": "#575248"}
    listed: dict[str, object] = {"leftIndent": 16, "spaceAfter": 4}
    styles: dict[str, dict[str, object]] = {
        "Normal": {},
        "Title": {"fontName": "Serif-Bold", "fontSize": 20, "leading": 26},
        "Question": {**heading, "fontSize": 14, "leading": 19, "spaceBefore": 18},
        "Heading": {**heading, "spaceBefore": 6, "spaceAfter": 4, "fontSize": 10},
        "Quiet": small,
        "Listed": listed,
        "Source": {**small, **listed, "bulletFontSize": 9},
    }
    return {name: ParagraphStyle(name, **{**normal, **style}) for name, style in styles.items()}


def _add_to_outline(canvas: "Canvas", flowable: object) -> None:
    if getattr(getattr(flowable, "style", None), "name", "") == "Question":
        key = f"question-{id(flowable)}"
        canvas.bookmarkPage(key)
        canvas.addOutlineEntry(line(flowable.getPlainText(), 80), key)  # type: ignore[attr-defined]


def _number_page(canvas: "Canvas", document: Any) -> None:  # noqa: ANN401 - reportlab has no types
    canvas.setFont("Serif", 9)
    canvas.drawCentredString(document.pagesize[0] / 2, MARGIN / 2, str(document.page))
