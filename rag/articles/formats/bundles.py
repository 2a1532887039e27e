"""Files of files -> articles: .zip archives, .epub books, and RSS or Atom feeds."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

from rag.articles.dating import StatedDate, rank_dates, stated_date
from rag.articles.day_order import day_order
from rag.articles.formats.archive import open_archive, read_member
from rag.articles.formats.content import Converter, FileContent, visible_text
from rag.articles.formats.limits import require_within
from rag.articles.formats.page_parts import PAGES, is_page_part
from rag.articles.formats.records import plain_field, record_articles
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

NAMED = 5
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_SKIPPED = re.compile(r"(?:^|/)(?:\.(?!\.?/)|~\$|__MACOSX(?:/|$))")
_PLAIN = re.compile(r"[^\w.() '&,+@-]")


def archive_articles(
    formats: Mapping[str, Converter],
) -> Converter:
    """A converter of .zip archives whose members have these formats; archives inside are left out."""

    def convert(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
        """The articles of every file in it that has one of the formats above; archives inside are left out."""
        with open_archive(file, content, settings) as archive:
            articles, notes = _members(file, archive, formats, settings)
        if not articles:
            raise ArticleError(file, "holds no file that can be read" + "".join(f"; {note}" for note in notes[:NAMED]))
        return (replace(articles[0], notes=(*articles[0].notes, *notes)), *articles[1:])

    return convert


def _members(
    file: Path, archive: ZipFile, formats: Mapping[str, Converter], settings: "Settings"
) -> tuple[list[FileContent], list[str]]:
    articles: dict[str, FileContent] = {}
    parts, notes = _shown(archive, formats)
    names = member_names(part.filename for part in parts)
    for part in parts:
        suffix = PurePosixPath(part.filename).suffix.lower()
        if suffix not in formats:
            notes.append(f"{part.filename} is of no known format")
            continue
        try:
            size = f"is too large: {part.file_size / 1e6:.1f} MB"
            require_within(file, size, part.file_size, settings.article_bytes, "article_bytes")
            member = read_member(file, archive, part.filename)
            read = formats[suffix](Path(file, part.filename), member, settings)
        except ArticleError as error:
            notes.append(f"{part.filename} {error.reason}")
            continue
        for article in (read,) if isinstance(read, FileContent) else read:
            name = names[part.filename] + (f"/{article.name}" if article.name else "")
            articles[name] = replace(article, name=name)
    return [*articles.values()], notes


def _shown(archive: ZipFile, formats: Mapping[str, Converter]) -> tuple[list[ZipInfo], list[str]]:
    """The members that their owner sees as files, and a note of those that belong to a saved page."""
    parts = {part.filename: part for part in archive.infolist() if not part.is_dir()}
    files = {name: path for name in parts if not _SKIPPED.search(str(path := _path(name)))}
    pages = {path.with_suffix("") for path in files.values() if path.suffix.lower() in PAGES}
    beside = {name for name, path in files.items() if is_page_part(path, pages)}
    known = sorted(name for name in beside if files[name].suffix.lower() in formats)
    notes = [f"files that a browser saved beside a page were not read: {', '.join(known[:NAMED])}"] if known else []
    return [parts[name] for name in files if name not in beside], notes


def member_names(members: Iterable[str]) -> dict[str, str]:
    """Each member's path as part of an id: relative, without steps upwards, and with a number where others are like it.

    The numbers do not depend on the order of the members, so that an archive that is packed anew has the same ids.
    """
    names: dict[str, str] = {}
    used: Counter[str] = Counter()
    for member in sorted(members, key=lambda member: (_plain(member) != member, member)):
        plain = name = _plain(member)
        while used[name]:
            used[plain] += 1
            name = str(_path(plain).with_stem(f"{_path(plain).stem} ({used[plain]})"))
        names[member], used[name] = name, 1
    return names


def _plain(member: str) -> str:
    parts = (_PLAIN.sub("_", part) for part in member.replace("\\", "/").split("/"))
    return "/".join(part for part in parts if part.strip(". ")) or "article"


def _path(member: str) -> PurePosixPath:
    return PurePosixPath(member.replace("\\", "/"))


def book(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The chapters of an .epub book, in its order."""
    with open_archive(file, content, settings) as archive:
        package = _package(file, archive)
        title, dates = _about(package)
        chapters = [*_chapters(file, archive, package, title)]
    if not chapters:
        raise ArticleError(file, "is a book without a text")
    return tuple(replace(chapter, dates=dates, name=str(number)) for number, chapter in enumerate(chapters, start=1))


class _Package:
    def __init__(self, root: Any, folder: str) -> None:  # noqa: ANN401 - lxml has no types
        self.root, self.folder = root, folder


def _package(file: Path, archive: ZipFile) -> _Package:
    container = _xml(file, read_member(file, archive, "META-INF/container.xml"))
    path = next((root.get("full-path") for root in container.iter("{*}rootfile")), None)
    if not path:
        raise ArticleError(file, "is a broken or protected .epub document")
    return _Package(_xml(file, read_member(file, archive, path)), path.rpartition("/")[0])


def _about(package: _Package) -> tuple[str, tuple[StatedDate, ...]]:
    """Title and dates that a book's metadata state."""
    titles, dates, languages = (
        [element.text or "" for element in package.root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")]
        for name in ("title", "date", "language")
    )
    order = day_order("".join(languages[:1]))
    stated = rank_dates(stated_date(text, "book metadata", order) for text in dates)
    return " ".join("".join(titles[:1]).split()), stated[:1]


def _chapters(file: Path, archive: ZipFile, package: _Package, title: str) -> Iterator[FileContent]:
    from urllib.parse import unquote

    from lxml import html

    from rag.articles.formats import markup

    items = {item.get("id"): item.get("href") for item in package.root.iter("{*}item")}
    for reference in package.root.iter("{*}itemref"):
        href = items.get(reference.get("idref"))
        if not href or reference.get("linear") == "no":
            continue
        content = read_member(file, archive, f"{package.folder}/{unquote(href)}".lstrip("/")) or b"<p/>"
        page = html.fromstring(content, parser=html.HTMLParser(encoding=_xml_encoding(content)))
        markup.write_out(page)
        text = visible_text(markup.page_text(page))
        heading = text.partition("\n")[0].lstrip("# ") if text.startswith("#") else ""
        if text.strip("# \n") and text.lstrip("# ") != heading:
            yield FileContent(text, " - ".join(part for part in (title, heading) if part))


def _xml_encoding(content: bytes) -> str | None:
    """UTF-8 where a chapter is that, as XML without a declaration is; None where the chapter declares its own."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def feed(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The entries of an RSS or Atom feed."""
    root = _xml(file, content)
    entries = [entry for entry in root.iter("{*}item", "{*}entry")]
    if not entries:
        raise ArticleError(file, "is XML, but no RSS or Atom feed")
    language = next((element.text or "" for element in root.iter("{*}language")), "") or root.get(XML_LANGUAGE, "")
    return record_articles(file, [_entry(entry) for entry in entries], settings, day_order(language))


def _entry(entry: Any) -> dict[str, str]:  # noqa: ANN401 - lxml has no types
    fields: dict[str, str] = {}
    for element in entry:
        if isinstance(element.tag, str):
            name = element.tag.rpartition("}")[2].lower()
            fields.setdefault(name, "".join(element.itertext()))
    text = next((fields[name] for name in ("encoded", "content", "description", "summary") if fields.get(name)), "")
    day = next((fields[name] for name in ("pubdate", "published", "date", "updated") if fields.get(name)), "")
    return {"title": plain_field(fields.get("title", "")), "text": text, "date": day}


def _xml(file: Path, content: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree

    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ArticleError(file, "is broken XML") from error
    if root is None:
        raise ArticleError(file, "is broken XML")
    return root
