"""Chat -> a Word document: each mark is a footnote with the quote and its source; written part by part, as XML."""

import io
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rag.answering.answer import Answer, Citation
from rag.chat.exchanges import Chat
from rag.chat.export_template import render_export

_PARTS = {
    "[Content_Types].xml": "content_types",
    "_rels/.rels": "package_parts",
    "docProps/core.xml": "properties",
    "word/_rels/document.xml.rels": "document_parts",
    "word/styles.xml": "styles",
    "word/document.xml": "document",
    "word/footnotes.xml": "footnotes",
}
"""Path in the document -> template below templates/word/; the footnotes last, which the document collects."""
_FIRST_NOTE = 2
"""Numbers 0 and 1 are the lines above the notes."""


def export_word(chat: Chat, day: date) -> bytes:
    """The chat as .docx, without macros and without links to anything outside.

    Args:
        chat: to export.
        day: of the export.
    """
    cited: list[Citation] = []

    def note(answer: Answer, number: int) -> int:
        cited.append(next(citation for citation in answer.citations if citation.number == number))
        return _FIRST_NOTE + len(cited) - 1

    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as document:
        for path, template in _PARTS.items():
            part = render_export(f"word/{template}.xml", chat, day, note=note, cited=cited)
            document.writestr(_entry(path, day), part.strip())
    return content.getvalue()


def _entry(path: str, day: date) -> ZipInfo:
    """A part dated by the export, so that the same chat gives the same bytes."""
    entry = ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry
