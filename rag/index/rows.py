"""Articles, passages and vectors <-> the columns of SQLite: spans as 64-bit integers, vectors in half precision."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from rag.articles import Article, StatedDate
from rag.embedding import Vectors
from rag.index.filters import Filter
from rag.index.records import Entry, IndexedFile, PassageVectors, Provenance, SentenceVectors, StoredPassage
from rag.passages import Passage
from rag.text.spans import Span

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS articles(
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT, text TEXT NOT NULL,
    furniture TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL,
    embedder TEXT NOT NULL, passage_tokens INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS passages(
    number INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, sentences BLOB NOT NULL, vectors BLOB NOT NULL,
    vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS passages_of_article ON passages(article);
CREATE INDEX IF NOT EXISTS articles_date ON articles(date);
CREATE TABLE IF NOT EXISTS article_dates(
    article TEXT PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE, dates TEXT NOT NULL);
"""
# articles_date: rows hold texts; over 38,000 articles, the vectors of the 2 % of a time come in 79 ms instead of 1,900.
# AUTOINCREMENT: a number is never given again, so an older search index can only miss passages, not confuse them.
_SPAN_BYTES = 2 * np.dtype(np.int64).itemsize


def article_row(article: Article, file: IndexedFile) -> tuple[object, ...]:
    """The columns of an article, in the order of its table."""
    day = article.date and article.date.isoformat()
    columns = (article.id, article.source, article.title, day, article.text, json.dumps(article.boilerplate))
    return *columns, file.size, file.modified, *file.made


def to_article(row: tuple[Any, ...]) -> Article:
    """An article of id, title, text, date, source, boilerplate and dates."""
    id, title, text, day, source, boilerplate, dates = row
    spans = tuple(Span(*span) for span in json.loads(boilerplate))
    return Article(id, title, text, to_date(day), source, spans, _to_dates(dates))


def to_entry(row: tuple[Any, ...]) -> Entry:
    """An entry of id, title, date, source, number of passages and dates."""
    id, title, day, source, passages, dates = row
    return Entry(id, title, to_date(day), source, passages, _to_dates(dates))


def pack_dates(dates: Sequence[StatedDate]) -> str:
    """Statements of a date as JSON: a list of place, day and words."""
    return json.dumps([(one.place, one.day and one.day.isoformat(), one.words) for one in dates])


def _to_dates(packed: str | None) -> tuple[StatedDate, ...]:
    """The statements that were packed; none of an article that an earlier version stored."""
    return tuple(StatedDate(place, to_date(day), words) for place, day, words in json.loads(packed or "[]"))


def passage_row(passage: Passage, vectors: Vectors) -> tuple[str, int, int, str, bytes, bytes, bytes]:
    """The columns of a passage, without its number, and with the mean of its sentences' vectors."""
    mean = vectors.mean(axis=0)
    mean /= np.linalg.norm(mean)
    spans = np.array(passage.sentences, dtype=np.int64).tobytes()
    return passage.article, passage.start, passage.end, passage.text, spans, _half(vectors), _half(mean)


def to_files(rows: Sequence[tuple[Any, ...]]) -> dict[str, IndexedFile]:
    """Files, by their path, of rows of path, article's id, size, time of modification and provenance."""
    return {source: IndexedFile(id, size, modified, Provenance(*made)) for source, id, size, modified, *made in rows}


def to_passages(rows: Sequence[tuple[Any, ...]], numbers: Sequence[int]) -> tuple[StoredPassage, ...]:
    """The passages with these numbers, in this order; missing ones are left out.

    Args:
        rows: of number, article's id, title and date, text, start, end and sentences.
        numbers: of the passages.
    """
    stored = {row[0]: _to_passage(row) for row in rows}
    return tuple(stored[number] for number in numbers if number in stored)


def _to_passage(row: tuple[Any, ...]) -> StoredPassage:
    number, article, title, day, text, start, end, spans = row
    sentences = tuple(Span(*span) for span in np.frombuffer(spans, dtype=np.int64).reshape(-1, 2).tolist())
    return StoredPassage(number, Passage(article, title, to_date(day), text, start, end, sentences))


def to_vectors(rows: Sequence[tuple[Any, ...]]) -> PassageVectors:
    """The vectors of rows of number and vector."""
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    if not rows:
        return PassageVectors(numbers, np.empty((0, 0), dtype=np.float32))
    packed = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float16)
    return PassageVectors(numbers, packed.reshape(len(rows), -1).astype(np.float32))


def to_sentence_vectors(rows: Sequence[tuple[Any, ...]]) -> SentenceVectors:
    """The vectors of rows of number, bytes of the sentences' spans, and vectors."""
    numbers = np.array([number for number, _, _ in rows], dtype=np.int64)
    counts = np.array([size // _SPAN_BYTES for _, size, _ in rows], dtype=np.int64)
    packed = np.frombuffer(b"".join(vectors for _, _, vectors in rows), dtype=np.float16).astype(np.float32)
    return SentenceVectors(numbers, counts, packed.reshape(int(counts.sum()), -1) if rows else packed.reshape(0, 0))


def to_date(day: str | None) -> date | None:
    """A publication date; None when there is none."""
    return date.fromisoformat(day) if day else None


def where(bounds: Filter) -> tuple[str, list[str]]:
    """A filter as a condition on the articles `a`, with its values."""
    conditions: dict[str, str | None] = {
        "a.date >= ?": bounds.after.isoformat() if bounds.after else None,
        "a.date <= ?": bounds.before.isoformat() if bounds.before else None,
        "a.id IN (SELECT value FROM json_each(?))": None if bounds.articles is None else json.dumps([*bounds.articles]),
        "instr(a.id, ?) = 1": bounds.id_prefix,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    paths = [rules.condition("a.source GLOB ?", _escape_glob) for rules in bounds.paths]
    values = [value for _, patterns in paths for value in patterns]
    return " AND ".join([*used, *(condition for condition, _ in paths)]) or "TRUE", [*used.values(), *values]


def _escape_glob(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _half(vectors: Vectors) -> bytes:
    return vectors.astype(np.float16).tobytes()
