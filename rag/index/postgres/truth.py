"""Articles, passages and vectors <-> PostgreSQL: an article is replaced in one transaction, by any of many writers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.articles import Article
from rag.database import Database, Rows
from rag.embedding import Vectors
from rag.errors import IndexMissing
from rag.index import rows
from rag.index.filters import Filter
from rag.index.postgres.changes import remove_articles, replace_article
from rag.index.postgres.columns import parse_half, where_passages
from rag.index.postgres.schema import create_schema, require_format, schema_state
from rag.index.postgres.texts import fold_word_counts
from rag.index.records import Entry, IndexedFile, PassageVectors, SentenceVectors, StoredPassage
from rag.passages import Passage

if TYPE_CHECKING:
    from psycopg import Cursor

    Change = Callable[[Cursor[tuple[Any, ...]]], None]

BLOCK = 1000
"""Rows fetched at once of what may be the whole index."""


class PostgresTruth:
    """The truth in a database; safe to share between threads, and writing hosts need no lock.

    Args:
        database: with the tables, or without any yet.
        dimension: numbers of the embedder's vectors.
        require: called inside each change, to stop one that this writer may no longer make; None for no such check.

    Raises:
        IndexMismatch: the tables have another version, or are for vectors of another size.
    """

    def __init__(self, database: Database, dimension: int, require: "Change | None" = None) -> None:
        self.database = database
        self._dimension = dimension
        self._require = require
        require_format(database, dimension)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    @property
    def revision(self) -> int:
        """Grows with every change, by whatever process; 0 before the first."""
        try:
            ((number, used),) = self.database.all("SELECT last_value, is_called FROM rag_revision")
        except IndexMissing:
            return 0
        return int(number) if used else 0

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Make the tables if there are none; nothing is held, for transactions keep writers apart."""
        create_schema(self.database, self._dimension)
        yield
        self.database.change(fold_word_counts)

    def embedder(self) -> str:
        """Name of the embedder of the newest article; empty before the first."""
        return schema_state(self.database).get("embedder", "")

    def count_foreign(self, fingerprint: str) -> int:
        """Articles embedded by another embedder than the one with this fingerprint."""
        if not self.revision:
            return 0
        return self._count("FROM rag_articles WHERE embedder <> %s", fingerprint)

    def files(self, below: Path) -> dict[str, IndexedFile]:
        """The indexed files at or below a path, by their absolute path."""
        path = below.as_posix()
        files = self.database.all(
            "SELECT source, id, size, modified, sha256, embedder, passage_tokens FROM rag_articles"
            " WHERE source = %s OR (source >= %s AND source < %s)",
            path,
            path.rstrip("/") + "/",
            path.rstrip("/") + "0",  # the next character after /
        )
        return rows.to_files(files)

    def source(self, article: str) -> str:
        """Absolute path of an article's file; empty when there is no such article."""
        sources = self.database.all("SELECT source FROM rag_articles WHERE id = %s", article)
        return str(sources[0][0]) if sources else ""

    def put(
        self, article: Article, passages: Sequence[tuple[Passage, Vectors]], file: IndexedFile, embedder: str
    ) -> None:
        """Replace whatever has the article's id or source, in one transaction."""
        self._change(lambda cursor: replace_article(cursor, article, passages, file, embedder))

    def touch(self, file: IndexedFile) -> None:
        """Store the new state of a file whose article did not change; no new revision."""
        with self.database.transaction() as cursor:
            cursor.execute(
                "UPDATE rag_articles SET size = %s, modified = %s, sha256 = %s, embedder = %s, passage_tokens = %s"
                " WHERE id = %s",
                (file.size, file.modified, *file.made, file.id),
            )

    def restate(self, article: Article) -> None:
        """Store anew where an article states its date; no new revision."""
        stated = (rows.pack_dates(article.dates), article.id)
        with self.database.transaction() as cursor:
            cursor.execute("UPDATE rag_articles SET dates = %s WHERE id = %s", stated)

    def remove(self, articles: Iterable[str]) -> None:
        """Remove articles with their passages, in one transaction."""
        ids = list(articles)
        self._change(lambda cursor: remove_articles(cursor, ids))

    def entries(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        entries = self.database.all(
            "SELECT id, title, published::text, source,"
            " (SELECT count(*) FROM rag_passages WHERE article = id), dates FROM rag_articles ORDER BY id"
        )
        return tuple(rows.to_entry(row) for row in entries)

    def entries_version(self) -> tuple[int, ...]:
        """Another value after every change, for it writes rows of a later transaction; a sequence would run ahead."""
        ((articles, transactions),) = self.database.all(
            "SELECT count(*), coalesce(sum(xmin::text::bigint), 0) FROM rag_articles"
        )
        return int(articles), int(transactions)

    def article(self, article: str) -> Article | None:
        """One article; None when there is none of this id."""
        articles = self.database.all(
            "SELECT id, title, text, published::text, source, boilerplate, dates FROM rag_articles WHERE id = %s",
            article,
        )
        return rows.to_article(articles[0]) if articles else None

    def count(self, after: int = 0) -> int:
        """Passages numbered higher than `after`."""
        return self._count("FROM rag_passages WHERE number > %s", after)

    def last_number(self) -> int:
        """Highest passage number ever given; 0 before the first."""
        sequence = "pg_sequence_last_value(pg_get_serial_sequence('rag_passages', 'number')::regclass)"
        return int(self.database.all(f"SELECT coalesce({sequence}, 0)")[0][0])

    def passages(self, numbers: Sequence[int]) -> tuple[StoredPassage, ...]:
        """The passages with these numbers, in this order; missing ones are left out."""
        passages = self.database.all(
            "SELECT p.number, a.id, a.title, a.published::text, t.text, p.start, p.stop, p.sentences"
            " FROM rag_passages p JOIN rag_articles a ON a.id = p.article JOIN rag_texts t ON t.number = p.content"
            " WHERE p.number = ANY(%s)",
            list(numbers),
        )
        return rows.to_passages(passages, numbers)

    def sentence_vectors(self, numbers: Sequence[int]) -> SentenceVectors:
        """Sentence vectors of these passages; missing ones are left out."""
        sentences = self.database.all(
            "SELECT number, length(sentences), vectors FROM rag_passages WHERE number = ANY(%s) ORDER BY number",
            list(numbers),
        )
        return rows.to_sentence_vectors(sentences)

    def admitted(self, numbers: Iterable[int], bounds: Filter) -> frozenset[int]:
        """Those of the passages that exist and pass a filter."""
        where, values = where_passages(bounds)
        query = f"SELECT number FROM rag_passages p WHERE number = ANY(%s) AND {where}"
        return frozenset(number for (number,) in self.database.all(query, list(numbers), *values))

    def count_admitted(self, bounds: Filter) -> int:
        """Passages that pass a filter."""
        where, values = where_passages(bounds)
        return self._count(f"FROM rag_passages p WHERE {where}", *values)

    def admitted_vectors(self, bounds: Filter) -> PassageVectors:
        """Vectors of the passages that pass a filter."""
        where, values = where_passages(bounds)
        return self._vectors(f"FROM rag_passages p WHERE {where} ORDER BY number", *values)

    def vectors(self, after: int = 0) -> PassageVectors:
        """Vectors of the passages numbered higher than `after`, ascending."""
        return self._vectors("FROM rag_passages WHERE number > %s ORDER BY number", after)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Number and text of every passage, ascending."""
        last = 0
        while block := self._texts(last):
            yield from block
            last = block[-1][0]

    def _texts(self, after: int) -> Rows:
        return self.database.all(
            "SELECT p.number, t.text FROM rag_passages p JOIN rag_texts t ON t.number = p.content"
            f" WHERE p.number > %s ORDER BY p.number LIMIT {BLOCK}",
            after,
        )

    def _vectors(self, query: str, *values: object) -> PassageVectors:
        packed = self.database.all(f"SELECT number, halfvec_send(vector) {query}", *values)
        return rows.to_vectors([(number, parse_half(vector)) for number, vector in packed])

    def _count(self, query: str, *values: object) -> int:
        return int(self.database.all(f"SELECT count(*) {query}", *values)[0][0])

    def _change(self, change: "Change") -> None:
        def revise(cursor: "Cursor[tuple[Any, ...]]") -> None:
            if self._require:
                self._require(cursor)
            change(cursor)
            cursor.execute("SELECT nextval('rag_revision')")

        self.database.change(revise)
