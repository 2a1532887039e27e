"""Path -> articles: which files to read, and one file read as the articles it holds."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rag.articles import boilerplate, dating, titles
from rag.articles.article import Article
from rag.articles.formats import FORMATS
from rag.articles.formats.content import FileContent, replace_unstorable
from rag.articles.formats.limits import require_within
from rag.articles.formats.page_parts import PAGES, is_page_part
from rag.articles.frontmatter import read_front_matter
from rag.errors import ArticleError, NoArticle
from rag.text.spans import Span

if TYPE_CHECKING:
    from rag.settings import Settings

_LOCK_FILE = re.compile(r"~\$|\.~lock\.")


class ArticleFiles(NamedTuple):
    """Files below a folder, hidden ones left out; every tuple is sorted."""

    files: tuple[Path, ...]
    """Of a known format."""
    unreadable: tuple[OSError, ...] = ()
    """One error for each folder inside that cannot be listed; its `filename` is the folder."""
    unknown: tuple[Path, ...] = ()
    """Of no known format."""
    lock_files: tuple[Path, ...] = ()
    """Of office programs."""
    page_parts: tuple[Path, ...] = ()
    """Saved by a browser beside a page: frames, scripts."""
    dead_links: tuple[Path, ...] = ()
    """Links that lead nowhere."""


class FileArticles(NamedTuple):
    """What one file holds."""

    articles: tuple[Article, ...]
    notes: tuple[str, ...] = ()
    """What was lost or decided while reading, for the user."""


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
    pages = {file.with_suffix("") for file in files if file.suffix.lower() in PAGES}
    known = [file for file in files if file.suffix.lower() in FORMATS]
    dead = (link for link in paths if link.suffix.lower() in FORMATS and link.is_symlink() and not link.exists())
    locks = {file for file in known if _LOCK_FILE.match(file.name)}
    parts = {file for file in known if file not in locks and is_page_part(file, pages)}
    return ArticleFiles(
        tuple(file for file in known if file not in locks | parts),
        tuple(sorted(unreadable, key=lambda error: str(error.filename))),
        tuple(file for file in files if file.suffix.lower() not in FORMATS),
        tuple(sorted(locks)),
        tuple(sorted(parts)),
        tuple(sorted(dead)),
    )


def load_article(file: Path, root: Path, settings: "Settings | None" = None) -> Article:
    """The first article of a file, as `load_articles` reads it.

    Raises:
        ArticleError: the file is missing, empty, too large, of no known format or damaged.
    """
    return load_articles(file, root, settings).articles[0]


def load_articles(file: Path, root: Path, settings: "Settings | None" = None) -> FileArticles:
    """The articles of one file; the id of one is the file's path below the root, and the article's name behind it.

    Args:
        file: the file to read.
        root: the folder that is ingested, or the file itself.
        settings: sizes beyond which a file is refused; None for the defaults.

    Raises:
        ArticleError: the file is missing, empty, too large, of no known format or damaged.
        NoArticle: it is a draft, or data without a text.
    """
    from rag.settings import Settings

    _require_text(file)
    contents = _contents(file, settings or Settings())
    id = file.name if file == root else file.relative_to(root).as_posix()
    articles, notes = [], [note for content in contents for note in content.notes]
    for content in contents:
        try:
            articles.append(_article(file, id, content))
        except ArticleError as error:
            if len(contents) == 1:
                raise
            notes.append(f"{content.name} {error.reason}")
    if not articles:
        raise ArticleError(file, "holds no article")
    return FileArticles(tuple(articles), tuple(notes))


def _article(file: Path, id: str, content: FileContent) -> Article:
    text = replace_unstorable(content.text)
    front = read_front_matter(text)
    if front.draft:
        raise NoArticle(file, "is a draft")
    known = (front.span, *content.boilerplate)
    spans = boilerplate.find_boilerplate(text, known)
    headline = titles.headline(text, _first_evidence(text, spans), spans)
    spans = boilerplate.find_boilerplate(text, known, headline)
    body = text[_first_evidence(text, spans) :]
    if not body and not boilerplate.is_wall(text):  # a wall is indexed, so that it is no error, and holds no evidence
        raise ArticleError(file, _why_empty(text))
    prose = dating.publication_date(text[front.span.end :], content.order)
    named = dating.name_date(Path(content.name or file.name).stem)
    dates = dating.rank_dates((front.published, *content.dates, prose, named))
    return Article(
        id=f"{id}/{content.name}" if content.name else id,
        title=front.title
        or content.title
        or titles.clean_headline(text[slice(*headline)])
        or titles.opening_words(body or text),
        text=text,
        date=dates[0].day if dates else None,
        source=str(file / content.name) if content.name else str(file),
        boilerplate=spans,
        dates=dates,
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


def _contents(file: Path, settings: "Settings") -> Sequence[FileContent]:
    if file.suffix.lower() not in FORMATS:
        raise ArticleError(file, f"is of no known format ({', '.join(FORMATS)})")
    try:
        size = file.stat().st_size
        large = f"is too large: {size / 1e6:.1f} MB"
        require_within(file, large, size, settings.article_bytes, "article_bytes")
        content = FORMATS[file.suffix.lower()](file, file.read_bytes(), settings)
    except OSError as error:
        raise ArticleError(file, f"cannot be read ({error.strerror})") from error
    return (content,) if isinstance(content, FileContent) else content


def _first_evidence(text: str, spans: tuple[Span, ...]) -> int:
    start = 0
    for span in spans:
        if text[start : span.start].strip("\ufeff \t\r\n"):
            return start
        start = span.end
    return start if text[start:].strip() else len(text)
