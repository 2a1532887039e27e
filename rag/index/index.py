"""Everything about one index folder: opening it, searching it, bringing it up to date."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rag.articles import Article
from rag.embedding import Embedder, Vectors
from rag.errors import IndexBroken, IndexMismatch, IndexMissing
from rag.index.filters import Filter
from rag.index.lock import writing
from rag.index.search import Searches
from rag.index.store import Entry, Sentences, Store, Stored
from rag.index.sync import Progress, SyncReport, outdated, remake, sync
from rag.index.vectors import Found
from rag.settings import Settings

TRUTH = "truth.sqlite"


@dataclass(frozen=True, slots=True)
class Health:
    """How an index stands."""

    articles: int
    passages: int
    embedder: str
    """Name of the embedder; empty before the first article."""
    dense: int
    """Passages in Chroma; those that came later are searched exactly."""
    words: int
    """Passages in the word index."""
    outdated: tuple[str, ...]
    """Ids of articles whose file changed or vanished since it was read."""


class Index:
    """An index folder, safe to share between threads; other processes may read it, and one may write.

    Args:
        settings: where it is; it is made when there is none.
        embedder: what articles and questions are embedded by.

    Raises:
        IndexBroken: the store is damaged or the folder cannot be made.
        IndexMismatch: it has another format.
    """

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        self._folder = settings.index_dir
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexBroken(f"{self._folder} cannot be made ({error.strerror}). Set RAG_INDEX_DIR.") from error
        self._store = Store(self._folder / TRUTH)
        self._searches = Searches(self._folder, self._store)

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder) -> Self:
        """Open an index that this embedder made, or an empty one.

        Raises:
            IndexMismatch: it was made by another embedder, or in another format.
        """
        index = cls(settings, embedder)
        if index._store.foreign(embedder.fingerprint):
            made = index._store.embedder()
            index.close()
            other = f"by {made}" if made != embedder.name else f"by another {made}"
            raise IndexMismatch(
                f"The index in {settings.index_dir} was embedded {other}, the settings say {embedder.name}."
                f" Rebuild it: rag ingest --rebuild {settings.articles_dir}/"
            )
        return index

    @classmethod
    def rebuild(cls, settings: Settings, embedder: Embedder, progress: Progress | None = None) -> Self:
        """Open an index after embedding anew every article that another embedder made.

        Raises:
            IndexLocked: another process is writing.
        """
        index = cls(settings, embedder)
        with writing(index._folder):
            remake(index._store, embedder, settings, progress)
            index._searches.rebuild()
        return index

    def close(self) -> None:
        """Let go of all files."""
        self._searches.close()
        self._store.close()

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever ingested."""
        return self._store.revision == 0

    def sync(self, path: Path, progress: Progress | None = None) -> SyncReport:
        """Make the index hold exactly what stands at a path.

        Raises:
            ArticleError: there is nothing at the path.
            EmbeddingError: the embedder failed; what was done stays, the next sync goes on from there.
            IndexLocked: another process is writing.
        """
        with writing(self._folder):
            report = sync(self._store, self._embedder, self._settings, path, progress)
            self._searches.rebuild()
        return report

    def remove(self, article: str) -> None:
        """Forget one article; while its file stands, the next sync reads it again.

        Raises:
            IndexMissing: there is no article of this id.
            IndexLocked: another process is writing.
        """
        self.article(article)
        with writing(self._folder):
            self._store.remove([article])
            self._searches.rebuild()

    def articles(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        return self._store.entries()

    def article(self, article: str) -> Article:
        """One article with its text.

        Raises:
            IndexMissing: there is no article of this id.
        """
        found = self._store.article(article)
        if found is None:
            raise IndexMissing(f"No article {article!r} in {self._folder}. See what there is: rag articles")
        return found

    def passages(self, numbers: Sequence[int]) -> tuple[Stored, ...]:
        """The passages with these numbers, in this order; those removed meanwhile are left out."""
        return self._store.passages(numbers)

    def vectors(self) -> tuple[NDArray[np.int64], Vectors]:
        """Number and vector of every passage: the mean of its sentences' vectors, scaled to unit length."""
        return self._store.vectors()

    def sentences(self, numbers: Sequence[int]) -> Sentences:
        """The sentence vectors of those of the passages that still exist."""
        return self._store.sentences(numbers)

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> Found:
        """Numbers of the k passages nearest to a unit vector, with their cosine, best first."""
        return self._searches.nearest(vector, k, bounds)

    def matching(self, text: str, k: int, bounds: Filter) -> Found:
        """Numbers of the k passages that share a text's words, with their BM25 scores, best first."""
        return self._searches.matching(text, k, bounds)

    def health(self) -> Health:
        """How the index stands."""
        dense, words = self._searches.counts()
        store = self._store
        return Health(len(store.entries()), store.count(), store.embedder(), dense, words, outdated(store))
