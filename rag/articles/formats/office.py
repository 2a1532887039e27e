"""Spreadsheets, slides, OpenDocument and RTF -> text."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from rag.articles.formats.archive import BROKEN_ARCHIVE, open_archive, read_member
from rag.articles.formats.content import FileContent, visible_text
from rag.articles.formats.limits import require_within
from rag.articles.formats.records import row_articles
from rag.articles.formats.tables import table_rows
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

BROKEN = (*BROKEN_ARCHIVE, BadZipFile, SyntaxError, AttributeError, TypeError, IndexError)
"""What the libraries raise for a damaged document."""
CELLS = 250
"""Cells a row, empty ones included, on which the limit of rows counts."""
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HIDDEN = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note-citation", f"{_TEXT}hidden-text"}


def spreadsheet(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The rows of an .xlsx workbook, with the heads of their columns; rows with a text column are articles."""
    import openpyxl

    with open_archive(file, content, settings):
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = {sheet.title: _sheet_rows(file, sheet, settings) for sheet in book.worksheets}
        except BROKEN as error:
            raise ArticleError(file, "is a broken or protected .xlsx document") from error
    filled = {name: rows for name, rows in sheets.items() if rows}
    if len(filled) == 1:
        return row_articles(file, next(iter(filled.values())), settings)
    parts = [part for name, rows in filled.items() for part in (f"## {name}", *table_rows(rows))]
    return (FileContent(visible_text("\n\n".join(parts))),)


def _sheet_rows(file: Path, sheet: Any, settings: "Settings") -> list[list[str]]:  # noqa: ANN401 - openpyxl has no types
    """The rows that are not empty, without empty cells at their ends; a small sheet can claim 16,384."""
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        texts = [_cell(value) for value in row]
        cells += len(texts)
        wide = f"has {cells} cells, as many as {cells // CELLS} rows of {CELLS}"
        require_within(file, wide, cells // CELLS, settings.file_articles, "file_articles")
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append(texts)
            require_within(file, f"has {len(rows)} rows", len(rows), settings.file_articles, "file_articles")
    return rows


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return str(value.date())
    return "" if value is None else str(value).strip()


def slides(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of a .pptx presentation: slide by slide, with tables and notes."""
    import pptx
    from pptx.exc import PackageNotFoundError

    with open_archive(file, content, settings):
        try:
            shown = pptx.Presentation(io.BytesIO(content)).slides
            parts = [part for slide in shown for part in _slide(slide)]
        except (*BROKEN, PackageNotFoundError) as error:
            raise ArticleError(file, "is a broken or protected .pptx document") from error
    return FileContent(visible_text("\n\n".join(parts)))


def _slide(slide: Any) -> Iterator[str]:  # noqa: ANN401 - python-pptx has no types
    if slide._element.get("show") == "0":
        return
    yield from _shapes(slide.shapes)
    if slide.has_notes_slide:
        yield from _paragraphs(slide.notes_slide.notes_text_frame.text)


def _shapes(shapes: Any) -> Iterator[str]:  # noqa: ANN401 - python-pptx has no types
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif getattr(shape, "has_table", False):
            yield from table_rows([[cell.text.strip() for cell in row.cells] for row in shape.table.rows])
        elif shape.has_text_frame:
            yield from _paragraphs(shape.text_frame.text)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def open_document(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of an .odt document with its footnotes, without deleted text and comments."""
    from lxml import etree

    with open_archive(file, content, settings) as archive:
        part = read_member(file, archive, "content.xml")
    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ArticleError(file, "is a broken or protected .odt document") from error
    body = root.find(f".//{_OFFICE}text")
    if body is None:
        raise ArticleError(file, "is an OpenDocument file without a text")
    notes: list[str] = []
    blocks = [*_odt_blocks(body, notes)]
    return FileContent(visible_text("\n\n".join([*blocks, *notes])))


def _odt_blocks(parent: Any, notes: list[str]) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    for element in parent:
        if element.tag in _HIDDEN:
            continue
        if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            line = " ".join(_odt_text(element, notes).split())
            if line:
                yield (
                    f"{'#' * int(element.get(f'{_TEXT}outline-level', '1'))} {line}"
                    if element.tag.endswith("}h")
                    else line
                )
        elif element.tag == f"{_TABLE}table":
            rows = [
                [" ".join(_odt_blocks(cell, notes)) for cell in row.iter(f"{_TABLE}table-cell")]
                for row in element.iter(f"{_TABLE}table-row")
            ]
            yield from table_rows([row for row in rows if any(row)])
        else:
            yield from _odt_blocks(element, notes)


def _odt_text(element: Any, notes: list[str]) -> str:  # noqa: ANN401 - lxml has no types
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}note":
            notes.extend(_odt_blocks(child, notes))
        elif child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append(" ")
        elif isinstance(child.tag, str) and child.tag not in _HIDDEN:
            parts.append(_odt_text(child, notes))
        parts.append(child.tail or "")
    return "".join(parts)


def rich_text(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of an .rtf document."""
    from striprtf.striprtf import rtf_to_text

    if not content.lstrip().startswith(b"{\\rtf"):
        raise ArticleError(file, "is not an RTF document")
    try:
        text = rtf_to_text(content.decode("latin-1"), errors="replace")
    except (ValueError, LookupError, IndexError, TypeError, RecursionError) as error:
        raise ArticleError(file, "is a broken .rtf document") from error
    return FileContent("\n\n".join(visible_text(text).splitlines()))
