"""Articles, passages and vectors <-> SQLite: the truth of an index, changed in one transaction an article."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from rag.articles import Article
from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexMismatch
from rag.index import rows
from rag.index.filters import Filter
from rag.index.lock import write_lock
from rag.index.records import Entry, IndexedFile, PassageVectors, SentenceVectors, StoredPassage
from rag.passages import Passage

FORMAT = "1"
"""Incremented whenever an older index could be misread."""
_OF_ARTICLES = "FROM passages p JOIN articles a ON a.id = p.article"


class SQLiteTruth:
    """The truth in one SQLite file; safe to share between threads.

    Args:
        file: created when missing.

    Raises:
        IndexBroken: the file is damaged or not a database.
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
            self._connection.executescript(rows.SCHEMA)
        if self._meta("format", FORMAT) != FORMAT:
            raise IndexMismatch(f"{file.parent} has index format {self._meta('format', '?')}, not {FORMAT}. Delete it.")

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    @property
    def revision(self) -> int:
        """Grows with every change, by whatever process; 0 before the first."""
        return int(self._meta("revision", "0"))

    def lock(self) -> AbstractContextManager[None]:
        """Hold the index for writing.

        Raises:
            IndexLocked: another process or thread holds it.
        """
        return write_lock(self._file.parent)

    def embedder(self) -> str:
        """Name of the embedder of the newest article; empty before the first."""
        return self._meta("embedder", "")

    def count_foreign(self, fingerprint: str) -> int:
        """Articles embedded by another embedder than the one with this fingerprint."""
        return int(self._one("SELECT count(*) FROM articles WHERE embedder != ?", fingerprint)[0])

    def files(self, below: Path) -> dict[str, IndexedFile]:
        """The indexed files at or below a path, by their absolute path."""
        prefix = below.as_posix().rstrip("/") + "/"
        files = self._all(
            "SELECT source, id, size, modified, sha256, embedder, passage_tokens FROM articles"
            " WHERE source = ? OR substr(source, 1, ?) = ?",
            below.as_posix(),
            len(prefix),
            prefix,
        )
        return rows.to_files(files)

    def source(self, article: str) -> str:
        """Absolute path of an article's file; empty when there is no such article."""
        sources = self._all("SELECT source FROM articles WHERE id = ?", article)
        return str(sources[0][0]) if sources else ""

    def put(
        self, article: Article, passages: Sequence[tuple[Passage, Vectors]], file: IndexedFile, embedder: str
    ) -> None:
        """Replace whatever has the article's id or source, in one transaction."""
        with self._changing():
            self._connection.execute("DELETE FROM articles WHERE id = ? OR source = ?", (article.id, article.source))
            self._connection.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.article_row(article, file),
            )
            self._restate(article)
            self._connection.executemany(
                "INSERT INTO passages(article, start, end, text, sentences, vectors, vector)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (rows.passage_row(passage, vectors) for passage, vectors in passages),
            )
            self._set("embedder", embedder)

    def touch(self, file: IndexedFile) -> None:
        """Store the new state of a file whose article did not change; no new revision."""
        with self._translated():
            self._connection.execute(
                "UPDATE articles SET size = ?, modified = ?, sha256 = ?, embedder = ?, passage_tokens = ? WHERE id = ?",
                (file.size, file.modified, *file.made, file.id),
            )

    def restate(self, article: Article) -> None:
        """Store anew where an article states its date; no new revision."""
        with self._lock, self._translated():
            self._restate(article)

    def _restate(self, article: Article) -> None:
        stated = (article.id, rows.pack_dates(article.dates))
        self._connection.execute("INSERT OR REPLACE INTO article_dates VALUES (?, ?)", stated)

    def remove(self, articles: Iterable[str]) -> None:
        """Remove articles with their passages, in one transaction."""
        with self._changing():
            self._connection.executemany("DELETE FROM articles WHERE id = ?", ((article,) for article in articles))

    def entries(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        entries = self._all(
            "SELECT a.id, a.title, a.date, a.source, count(p.number), d.dates FROM articles a"
            " LEFT JOIN passages p ON p.article = a.id LEFT JOIN article_dates d ON d.article = a.id"
            " GROUP BY a.id ORDER BY a.id"
        )
        return tuple(rows.to_entry(row) for row in entries)

    def entries_version(self) -> tuple[int, ...]:
        """Another value after every change, by other connections and by this one."""
        with self._lock:
            return int(self._one("PRAGMA data_version")[0]), self._connection.total_changes

    def article(self, article: str) -> Article | None:
        """One article; None when there is none of this id."""
        columns = "a.id, a.title, a.text, a.date, a.source, a.furniture, d.dates"
        joined = "articles a LEFT JOIN article_dates d ON d.article = a.id"
        articles = self._all(f"SELECT {columns} FROM {joined} WHERE a.id = ?", article)
        return rows.to_article(articles[0]) if articles else None

    def count(self, after: int = 0) -> int:
        """Passages numbered higher than `after`."""
        return int(self._one("SELECT count(*) FROM passages WHERE number > ?", after)[0])

    def last_number(self) -> int:
        """Highest passage number ever given; 0 before the first."""
        numbers = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(numbers[0][0]) if numbers else 0

    def passages(self, numbers: Sequence[int]) -> tuple[StoredPassage, ...]:
        """The passages with these numbers, in this order; missing ones are left out."""
        passages = self._all(
            "SELECT p.number, a.id, a.title, a.date, p.text, p.start, p.end, p.sentences"
            f" {_OF_ARTICLES} WHERE p.number IN (SELECT value FROM json_each(?))",
            json.dumps(list(numbers)),
        )
        return rows.to_passages(passages, numbers)

    def sentence_vectors(self, numbers: Sequence[int]) -> SentenceVectors:
        """Sentence vectors of these passages; missing ones are left out."""
        sentences = self._all(
            "SELECT number, length(sentences), vectors FROM passages"
            " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number",
            json.dumps(list(numbers)),
        )
        return rows.to_sentence_vectors(sentences)

    def admitted(self, numbers: Iterable[int], bounds: Filter) -> frozenset[int]:
        """Those of the passages that exist and pass a filter."""
        where, values = rows.where(bounds)
        query = f"SELECT p.number {_OF_ARTICLES} WHERE p.number IN (SELECT value FROM json_each(?)) AND {where}"
        return frozenset(number for (number,) in self._all(query, json.dumps(list(numbers)), *values))

    def count_admitted(self, bounds: Filter) -> int:
        """Passages that pass a filter."""
        where, values = rows.where(bounds)
        return int(self._one(f"SELECT count(*) {_OF_ARTICLES} WHERE {where}", *values)[0])

    def admitted_vectors(self, bounds: Filter) -> PassageVectors:
        """Vectors of the passages that pass a filter."""
        where, values = rows.where(bounds)
        return rows.to_vectors(self._all(f"SELECT p.number, p.vector {_OF_ARTICLES} WHERE {where}", *values))

    def vectors(self, after: int = 0) -> PassageVectors:
        """Vectors of the passages numbered higher than `after`, ascending."""
        return rows.to_vectors(self._all("SELECT number, vector FROM passages WHERE number > ? ORDER BY number", after))

    def texts(self) -> Iterator[tuple[int, str]]:
        """Number and text of every passage, ascending."""
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
        values = self._all("SELECT value FROM meta WHERE name = ?", name)
        return str(values[0][0]) if values else default

    def _set(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
