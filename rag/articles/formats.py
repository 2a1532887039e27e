"""File -> text: one function a format; each raises ArticleError with the reason for a file it cannot read."""

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

from rag.articles.dating import metadata_date
from rag.errors import ArticleError

BINARY_SHARE = 0.02
"""Share of control characters above which a text file is treated as binary."""
UNPACKED_BYTES = 200_000_000
"""Largest unpacked size of a .docx file: a few kilobytes can unpack to as many gigabytes."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NUMBER = re.compile(r"\d+")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class FileContent(NamedTuple):
    """Text of a file, with the title and date of its metadata."""

    text: str
    title: str = ""
    published: date | None = None


def plain_text(file: Path, content: bytes) -> FileContent:
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
    return FileContent(text)


def web_page(file: Path, content: bytes) -> FileContent:
    """The main text of an HTML page, with the title and date its metadata states."""
    import trafilatura

    if not content.strip():
        raise ArticleError(file, "is empty")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    extracted = trafilatura.bare_extraction(content, with_metadata=True, include_comments=False, include_tables=True)
    page = extracted if extracted is None or isinstance(extracted, dict) else extracted.as_dict()
    if page is None or not (page["text"] or "").strip():
        raise ArticleError(file, "is a page without a text")
    # Its lines are paragraphs; a single line break would read as wrapping.
    text = "\n\n".join(page["text"].splitlines())
    return FileContent(text, html.unescape(page["title"] or ""), _page_date(content))


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


def _page_date(content: bytes) -> date | None:
    # trafilatura guesses a date from the page's text and address when its metadata states none.
    for match in _DATED.finditer(content):
        if day := metadata_date((match["tag"] or match["data"]).decode("ascii", errors="replace")):
            return day
    return None


def pdf(file: Path, content: bytes) -> FileContent:
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
    return FileContent(text)


def _without_running_lines(pages: list[str]) -> list[str]:
    """Pages without the first and last lines that most of them share, numbers aside; a page of one line keeps it."""
    for edge in (0, -1):
        lines = [(page.splitlines() or [""])[edge] for page in pages]
        alike = Counter(_NUMBER.sub("0", line).strip() for line in lines)
        runs = [alike[_NUMBER.sub("0", line).strip()] > max(1, len(pages) // 2) for line in lines]
        pages = [
            (page[len(line) :] if edge == 0 else page[: -len(line)]).strip() if run and page != line else page
            for page, line, run in zip(pages, lines, runs, strict=True)
        ]
    return pages


def word_document(file: Path, content: bytes) -> FileContent:
    """The text of a .docx document, without its headers and footers."""
    from docx2txt.docx2txt import xml2text

    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > UNPACKED_BYTES:
                raise ArticleError(file, f"unpacks to {unpacked / 1e6:.0f} MB; split it")
            return FileContent(xml2text(archive.read("word/document.xml")).strip())
    except (BadZipFile, KeyError, ValueError, SyntaxError, RuntimeError, EOFError, zlib.error) as error:
        raise ArticleError(file, "is a broken or protected .docx document") from error


FORMATS: dict[str, Callable[[Path, bytes], FileContent]] = {
    ".txt": plain_text,
    ".md": plain_text,
    ".html": web_page,
    ".htm": web_page,
    ".pdf": pdf,
    ".docx": word_document,
}


def replace_unstorable(text: str) -> str:
    """The text with each character that SQLite cannot hold replaced by U+FFFD, so that offsets stay."""
    return _NOT_TEXT.sub("\ufffd", text)
