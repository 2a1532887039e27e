"""Vectors -> one folder of Chroma, written once, then only read; the only place that knows Chroma's files."""

import errno
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from rag.embedding import Vectors
from rag.errors import IndexBroken
from rag.index.copies import Copies
from rag.index.filters import NO_COPIES
from rag.index.records import PassageScores, PassageVectors
from rag.index.snapshot import FileSum, file_checksum

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

COLLECTION = "passages"
BATCH = 5000
"""Chroma takes at most 5,461 records a call."""
NEIGHBORS, EF_CONSTRUCTION, EF_SEARCH = 32, 200, 800
"""HNSW's M and search widths. Recall@100 over 932,041 passages is .968 .983 .992 with a search width of 200 400 800, in
4 7 10 ms (evals/benchmarks/growth.py)."""
SAMPLE = 50
"""Vectors that must find themselves before a new folder is used."""
LEAST_COSINE = 0.999
"""Of a vector with itself."""
_DATABASE = "chroma.sqlite3"
_TABLES = (
    "collections",
    "collection_metadata",
    "databases",
    "embeddings",
    "embeddings_queue",
    "embeddings_queue_config",
    "max_seq_id",
    "migrations",
    "segment_metadata",
    "segments",
    "tenants",
)
"""What Chroma reads to find a vector's id; it writes to another table of the same file at every opening."""


def checksum(file: Path) -> FileSum | None:
    """Checksum of one of Chroma's files: of its database, only the tables above, and never its journal.

    Raises:
        OSError: the file cannot be read.
    """
    if file.name.startswith(f"{_DATABASE}-"):
        return None
    return (-1, _rows_checksum(file)) if file.name == _DATABASE else file_checksum(file)


def _rows_checksum(database: Path) -> int:
    value = 0
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            for table in _TABLES:
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid"):
                    value = zlib.crc32(repr(row).encode(), value)
    except sqlite3.Error as error:
        raise OSError(errno.EIO, f"Chroma's database: {error}", str(database)) from error
    return value


class ChromaFolder:
    """One folder of Chroma, opened for reading.

    Raises:
        IndexBroken: Chroma cannot open it.
    """

    def __init__(self, folder: Path) -> None:
        with _translated(folder):
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            self.count = self._collection.count()
        self.copies = Copies.load(folder)
        self._folder = folder

    @classmethod
    def build(cls, folder: Path, passages: PassageVectors, copies: Copies = NO_COPIES) -> None:
        """Fill an empty folder with these vectors, copies left out, and check that a sample of them finds itself.

        Raises:
            IndexBroken: Chroma cannot write it, or does not find a vector of the sample.
        """
        passages = _without(passages, copies)
        with _translated(folder):
            _fill(folder, passages)
            copies.save(folder)
        with cls(folder) as built:
            built._verify(passages)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder's files."""
        _close(self._client)

    def nearest(self, vector: Vectors, k: int) -> PassageScores:
        """The k passages nearest to a unit vector, with their cosine."""
        wanted = min(k, self.count)
        if wanted == 0:
            return []
        with _translated(self._folder):
            reply = self._collection.query(query_embeddings=vector[None], n_results=wanted, include=["distances"])
        distances = reply["distances"] or [[]]
        pairs = zip(reply["ids"][0], distances[0], strict=True)
        return [(int(number), 1.0 - distance) for number, distance in pairs]

    def _verify(self, passages: PassageVectors) -> None:
        rows = len(passages.numbers)
        for row in range(0, rows, max(1, rows // SAMPLE)):
            best = self.nearest(passages.vectors[row], 1)
            if self.count != rows or not best or best[0][1] < LEAST_COSINE:
                raise IndexBroken(f"{self._folder} does not find its own vectors. Check the disk, then try again.")


def _without(passages: PassageVectors, copies: Copies) -> PassageVectors:
    kept = ~np.isin(passages.numbers, list(copies.numbers))
    return PassageVectors(passages.numbers[kept], passages.vectors[kept])


def _fill(folder: Path, passages: PassageVectors) -> None:
    client = _client(folder)
    try:
        rows = max(len(passages.numbers), 3)
        collection = client.create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={
                "hnsw": {
                    "space": "cosine",
                    "max_neighbors": NEIGHBORS,
                    "ef_construction": EF_CONSTRUCTION,
                    "ef_search": EF_SEARCH,
                    # The last row flushes everything to the HNSW files: nothing is left in the log to replay.
                    "batch_size": min(rows, BATCH),
                    "sync_threshold": rows,
                }
            },
        )
        for start in range(0, len(passages.numbers), BATCH):
            part = slice(start, start + BATCH)
            ids = [str(number) for number in passages.numbers[part]]
            collection.add(ids=ids, embeddings=passages.vectors[part])
    finally:
        _close(client)


def _close(client: "ClientAPI") -> None:
    # Every client that PersistentClient makes can be closed; its declared type does not say so.
    client.close()  # type: ignore[attr-defined]


def _client(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, RuntimeError, OSError) as error:
        raise IndexBroken(f"Chroma cannot use {folder}: {error}") from error
