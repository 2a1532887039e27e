"""Text -> front matter: the fields of a block at the head of a file, in YAML, TOML, JSON or as header lines."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from rag.articles.dating import StatedDate, rank_dates, stated_date
from rag.articles.day_order import day_order
from rag.text.spans import Span

LONGEST = 20_000
"""Characters; a longer block is prose."""
_START = r"\A\ufeff?(?:[ \t]*\r?\n)*"
_YAML = re.compile(
    _START + r"---[ \t]*\r?\n(?P<fields>(?:(?:[\w-][\w -]*?[ \t]*:|[ \t#-])[^\n]*\n|\r?\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
_TOML = re.compile(_START + r"\+\+\+[ \t]*\r?\n(?P<fields>(?:[^\n]*\n)*?)\+\+\+[ \t]*(?:\r?\n|\Z)")
_HEADER = re.compile(r"\A\ufeff?(?P<fields>(?:[A-Z][\w-]{1,20}[ \t]*:[ \t]+\S[^\n]*\n){2,40})\s*\n")
_FIELD = re.compile(r"^(?P<name>[\w][\w -]*?)[ \t]*:[ \t]*[\"']?(?P<value>.*?)[\"']?\s*$", re.MULTILINE)
_HEADER_NAMES = frozenset({"title", "date"})
_TITLES = ("title", "headline")
_DATES = (
    "date",
    "datepublished",
    "published",
    "publishedat",
    "publishdate",
    "publicationdate",
    "pubdate",
    "issued",
    "datecreated",
    "created",
    "createdat",
)
_LANGUAGES = ("lang", "language", "locale")
_SEPARATOR = re.compile(r"[\s_-]+")


class FrontMatter(NamedTuple):
    """The block at the head of a file; its span is empty when there is none."""

    span: Span = Span(0, 0)
    title: str = ""
    published: StatedDate | None = None
    draft: bool = False
    """Whether the file says that it is not published."""


def read_front_matter(text: str) -> FrontMatter:
    """The block at the head of a text."""
    for parse in (_yaml_block, _toml_block, _json_block, _header_lines):
        if block := parse(text):
            span, fields = block
            return _front_matter(span, {_SEPARATOR.sub("", str(name)).lower(): fields[name] for name in fields})
    return FrontMatter()


_Block = tuple[Span, Mapping[str, object]]


def _front_matter(span: Span, fields: Mapping[str, object]) -> FrontMatter:
    title = next((" ".join(str(fields[name]).split()) for name in _TITLES if _is_stated(fields.get(name))), "")
    order = day_order(next((str(fields[name]) for name in _LANGUAGES if _is_stated(fields.get(name))), ""))
    stated = [stated_date(str(fields[name]), "front matter", order) for name in _DATES if _is_stated(fields.get(name))]
    published = next(iter(rank_dates(stated)), None)
    draft = _is(fields.get("draft"), "true") or _is(fields.get("published"), "false")
    return FrontMatter(span, title, published, draft)


def _is_stated(value: object) -> bool:
    return value not in (None, "") and isinstance(value, str | date | int)


def _is(value: object, word: str) -> bool:
    return str(value).strip().lower() in ({"true": ("true", "yes"), "false": ("false", "no")}[word])


def _yaml_block(text: str) -> _Block | None:
    import yaml

    match = _YAML.match(text)
    if match is None or len(match[0]) > LONGEST:
        return None
    fields = _parsed(lambda block: yaml.load(block, yaml.BaseLoader), match["fields"])
    return Span(*match.span()), fields if fields is not None else _simple_fields(match["fields"])


def _toml_block(text: str) -> _Block | None:
    match = _TOML.match(text)
    if match is None or len(match[0]) > LONGEST:
        return None
    return Span(*match.span()), _parsed(tomllib.loads, match["fields"].replace("\r", "")) or {}


def _json_block(text: str) -> _Block | None:
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    if text[start : start + 1] != "{":
        return None
    try:
        fields, length = json.JSONDecoder().raw_decode(text[start : start + LONGEST])
    except (ValueError, RecursionError):
        return None
    return (Span(0, start + length), fields) if isinstance(fields, dict) else None


def _header_lines(text: str) -> _Block | None:
    match = _HEADER.match(text)
    fields = _simple_fields(match["fields"]) if match else {}
    named = {name.lower() for name in fields} & _HEADER_NAMES
    return (Span(*match.span()), fields) if match and named else None


def _simple_fields(block: str) -> dict[str, object]:
    return {match["name"]: match["value"] for match in _FIELD.finditer(block)}


def _parsed(parse: Callable[[str], object], block: str) -> dict[str, object] | None:
    import yaml

    try:
        fields = parse(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None
