"""Folder -> the three parts of its index; the only place that chooses their implementations."""

from pathlib import Path
from typing import NamedTuple

from rag.errors import IndexBroken
from rag.index.base import KeywordIndex, Truth, VectorIndex
from rag.index.keywords import TantivyKeywords
from rag.index.store import SQLiteTruth
from rag.index.vectors import ChromaVectors, is_small

TRUTH, VECTORS, KEYWORDS = "truth.sqlite", "chroma", "words"
"""Names in the index folder."""


class Backend(NamedTuple):
    """The parts of one index."""

    truth: Truth
    vectors: VectorIndex
    keywords: KeywordIndex


def import_libraries(folder: Path) -> None:
    """Import the heavy packages that searching the index in a folder needs now, rather than with the first search."""
    if not is_small(folder / VECTORS):
        import chromadb  # noqa: F401


def open_backend(folder: Path) -> Backend:
    """Open the index in a folder, which is made when there is none.

    Raises:
        IndexBroken: its truth is damaged, or the folder cannot be made.
        IndexMismatch: it has another format.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexBroken(f"{folder} cannot be made ({error.strerror}). Set RAG_INDEX_DIR.") from error
    truth = SQLiteTruth(folder / TRUTH)
    return Backend(truth, ChromaVectors(folder / VECTORS, truth), TantivyKeywords(folder / KEYWORDS, truth))
