"""Texts of a data set -> article files, and their sentences as evidence."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.evaluation.cases.cases import GoldQuote
from rag.text.sentences import split

DatasetObject = Mapping[str, Any]
_UNSAFE = re.compile(r"[^\w.-]+")


def write_article(articles: Path, title: str, paragraphs: Iterable[str]) -> str:
    """Write an article into the folder; its id."""
    name = f"{_UNSAFE.sub('_', title)}.txt"
    (articles / name).write_text("\n\n".join(one.strip() for one in paragraphs if one.strip()) + "\n", encoding="utf-8")
    return name


def case_id(name: object) -> str:
    """A name as the id of a case: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9-]+", "-", str(name).lower()).strip("-")


def any_sentence(article: str, text: str) -> tuple[GoldQuote, ...]:
    """Evidence that any sentence of the text gives."""
    return tuple(GoldQuote(article, text[span.start : span.end]) for span in split(text))


def json_lines(file: Path) -> Iterator[DatasetObject]:
    """The objects of a file with one on each line."""
    for line in file.read_text(encoding="utf-8-sig").split("\n"):
        if line.strip():
            yield json.loads(line)


def json_rows(file: Path) -> list[DatasetObject]:
    """The objects of a file that holds a list of them, or one on each line; none where it is another."""
    try:
        rows: object = (
            json.loads(file.read_text(encoding="utf-8-sig")) if file.suffix == ".json" else [*json_lines(file)]
        )
    except (OSError, ValueError):
        return []
    return objects_of(rows)


def objects_of(content: object) -> list[DatasetObject]:
    """The objects of a list; none where it is no list."""
    return [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []
