"""File -> text: one function a format; each says what is wrong with a file it cannot read."""

import html
import io
import logging
import re
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from rag.articles.dating import stated
from rag.errors import ArticleError

BINARY_SHARE = 0.02
"""Share of control characters from which on a text file is taken for a binary one."""
UNPACKED_BYTES = 200_000_000
"""Largest content of a .docx file: a few kilobytes can unpack to as many gigabytes."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NUMBER = re.compile(r"\d+")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class Reading(NamedTuple):
    """What a file holds: its text, and what its metadata states."""

    text: str
    title: str = ""
    published: date | None = None


def plain_text(file: Path, content: bytes) -> Reading:
    """UTF-8, or UTF-16 with a byte order mark, as it stands: line ends are kept."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    if encoding == "utf-8" and b"\0" in content:
        raise ArticleError(file, "is a binary file, not text")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        hint = f"convert it: iconv -f WINDOWS-1252 -t UTF-8 '{file.name}'"
        raise ArticleError(file, f"is not {encoding.upper()} (at byte {error.start}); {hint}") from error
    if len(_CONTROL.findall(text)) > BINARY_SHARE * len(text):
        raise ArticleError(file, "is a binary file, not text")
    return Reading(text)


def web_page(file: Path, content: bytes) -> Reading:
    """The main text of an HTML page, with the title and date its metadata states."""
    import trafilatura

    if not content.strip():
        raise ArticleError(file, "is empty")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(content, with_metadata=True, include_comments=False, include_tables=True)
    page = found if found is None or isinstance(found, dict) else found.as_dict()
    if page is None or not (page["text"] or "").strip():
        raise ArticleError(file, "is a page without a text")
    # Its lines are paragraphs; a single line break would read as wrapping.
    text = "\n\n".join(page["text"].splitlines())
    return Reading(text, html.unescape(page["title"] or ""), _stated_date(content))


_NAMES_DATE = (
    rb"""(?:article:published(?:_time)?|datepublished|pub(?:lish|lication)?[-_]?date|parsely-pub-date|date"""
    rb"""|(?:dc|dcterms)\.(?:date(?:\.(?:issued|created))?|issued|created))"""
)
_DATED = re.compile(
    rb"""<(?:meta|time)\b(?=[^<>]{0,400}?\s(?:(?:name|property|itemprop)\s*=\s*["']?"""
    + _NAMES_DATE
    + rb"""["'\s/>]|pubdate\b))[^<>]{0,400}?\s(?:content|datetime)\s*=\s*["']?(?P<tag>[^"'<>]{6,40})"""
    + rb"""|"datePublished"\s*:\s*"(?P<data>[^"]{6,40})\"""",
    re.IGNORECASE,
)


def _stated_date(content: bytes) -> date | None:
    # trafilatura guesses a date from the page's text and address when its metadata states none.
    for found in _DATED.finditer(content):
        if day := stated((found["tag"] or found["data"]).decode("ascii", errors="replace")):
            return day
    return None


def pdf(file: Path, content: bytes) -> Reading:
    """The text of every page, in order."""
    from llama_index.readers.file import PDFReader  # type: ignore[import-untyped]
    from tenacity import RetryError

    if not content.startswith(b"%PDF-"):
        raise ArticleError(file, "is not a PDF")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = PDFReader().load_data(file)
    except RetryError as error:  # the reader tries three times, whatever the error
        raise ArticleError(file, f"is a broken or protected PDF ({error.last_attempt.exception()})") from error
    text = "\n".join(_without_running_lines([page.text.strip() for page in pages]))  # a sentence may run over the page
    if not text.strip():
        raise ArticleError(file, "is a PDF without text, perhaps scanned; run it through OCR first")
    return Reading(text)


def _without_running_lines(pages: list[str]) -> list[str]:
    """Pages without the first and last line that most of them share but for its numbers; what is alone stays."""
    for edge in (0, -1):
        lines = [(page.splitlines() or [""])[edge] for page in pages]
        alike = Counter(_NUMBER.sub("0", line).strip() for line in lines)
        runs = [alike[_NUMBER.sub("0", line).strip()] > max(1, len(pages) // 2) for line in lines]
        pages = [
            (page[len(line) :] if edge == 0 else page[: -len(line)]).strip() if run and page != line else page
            for page, line, run in zip(pages, lines, runs, strict=True)
        ]
    return pages


def word_document(file: Path, content: bytes) -> Reading:
    """The text of a .docx document, without what is printed above and below every page."""
    from docx2txt.docx2txt import xml2text

    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > UNPACKED_BYTES:
                raise ArticleError(file, f"unpacks to {unpacked / 1e6:.0f} MB; split it")
            return Reading(xml2text(archive.read("word/document.xml")).strip())
    except (BadZipFile, KeyError, ValueError, SyntaxError, RuntimeError, EOFError, zlib.error) as error:
        raise ArticleError(file, "is a broken or protected .docx document") from error


FORMATS: dict[str, Callable[[Path, bytes], Reading]] = {
    ".txt": plain_text,
    ".md": plain_text,
    ".html": web_page,
    ".htm": web_page,
    ".pdf": pdf,
    ".docx": word_document,
}


def storable(text: str) -> str:
    """The text with characters that no index can hold replaced one for one, so that offsets stay."""
    return _NOT_TEXT.sub("\ufffd", text)
