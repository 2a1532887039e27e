"""Path -> articles: which files to read, and one file read as an article."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from rag.articles import boilerplate, dating, titles
from rag.articles.article import Article
from rag.articles.formats import FORMATS, Reading, storable
from rag.errors import ArticleError
from rag.text.spans import Span

_FIELD = re.compile(r"^(?P<name>title|date)[ \t]*:[ \t]*[\"']?(?P<value>.*?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)


def find(
    path: Path, unread: Callable[[OSError], None] | None = None, strange: Callable[[Path], None] | None = None
) -> tuple[Path, ...]:
    """The files below a folder that can be articles, hidden ones left out, in order; a file is itself.

    Args:
        path: a folder or a file; links to folders inside it are not followed.
        unread: told of each folder inside that cannot be listed; its error names the folder.
        strange: told of each file inside that is of no known format.

    Raises:
        ArticleError: there is nothing at the path.
    """
    _require_text(path.absolute())
    try:
        if path.is_file():
            return (path,)
        if not path.is_dir():
            raise ArticleError(path, "no such file or folder")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise ArticleError(path, f"cannot be read ({error.strerror})") from error
    files: list[Path] = []
    for place, folders, names in os.walk(path, onerror=unread):
        folders[:] = (folder for folder in folders if not folder.startswith("."))
        files.extend(Path(place, name) for name in names if not name.startswith("."))
    known = [file for file in files if file.suffix.lower() in FORMATS]
    if strange:
        for file in filter(Path.is_file, set(files).difference(known)):
            strange(file)
    return tuple(sorted(file for file in known if file.is_file()))


def read(file: Path, root: Path, *, max_bytes: int = 20_000_000) -> Article:
    """One file as an article; its id is its path below the root.

    Args:
        file: what to read.
        root: the folder that is ingested, or the file itself.
        max_bytes: a larger file is refused.

    Raises:
        ArticleError: the file is missing, empty, too large, of no known format or damaged.
    """
    _require_text(file)
    reading = _content(file, max_bytes)
    text = storable(reading.text)
    front = boilerplate.front_matter(text)
    fields = {found["name"].lower(): found["value"] for found in _FIELD.finditer(text, *front)}
    headline = titles.headline(text, _first_evidence(text, boilerplate.find(text)))
    marked = boilerplate.find(text, headline)
    body = text[_first_evidence(text, marked) :]
    if not body:
        raise ArticleError(
            file, "is empty" if not text.strip("\ufeff \t\r\n") else "holds nothing but furniture (links, forms, menus)"
        )
    return Article(
        id=file.name if file == root else file.relative_to(root).as_posix(),
        title=_title(fields, reading, text[slice(*headline)], body),
        text=text,
        date=dating.stated(fields.get("date", "")) or reading.published or dating.publication_date(text[front.end :]),
        source=str(file),
        furniture=marked,
    )


def _require_text(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        named = Path(os.fsencode(path).decode(errors="replace"))
        raise ArticleError(named, "has a name that is not UTF-8; rename it") from error


def _content(file: Path, max_bytes: int) -> Reading:
    if file.suffix.lower() not in FORMATS:
        raise ArticleError(file, f"is of no known format ({', '.join(FORMATS)})")
    try:
        size = file.stat().st_size
        if size > max_bytes:
            raise ArticleError(file, f"is too large: {size / 1e6:.1f} MB, more than {max_bytes / 1e6:.0f} MB; split it")
        return FORMATS[file.suffix.lower()](file, file.read_bytes())
    except OSError as error:
        raise ArticleError(file, f"cannot be read ({error.strerror})") from error


def _title(fields: dict[str, str], reading: Reading, headline: str, body: str) -> str:
    return fields.get("title") or reading.title or titles.readable(headline) or titles.opening_words(body)


def _first_evidence(text: str, marked: tuple[Span, ...]) -> int:
    start = 0
    for span in marked:
        if text[start : span.start].strip("\ufeff \t\r\n"):
            return start
        start = span.end
    return start if text[start:].strip() else len(text)
