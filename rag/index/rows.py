"""Articles, passages and vectors <-> the columns of SQLite: spans as 64-bit integers, vectors in half precision."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from rag.articles import Article
from rag.embedding import Vectors
from rag.index.filters import Filter
from rag.index.records import IndexedFile, PassageVectors, SentenceVectors, StoredPassage
from rag.passages import Passage
from rag.text.spans import Span

_SPAN_BYTES = 2 * np.dtype(np.int64).itemsize


def article_row(article: Article, file: IndexedFile) -> tuple[object, ...]:
    """The columns of an article, in the order of its table."""
    day = article.date and article.date.isoformat()
    columns = (article.id, article.source, article.title, day, article.text, json.dumps(article.boilerplate))
    return *columns, file.size, file.modified, *file.made


def to_article(row: tuple[Any, ...]) -> Article:
    """An article of id, title, text, date, source and boilerplate."""
    id, title, text, day, source, boilerplate = row
    return Article(id, title, text, to_date(day), source, tuple(Span(*span) for span in json.loads(boilerplate)))


def passage_row(passage: Passage, vectors: Vectors) -> tuple[object, ...]:
    """The columns of a passage, without its number, and with the mean of its sentences' vectors."""
    mean = vectors.mean(axis=0)
    mean /= np.linalg.norm(mean)
    spans = np.array(passage.sentences, dtype=np.int64).tobytes()
    return passage.article, passage.start, passage.end, passage.text, spans, _half(vectors), _half(mean)


def to_passage(row: tuple[Any, ...]) -> StoredPassage:
    """A passage of number, article's id, title and date, text, start, end and sentences."""
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
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    return " AND ".join(used) or "TRUE", list(used.values())


def _half(vectors: Vectors) -> bytes:
    return vectors.astype(np.float16).tobytes()
