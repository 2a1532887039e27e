"""Word document -> text, by mammoth: with footnotes and tables, without what the document hides or has moved."""

import io
import re
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from rag.articles.formats.archive import open_archive
from rag.articles.formats.content import FileContent, visible_text
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

BROKEN = (BadZipFile, KeyError, ValueError, SyntaxError, RuntimeError, EOFError, zlib.error, AttributeError, TypeError)
"""What mammoth and lxml raise for a damaged document."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(?:document|footnotes|endnotes)\.xml")
_BACK_LINK = "↑"


def word_document(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of a .docx document with its footnotes, without its headers, footers and comments."""
    import mammoth
    from lxml import html

    from rag.articles.formats import markup

    with open_archive(file, content, settings) as archive:
        try:
            # A picture is written as base64 otherwise, and libxml2 ends a document at 10 MB of it.
            converted = mammoth.convert_to_html(_shown(archive), convert_image=lambda _: [])
            page = html.fromstring(f"<html><body>{converted.value}</body></html>")
        except BROKEN as error:
            raise ArticleError(file, "is a broken or protected .docx document") from error
    for link in [link for link in page.iter("a") if link.text == _BACK_LINK]:
        markup.replace_element(link, "")
    markup.write_out(page)
    text = visible_text(markup.page_text(page).replace("\u2011", "-"))
    return FileContent(text)


def _shown(archive: ZipFile) -> io.BytesIO:
    """The document without hidden runs and without the old places of moved text."""
    shown = io.BytesIO()
    with ZipFile(shown, "w", ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            part = archive.read(name)
            copy.writestr(name, _without_hidden(part) if _PARTS.fullmatch(name) else part)
    return shown


def _without_hidden(part: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    for run in [*root.iter(f"{_W}r")]:
        hidden = run.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and hidden.get(f"{_W}val", "1") not in ("0", "false", "off"):
            run.getparent().remove(run)
    for moved in [*root.iter(f"{_W}moveFrom")]:
        moved.getparent().remove(moved)
    return bytes(etree.tostring(root))
