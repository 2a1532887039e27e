"""Vectors -> Chroma: the passages nearest to a vector; a folder is built whole, then only read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.errors import IndexBroken

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

COLLECTION = "passages"
BATCH = 5000
"""Chroma takes at most 5,461 records a call."""
NEIGHBORS, EF_CONSTRUCTION, EF_SEARCH = 32, 200, 200
"""HNSW's M and search widths: recall@10 >= .99 at 100,000 passages, see evals/benchmarks/scale.py."""

Found = list[tuple[int, float]]
"""Passage numbers with their scores, best first."""


class Dense:
    """A sealed folder, opened for reading.

    Raises:
        IndexBroken: Chroma cannot open it.
    """

    def __init__(self, folder: Path) -> None:
        with _translated(folder):
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
            self.count = self._collection.count()
        self._folder = folder

    @classmethod
    def build(cls, folder: Path, numbers: NDArray[np.int64], vectors: Vectors) -> None:
        """Fill a folder with these vectors and make sure that each one sampled finds itself."""
        with _translated(folder):
            _fill(folder, numbers, vectors)
        with cls(folder) as dense:
            dense._verify(numbers, vectors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder's files."""
        _close(self._client)

    def nearest(self, vector: Vectors, k: int) -> Found:
        """The k numbers whose vectors are nearest to a unit vector, with their cosine."""
        wanted = min(k, self.count)
        if wanted == 0:
            return []
        with _translated(self._folder):
            told = self._collection.query(query_embeddings=vector[None], n_results=wanted, include=["distances"])
        distances = told["distances"] or [[]]
        return [(int(number), 1.0 - far) for number, far in zip(told["ids"][0], distances[0], strict=True)]

    def _verify(self, numbers: NDArray[np.int64], vectors: Vectors) -> None:
        sample = range(0, len(numbers), max(1, len(numbers) // SAMPLE))
        for row in sample:
            best = self.nearest(vectors[row], 1)
            if self.count != len(numbers) or not best or best[0][1] < SELF - 1e-3:
                raise IndexBroken(f"{self._folder} does not find its own vectors. Check the disk, then try again.")


SAMPLE = 50
"""Vectors that must find themselves before a new folder is used."""
SELF = 1.0
"""Cosine of a vector with itself."""


def _fill(folder: Path, numbers: NDArray[np.int64], vectors: Vectors) -> None:
    client = _client(folder)
    try:
        rows = max(len(numbers), 3)
        collection = client.create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={
                "hnsw": {
                    "space": "cosine",
                    "max_neighbors": NEIGHBORS,
                    "ef_construction": EF_CONSTRUCTION,
                    "ef_search": EF_SEARCH,
                    # Everything is flushed to the HNSW files by the last row: nothing is left in the log to replay.
                    "batch_size": min(rows, BATCH),
                    "sync_threshold": rows,
                }
            },
        )
        for start in range(0, len(numbers), BATCH):
            part = slice(start, start + BATCH)
            collection.add(ids=[str(number) for number in numbers[part]], embeddings=vectors[part])
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
