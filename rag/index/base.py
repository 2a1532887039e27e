"""The three parts of an index as protocols: the truth, the vector index and the keyword index.

Implementations: store.py (SQLite), vectors.py (Chroma), keywords.py (tantivy); backend.py chooses them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from rag.articles import Article
from rag.embedding import Vectors
from rag.index.filters import Filter
from rag.index.records import Entry, IndexedFile, PassageScores, PassageVectors, SentenceVectors, StoredPassage
from rag.passages import Passage


class Truth(Protocol):
    """Articles, passages and vectors; both search indexes can be rebuilt from them. Safe to share between threads.

    A passage gets a number that is higher than any before and never given again. Any method may raise IndexBroken.
    """

    @property
    def revision(self) -> int:
        """Grows with every change, by whatever process; 0 before the first."""
        ...

    def close(self) -> None:
        """Release the storage."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Hold the index for writing; reading goes on.

        Raises:
            IndexLocked: another process or thread holds it.
        """
        ...

    def embedder(self) -> str:
        """Name of the embedder of the newest article; empty before the first."""
        ...

    def count_foreign(self, fingerprint: str) -> int:
        """Articles embedded by another embedder than the one with this fingerprint."""
        ...

    def files(self, below: Path) -> dict[str, IndexedFile]:
        """The indexed files at or below a path, by their absolute path."""
        ...

    def source(self, article: str) -> str:
        """Absolute path of an article's file; empty when there is no such article."""
        ...

    def put(
        self, article: Article, passages: Sequence[tuple[Passage, Vectors]], file: IndexedFile, embedder: str
    ) -> None:
        """Replace whatever has the article's id or source, in one transaction.

        Args:
            article: with its text.
            passages: each with its sentence vectors, one row a sentence.
            file: as it was when the article was read.
            embedder: name of the embedder.
        """
        ...

    def touch(self, file: IndexedFile) -> None:
        """Store the new state of a file whose article did not change; no new revision."""
        ...

    def restate(self, article: Article) -> None:
        """Store anew where an article states its date; no new revision."""
        ...

    def remove(self, articles: Iterable[str]) -> None:
        """Remove articles with their passages, in one transaction."""
        ...

    def entries(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        ...

    def entries_version(self) -> tuple[int, ...]:
        """Another value after every change of what `entries` returns, by whatever process; much cheaper than it."""
        ...

    def article(self, article: str) -> Article | None:
        """One article; None when there is none of this id."""
        ...

    def count(self, after: int = 0) -> int:
        """Passages numbered higher than `after`."""
        ...

    def last_number(self) -> int:
        """Highest passage number ever given; 0 before the first."""
        ...

    def passages(self, numbers: Sequence[int]) -> tuple[StoredPassage, ...]:
        """The passages with these numbers, in this order; missing ones are left out."""
        ...

    def texts(self) -> Iterator[tuple[int, str]]:
        """Number and text of every passage, ascending."""
        ...

    def vectors(self, after: int = 0) -> PassageVectors:
        """Vectors of the passages numbered higher than `after`, ascending."""
        ...

    def sentence_vectors(self, numbers: Sequence[int]) -> SentenceVectors:
        """Sentence vectors of these passages; missing ones are left out."""
        ...

    def admitted(self, numbers: Iterable[int], bounds: Filter) -> frozenset[int]:
        """Those of the passages that exist and pass a filter."""
        ...

    def count_admitted(self, bounds: Filter) -> int:
        """Passages that pass a filter."""
        ...

    def admitted_vectors(self, bounds: Filter) -> PassageVectors:
        """Vectors of the passages that pass a filter."""
        ...


class SearchIndex(Protocol):
    """What both search indexes have in common: made from the truth, rebuilt from it when they are damaged.

    Safe to share between threads. An index that is never behind the truth needs no `rebuild` and no `load`.
    """

    def count(self) -> int:
        """Passages in it."""
        ...

    def behind(self) -> bool:
        """Whether it is missing, damaged or too far behind the truth."""
        ...

    def rebuild(self) -> None:
        """Make it anew from the truth if it is behind; nothing is embedded, and searches go on meanwhile.

        The caller holds the lock of the truth.

        Raises:
            IndexBroken: it cannot be written; the old one stays.
        """
        ...

    def load(self) -> None:
        """Search its newest state from now on."""
        ...

    def close(self) -> None:
        """Release its files."""
        ...


class VectorIndex(SearchIndex, Protocol):
    """Passages by the cosine of their vectors."""

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        """The k existing passages nearest to a unit vector that pass a filter, with their cosine."""
        ...


class KeywordIndex(SearchIndex, Protocol):
    """Passages by the words of their text."""

    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        """The k existing passages that share words with a text and pass a filter, with their BM25 scores.

        The text is words, never query syntax; a passage that shares no word is never returned.
        """
        ...


class SearchInTruth:
    """Base of a search index that has nothing of its own and searches the truth itself, so that it is never behind.

    Args:
        truth: that it searches.
    """

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def count(self) -> int:
        """Passages in it."""
        return self._truth.count()

    def behind(self) -> bool:
        """Never."""
        return False

    def rebuild(self) -> None:
        """Nothing to rebuild."""

    def load(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to release."""
