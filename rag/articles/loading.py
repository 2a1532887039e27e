"""Path -> articles: which files to read, and one file read as an article."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from rag.articles import boilerplate, dating, titles
from rag.articles.article import Article
from rag.articles.formats import FORMATS, FileContent, replace_unstorable
from rag.errors import ArticleError
from rag.text.spans import Span

_FIELD = re.compile(r"^(?P<name>title|date)[ \t]*:[ \t]*[\"']?(?P<value>.*?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)


class ArticleFiles(NamedTuple):
    """Files below a folder, hidden ones left out; every tuple is sorted."""

    files: tuple[Path, ...]
    """Of a known format."""
    unreadable: tuple[OSError, ...] = ()
    """One error for each folder inside that cannot be listed; its `filename` is the folder."""
    unknown: tuple[Path, ...] = ()
    """Of no known format."""


def find_articles(path: Path) -> ArticleFiles:
    """The files below a folder that can be articles; a file is itself, whatever its format.

    Args:
        path: a folder or a file; links to folders inside it are not followed.

    Raises:
        ArticleError: there is nothing at the path.
    """
    _require_text(path.absolute())
    try:
        if path.is_file():
            return ArticleFiles((path,))
        if not path.is_dir():
            raise ArticleError(path, "no such file or folder")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise ArticleError(path, f"cannot be read ({error.strerror})") from error
    return _walk(path)


def _walk(path: Path) -> ArticleFiles:
    paths: list[Path] = []
    unreadable: list[OSError] = []
    for place, folders, names in os.walk(path, onerror=unreadable.append):
        folders[:] = (folder for folder in folders if not folder.startswith("."))
        paths.extend(Path(place, name) for name in names if not name.startswith("."))
    files = sorted(file for file in paths if file.is_file())
    known = tuple(file for file in files if file.suffix.lower() in FORMATS)
    unknown = tuple(file for file in files if file.suffix.lower() not in FORMATS)
    return ArticleFiles(known, tuple(sorted(unreadable, key=lambda error: str(error.filename))), unknown)


def load_article(file: Path, root: Path, *, max_bytes: int = 20_000_000) -> Article:
    """One file as an article; its id is its path below the root.

    Args:
        file: the file to read.
        root: the folder that is ingested, or the file itself.
        max_bytes: a larger file is refused.

    Raises:
        ArticleError: the file is missing, empty, too large, of no known format or damaged.
    """
    _require_text(file)
    content = _content(file, max_bytes)
    text = replace_unstorable(content.text)
    front = boilerplate.front_matter(text)
    fields = {match["name"].lower(): match["value"] for match in _FIELD.finditer(text, *front)}
    headline = titles.headline(text, _first_evidence(text, boilerplate.find_boilerplate(text)))
    spans = boilerplate.find_boilerplate(text, headline)
    body = text[_first_evidence(text, spans) :]
    if not body:
        raise ArticleError(file, _why_empty(text))
    stated = dating.metadata_date(fields.get("date", "")) or content.published
    return Article(
        id=file.name if file == root else file.relative_to(root).as_posix(),
        title=_title(fields, content, text[slice(*headline)], body),
        text=text,
        date=stated or dating.publication_date(text[front.end :]),
        source=str(file),
        boilerplate=spans,
    )


def _why_empty(text: str) -> str:
    blank = not text.strip("\ufeff \t\r\n")
    return "is empty" if blank else "holds nothing but boilerplate (links, forms, menus)"


def _require_text(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        printable = Path(os.fsencode(path).decode(errors="replace"))
        raise ArticleError(printable, "has a name that is not UTF-8; rename it") from error


def _content(file: Path, max_bytes: int) -> FileContent:
    if file.suffix.lower() not in FORMATS:
        raise ArticleError(file, f"is of no known format ({', '.join(FORMATS)})")
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise ArticleError(file, f"is too large: {size / 1e6:.1f} MB, more than {max_bytes / 1e6:.0f} MB; split it")
        return FORMATS[file.suffix.lower()](file, file.read_bytes())
    except OSError as error:
        raise ArticleError(file, f"cannot be read ({error.strerror})") from error


def _title(fields: dict[str, str], content: FileContent, headline: str, body: str) -> str:
    return fields.get("title") or content.title or titles.clean_headline(headline) or titles.opening_words(body)


def _first_evidence(text: str, spans: tuple[Span, ...]) -> int:
    start = 0
    for span in spans:
        if text[start : span.start].strip("\ufeff \t\r\n"):
            return start
        start = span.end
    return start if text[start:].strip() else len(text)
