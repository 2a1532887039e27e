"""Exports of many articles -> articles: .csv, .tsv, .json, .jsonl; a row or object with a text is an article."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.dating import stated_date
from rag.articles.day_order import DayOrder, column_order
from rag.articles.formats.content import FileContent, visible_text
from rag.articles.formats.decoding import decode
from rag.articles.formats.limits import require_within
from rag.articles.formats.tables import table_rows
from rag.errors import ArticleError, NoArticle

if TYPE_CHECKING:
    from rag.settings import Settings

TEXTS = (
    "text",
    "body",
    "content",
    "contenttext",
    "fulltext",
    "articletext",
    "article",
    "story",
    "contenthtml",
    "description",
)
HEADLINES = ("title", "headline")
"""Titles of articles alone; persons and tags have a name, comments a subject."""
TITLES = (*HEADLINES, "name", "subject")
DATES = (
    "date",
    "datepublished",
    "published",
    "publishedat",
    "publishedon",
    "publishdate",
    "publicationdate",
    "pubdate",
    "created",
    "createdat",
    "timestamp",
)
IDS = ("id", "guid", "uid", "slug")
_SEPARATOR = re.compile(r"[\s_.-]+")
_TAG = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|table|tr|td|span|a|strong|em|b|i|font|center|section|article|blockquote)\b"
    r"[^<>]{0,500}>",
    re.IGNORECASE,
)
_SAFE = re.compile(r"[\w.@ -]{1,80}")

Record = Mapping[str, object]


def csv_articles(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The rows that have a text column, as articles; a table without one is one article."""
    text, notes = decode(file, content)
    csv.field_size_limit(max(len(text), 1))
    head = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        rows = [[*map(str.strip, row)] for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)]
    except csv.Error as error:
        raise ArticleError(file, f"is a broken CSV file ({error})") from error
    return with_notes(row_articles(file, [row for row in rows if any(row)], settings), notes)


def row_articles(file: Path, rows: Sequence[Sequence[str]], settings: "Settings") -> tuple[FileContent, ...]:
    """The articles of a table whose first row may hold the names of its columns."""
    if not rows:
        raise ArticleError(file, "is empty")
    if {_folded(name) for name in rows[0]} & {*TEXTS}:
        records = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
        return record_articles(file, records, settings)
    require_within(file, f"has {len(rows)} rows", len(rows), settings.file_articles, "file_articles")
    return (FileContent(visible_text("\n\n".join(table_rows([[*row] for row in rows])))),)


def json_articles(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The objects with a text, wherever a list of them stands; one such object is one article."""
    text, notes = decode(file, content)
    return with_notes(record_articles(file, _records(_parsed(file, text.lstrip("\ufeff"), settings)), settings), notes)


def jsonl_articles(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The object of each line; lines that are none are noted."""
    text, notes = decode(file, content)
    records: list[Record] = []
    broken = 0
    for line in text.lstrip("\ufeff").splitlines():
        if line.strip():
            try:
                records.extend(_records(_parsed(file, line, settings)))
            except ArticleError:
                broken += 1
    lost = (f"{broken} lines are no JSON and were left out",) if broken else ()
    return with_notes(record_articles(file, records, settings), (*notes, *lost))


def _parsed(file: Path, text: str, settings: "Settings") -> object:
    try:
        value = json.loads(text, strict=False)
    except RecursionError:
        value = None
    except ValueError as error:
        raise ArticleError(file, f"is broken JSON ({error})") from error
    limit = settings.json_depth
    too_deep = limit + 1 if value is None and text.strip() != "null" else _depth(value, limit)
    require_within(file, "is JSON that is nested too deeply", too_deep, limit, "json_depth")
    return value


def _depth(value: object, most: int) -> int:
    """Levels of lists and objects in a value, counted up to one more than `most`."""
    level, depth = [value], 0
    while depth <= most:
        inner = (part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list))
        level = [part for parts in inner for part in parts if isinstance(part, dict | list)]
        if not level:
            break
        depth += 1
    return depth


def _records(value: object) -> list[Record]:
    if isinstance(value, list):
        return [record for record in value if isinstance(record, dict) and _field(record, TEXTS)]
    if not isinstance(value, dict):
        return []
    own: list[Record] = [value] if _field(value, TEXTS) else []
    kinds = (list,) if own else (list, dict)  # the objects inside an article are of its author or its site
    inner = (_records(part) for kind in kinds for part in value.values() if isinstance(part, kind))
    listed = max((records for records in inner if records), key=_weight, default=[])
    return own if own and not _are_articles(listed, value) else listed


def _weight(records: Sequence[Record]) -> tuple[bool, int]:
    """What articles have more of than comments and tags: titles, then text."""
    return any(_field(record, HEADLINES) for record in records), sum(len(_field(record, TEXTS)) for record in records)


def _are_articles(records: Sequence[Record], head: Record) -> bool:
    """Whether records listed in an object with a text are articles, and not the comments or captions of one."""
    titled, dated = (any(_field(record, names) for record in records) for names in (HEADLINES, DATES))
    if text := _field(head, TEXTS[:-1]):
        return titled and _weight(records)[1] > len(text) * len(records)
    return titled and dated if _field(head, DATES) else titled or dated


def record_articles(
    file: Path, records: Sequence[Record], settings: "Settings", order: DayOrder = ""
) -> tuple[FileContent, ...]:
    """Records with a text as articles, named by their id where it is unique, otherwise by their number."""
    held = f"holds {len(records)} articles"
    require_within(file, held, len(records), settings.file_articles, "file_articles")
    ids = [_field(record, IDS) for record in records]
    named = len({*ids}) == len(ids) and all(_SAFE.fullmatch(id) and id.strip(". ") for id in ids)
    names: Iterable[str] = ids if named else map(str, range(1, len(records) + 1))
    articles = tuple(_articles(records, names, order))
    if not articles:
        raise NoArticle(file, f"holds nothing with a text (fields {', '.join(TEXTS[:4])} ...)")
    return articles


def _articles(records: Sequence[Record], names: Iterable[str], order: DayOrder) -> Iterator[FileContent]:
    order = order or column_order(_field(record, DATES) for record in records)
    for record, name in zip(records, names, strict=True):
        if text := plain_field(_field(record, TEXTS)):
            stated = stated_date(_field(record, DATES), "date field", order)
            title = " ".join(plain_field(_field(record, TITLES)).split())
            yield FileContent(text, title, (stated,) if stated else (), name=name, order=order)


def plain_field(text: str) -> str:
    """The text of a field, without its HTML."""
    return html_text(text) if _TAG.search(text) else visible_text(text)


def html_text(text: str) -> str:
    """What a piece of HTML shows."""
    from lxml import html

    from rag.articles.formats import markup

    page = html.fromstring(f"<div>{markup.without_pictures(text)}</div>")
    markup.write_out(page)
    return visible_text(markup.page_text(page))


def _field(record: Record, names: Sequence[str]) -> str:
    folded = {_folded(str(name)): value for name, value in record.items()}
    values = (folded.get(name) for name in names)
    return next((str(value).strip() for value in values if isinstance(value, str | int) and str(value).strip()), "")


def _folded(name: str) -> str:
    return _SEPARATOR.sub("", name).lower()


def with_notes(articles: tuple[FileContent, ...], notes: tuple[str, ...]) -> tuple[FileContent, ...]:
    """The articles, the first with the notes on their file."""
    from dataclasses import replace

    return (replace(articles[0], notes=(*articles[0].notes, *notes)), *articles[1:]) if notes else articles
