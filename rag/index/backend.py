"""Settings -> the three parts of an index; the only place that chooses their implementations."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rag.database import open_database
from rag.embedding import Embedder
from rag.errors import IndexBroken
from rag.index.base import KeywordIndex, Truth, VectorIndex
from rag.index.keywords import TantivyKeywords
from rag.index.postgres.search import PostgresKeywords, PostgresVectors
from rag.index.postgres.truth import PostgresTruth
from rag.index.postgres.workers import sync_with_workers
from rag.index.report import Progress, SyncReport
from rag.index.store import SQLiteTruth
from rag.index.vectors import ChromaVectors, is_small
from rag.settings import Settings

TRUTH, VECTORS, KEYWORDS = "truth.sqlite", "chroma", "words"
"""Names in the index folder."""


SharedSync = Callable[[Embedder, Settings, Path, Progress | None, int], SyncReport]


class Backend(NamedTuple):
    """The parts of one index."""

    truth: Truth
    vectors: VectorIndex
    keywords: KeywordIndex
    shared_sync: SharedSync | None = None
    """Syncs a folder with several workers; None where only one process writes at a time."""


def import_libraries(settings: Settings) -> None:
    """Import the heavy packages that searching the index needs now, rather than with the first search."""
    if settings.index is None and not is_small(settings.index_dir / VECTORS):
        import chromadb  # noqa: F401


def open_backend(settings: Settings, embedder: Embedder) -> Backend:
    """Open the index in the database that the settings name, or in their folder, which is made when there is none.

    Raises:
        IndexBroken: its truth is damaged, or the folder cannot be made.
        IndexUnavailable: there is no such database, or it refuses this user.
        IndexMismatch: it has another format.
    """
    if settings.index is not None:
        truth = PostgresTruth(open_database(settings), embedder.dimension)
        return Backend(truth, PostgresVectors(truth), PostgresKeywords(truth), partial(sync_with_workers, truth))
    return _open_folder(settings.index_dir)


def _open_folder(folder: Path) -> Backend:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexBroken(f"{folder} cannot be made ({error.strerror}). Set RAG_INDEX_DIR.") from error
    truth = SQLiteTruth(folder / TRUTH)
    return Backend(truth, ChromaVectors(folder / VECTORS, truth), TantivyKeywords(folder / KEYWORDS, truth))
