"""Articles, passages and vectors <-> SQLite: the one truth, changed in one transaction an article."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.articles import Article
from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexMismatch
from rag.index.filters import Filter
from rag.passages import Passage
from rag.text.spans import Span

FORMAT = "1"
"""Raised whenever an index written before could be misread."""
_SCHEMA = """
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
"""
# AUTOINCREMENT: a number is never used again, so a search index made earlier can only miss passages, not confuse them.


class Made(NamedTuple):
    """What an article's passages and vectors were made from and with; when it differs, they are made again."""

    sha256: str
    embedder: str
    """Fingerprint of the embedder."""
    passage_tokens: int


class Known(NamedTuple):
    """What the store remembers of a file."""

    id: str
    size: int
    modified: int
    """Nanoseconds: when the file was modified plus when its entry changed."""
    made: Made


@dataclass(frozen=True, slots=True)
class Entry:
    """An indexed article without its text."""

    id: str
    title: str
    date: date | None
    source: str
    passages: int


class Stored(NamedTuple):
    """A passage as the store holds it."""

    number: int
    passage: Passage


class Sentences(NamedTuple):
    """The sentence vectors of some passages, one passage after another."""

    numbers: NDArray[np.int64]
    """Of the passages, ascending."""
    counts: NDArray[np.int64]
    """Sentences in each."""
    vectors: Vectors
    """One row a sentence."""


class Store:
    """The SQLite file; safe to share between threads.

    Args:
        file: created when missing.

    Raises:
        IndexBroken: the file is damaged or no database.
        IndexMismatch: it has another format.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = RLock()
        with self._translated():
            self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL keeps every transaction whole through a kill; only a power cut may lose the last ones, which the
            # next sync makes again.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.executescript(_SCHEMA)
        if self._meta("format", FORMAT) != FORMAT:
            raise IndexMismatch(f"{file.parent} has index format {self._meta('format', '?')}, not {FORMAT}. Delete it.")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @property
    def revision(self) -> int:
        """Grows with every change, in whatever process it was made."""
        return int(self._meta("revision", "0"))

    def embedder(self) -> str:
        """Name of the embedder the newest article was embedded by; empty before the first."""
        return self._meta("embedder", "")

    def foreign(self, fingerprint: str) -> int:
        """How many articles were embedded by another embedder than the one with this fingerprint."""
        return int(self._one("SELECT count(*) FROM articles WHERE embedder != ?", fingerprint)[0])

    def known(self, below: Path) -> dict[str, Known]:
        """What is remembered of the files at or below a path, by their absolute path."""
        prefix = below.as_posix().rstrip("/") + "/"
        rows = self._all(
            "SELECT source, id, size, modified, sha256, embedder, passage_tokens FROM articles"
            " WHERE source = ? OR substr(source, 1, ?) = ?",
            below.as_posix(),
            len(prefix),
            prefix,
        )
        return {source: Known(id, size, modified, Made(*made)) for source, id, size, modified, *made in rows}

    def source(self, article: str) -> str:
        """Absolute path an article was read from; empty when there is no such article."""
        found = self._all("SELECT source FROM articles WHERE id = ?", article)
        return str(found[0][0]) if found else ""

    def put(self, article: Article, passages: Sequence[tuple[Passage, Vectors]], file: Known, embedder: str) -> None:
        """Put an article in the place of whatever had its id or its source."""
        with self._changing():
            self._connection.execute("DELETE FROM articles WHERE id = ? OR source = ?", (article.id, article.source))
            self._connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(
                        article.id,
                        article.source,
                        article.title,
                        article.date and article.date.isoformat(),
                        article.text,
                    ),
                    *(json.dumps(article.boilerplate), file.size, file.modified, *file.made),
                ),
            )
            self._connection.executemany(
                "INSERT INTO passages(article, start, end, text, sentences, vectors, vector)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (_row(passage, vectors) for passage, vectors in passages),
            )
            self._set("embedder", embedder)

    def touch(self, article: str, size: int, modified: int) -> None:
        """Remember a file's new size and time, its content being the same."""
        with self._translated():
            self._connection.execute(
                "UPDATE articles SET size = ?, modified = ? WHERE id = ?", (size, modified, article)
            )

    def remove(self, articles: Iterable[str]) -> None:
        """Forget articles."""
        with self._changing():
            self._connection.executemany("DELETE FROM articles WHERE id = ?", ((article,) for article in articles))

    def entries(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        rows = self._all(
            "SELECT a.id, a.title, a.date, a.source, count(p.number) FROM articles a"
            " LEFT JOIN passages p ON p.article = a.id GROUP BY a.id ORDER BY a.id"
        )
        return tuple(Entry(id, title, _date(day), source, count) for id, title, day, source, count in rows)

    def article(self, article: str) -> Article | None:
        """One article; None when there is none of this id."""
        rows = self._all("SELECT id, title, text, date, source, furniture FROM articles WHERE id = ?", article)
        for id, title, text, day, source, boilerplate in rows:
            return Article(id, title, text, _date(day), source, tuple(Span(*span) for span in json.loads(boilerplate)))
        return None

    def count(self, after: int = 0) -> int:
        """Passages numbered higher than `after`."""
        return int(self._one("SELECT count(*) FROM passages WHERE number > ?", after)[0])

    def last(self) -> int:
        """Highest passage number ever given."""
        found = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(found[0][0]) if found else 0

    def passages(self, numbers: Sequence[int]) -> tuple[Stored, ...]:
        """The passages with these numbers, in this order; those removed meanwhile are left out."""
        rows = self._all(
            "SELECT p.number, a.id, a.title, a.date, p.text, p.start, p.end, p.sentences"
            " FROM passages p JOIN articles a ON a.id = p.article"
            " WHERE p.number IN (SELECT value FROM json_each(?))",
            json.dumps(list(numbers)),
        )
        found = {row[0]: _stored(row) for row in rows}
        return tuple(found[number] for number in numbers if number in found)

    def sentences(self, numbers: Sequence[int]) -> Sentences:
        """The sentence vectors of those of the passages that still exist."""
        rows = self._all(
            "SELECT number, length(sentences), vectors FROM passages"
            " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
            json.dumps(list(numbers)),
        )
        found = np.array([number for number, _, _ in rows], dtype=np.int64)
        counts = np.array([size // _SPAN_BYTES for _, size, _ in rows], dtype=np.int64)
        packed = np.frombuffer(b"".join(vectors for _, _, vectors in rows), dtype=np.float16).astype(np.float32)
        return Sentences(found, counts, packed.reshape(int(counts.sum()), -1) if rows else packed.reshape(0, 0))

    def admitted(self, numbers: Iterable[int], bounds: Filter) -> frozenset[int]:
        """Those of the numbers whose passages still exist and which a filter lets through."""
        where, values = _where(bounds)
        query = f"SELECT p.number {_OF} WHERE p.number IN (SELECT value FROM json_each(?)) AND {where}"
        return frozenset(number for (number,) in self._all(query, json.dumps(list(numbers)), *values))

    def admitted_count(self, bounds: Filter) -> int:
        """How many passages a filter lets through."""
        where, values = _where(bounds)
        return int(self._one(f"SELECT count(*) {_OF} WHERE {where}", *values)[0])

    def admitted_vectors(self, bounds: Filter) -> tuple[NDArray[np.int64], Vectors]:
        """Numbers and vectors of the passages a filter lets through."""
        where, values = _where(bounds)
        return _matrix(self._all(f"SELECT p.number, p.vector {_OF} WHERE {where}", *values))

    def vectors(self, after: int = 0) -> tuple[NDArray[np.int64], Vectors]:
        """Numbers and vectors of the passages numbered higher than `after`, ascending."""
        return _matrix(self._all("SELECT number, vector FROM passages WHERE number > ? ORDER BY number", after))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Number and text of every passage."""
        with self._lock, self._translated():
            yield from self._connection.execute("SELECT number, text FROM passages ORDER BY number")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._set("revision", str(int(self._meta("revision", "0")) + 1))
                self._set("format", FORMAT)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise IndexBroken(f"{self._file.parent} was closed. Open it again.") from error
        except sqlite3.Error as error:
            hint = f"Check the disk's space and rights; if it is damaged: rm -r {self._file.parent} and ingest again."
            raise IndexBroken(f"{self._file}: {error}. {hint}") from error

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, self._translated():
            return self._connection.execute(query, values).fetchall()

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        return self._all(query, *values)[0]

    def _meta(self, name: str, default: str) -> str:
        found = self._all("SELECT value FROM meta WHERE name = ?", name)
        return str(found[0][0]) if found else default

    def _set(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


_OF = "FROM passages p JOIN articles a ON a.id = p.article"


def _where(bounds: Filter) -> tuple[str, list[str]]:
    tests: dict[str, str | None] = {
        "a.date >= ?": bounds.after.isoformat() if bounds.after else None,
        "a.date <= ?": bounds.before.isoformat() if bounds.before else None,
        "a.id IN (SELECT value FROM json_each(?))": None if bounds.articles is None else json.dumps([*bounds.articles]),
    }
    used = {test: value for test, value in tests.items() if value is not None}
    return " AND ".join(used) or "TRUE", list(used.values())


_SPAN_BYTES = 2 * np.dtype(np.int64).itemsize


def _row(passage: Passage, vectors: Vectors) -> tuple[object, ...]:
    mean = vectors.mean(axis=0)
    mean /= np.linalg.norm(mean)
    spans = np.array(passage.sentences, dtype=np.int64).tobytes()
    return passage.article, passage.start, passage.end, passage.text, spans, _half(vectors), _half(mean)


def _stored(row: tuple[Any, ...]) -> Stored:
    number, article, title, day, text, start, end, spans = row
    sentences = tuple(Span(*span) for span in np.frombuffer(spans, dtype=np.int64).reshape(-1, 2).tolist())
    return Stored(number, Passage(article, title, _date(day), text, start, end, sentences))


def _matrix(rows: Sequence[tuple[Any, ...]]) -> tuple[NDArray[np.int64], Vectors]:
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    if not rows:
        return numbers, np.empty((0, 0), dtype=np.float32)
    packed = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float16)
    return numbers, packed.reshape(len(rows), -1).astype(np.float32)


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _half(vectors: Vectors) -> bytes:
    return vectors.astype(np.float16).tobytes()
