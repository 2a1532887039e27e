"""Settings -> index: open, sync, search and inspect it, in a folder or in PostgreSQL."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from rag.articles import Article
from rag.embedding import Embedder, Vectors
from rag.errors import IndexMismatch, IndexMissing, SettingsError
from rag.index.article_list import ArticleList
from rag.index.backend import open_backend
from rag.index.copying import CopyReport, copy_articles
from rag.index.files import outdated_articles
from rag.index.filters import Filter
from rag.index.paths import PathRules
from rag.index.records import Entry, PassageScores, PassageVectors, SentenceVectors, StoredPassage
from rag.index.report import Progress, SyncReport
from rag.index.search import PassageSearch
from rag.index.sync import reembed_articles, sync_folder
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Health:
    """State of an index."""

    articles: int
    passages: int
    embedder: str
    """Name of the embedder of the newest article; empty before the first."""
    vectors: int
    """Passages in the vector index; those that came later are searched exactly."""
    keywords: int
    """Passages in the keyword index."""
    outdated: tuple[str, ...]
    """Ids of articles whose file changed or is gone since it was read."""


class Index:
    """An index, safe to share between threads and to read by other processes; in a folder, one may write at a time.

    Args:
        settings: its address in PostgreSQL, or its folder, which is made when there is none.
        embedder: embeds articles and questions.

    Raises:
        IndexBroken: the truth is damaged, the folder cannot be made, or the server cannot be reached.
        IndexMismatch: it has another format.
    """

    def __init__(self, settings: Settings, embedder: Embedder) -> None:
        self._settings = settings
        self._embedder = embedder
        backend = open_backend(settings, embedder)
        self._truth = backend.truth
        self._shared_sync = backend.shared_sync
        self._search = PassageSearch(backend, settings.index_name)
        self._article_list = ArticleList(backend.truth)
        self._paths: tuple[PathRules, ...] = ()

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder) -> Self:
        """Open an index of this embedder, or an empty one.

        Raises:
            IndexMismatch: it is of another embedder, or has another format.
        """
        index = cls(settings, embedder)
        if index._truth.count_foreign(embedder.fingerprint):
            maker = index._truth.embedder()
            index.close()
            other = f"by {maker}" if maker != embedder.name else f"by another {maker}"
            raise IndexMismatch(
                f"The index in {settings.index_name} was embedded {other}, the settings say {embedder.name}."
                f" Rebuild it: rag ingest --rebuild {settings.articles_dir}/"
            )
        return index

    @classmethod
    def rebuild(cls, settings: Settings, embedder: Embedder, progress: Progress | None = None) -> Self:
        """Open an index after embedding again every article of another embedder.

        Raises:
            IndexLocked: another process is writing.
        """
        index = cls(settings, embedder)
        with index._truth.lock():
            reembed_articles(index._truth, embedder, settings, progress)
            index._search.rebuild()
        return index

    def within(self, paths: PathRules) -> Self:
        """This index as it is for whoever may read only what the rules let through; it is closed with this one.

        Every other article is as if it did not exist: it is in no list, no ranking and no count but those of `health`.
        """
        view = copy(self)
        view._paths = (*self._paths, paths)
        return view

    def close(self) -> None:
        """Release all files."""
        self._search.close()
        self._truth.close()

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever ingested."""
        return self._truth.revision == 0

    def sync(self, path: Path, progress: Progress | None = None, workers: int = 1) -> SyncReport:
        """Make the index hold exactly the articles at a path.

        Args:
            path: a folder or a file.
            progress: told of the files that were read.
            workers: processes that read and embed, in PostgreSQL; in a folder there can only be one.

        Raises:
            ArticleError: there is nothing at the path.
            EmbeddingError: the embedder failed; finished articles stay, and the next sync continues.
            IndexLocked: another process is writing.
            SettingsError: the index is in a folder, and there are several workers.
        """
        if workers > 1 and not self._shared_sync:
            raise SettingsError("An index folder has one writer; several workers need PostgreSQL: set RAG_INDEX.")
        with self._truth.lock():
            if self._shared_sync:
                report = self._shared_sync(self._embedder, self._settings, path, progress, workers)
            else:
                report = sync_folder(self._truth, self._embedder, self._settings, path, progress)
            self._search.rebuild()
        return report

    def copy_from(self, source: Self, progress: Progress | None = None) -> CopyReport:
        """Copy every article of another index, with its vectors; an attempt that was killed is gone on with.

        Raises:
            IndexMissing: the other index is empty.
            IndexMismatch: this one holds articles that the other does not.
            IndexBroken: the other changed meanwhile.
            IndexLocked: another process is writing.
        """
        if source.untouched:
            raise IndexMissing(f"No index in {source._settings.index_name}. See what there is: rag doctor")
        with self._truth.lock():
            report = copy_articles(source._truth, self._truth, progress)
            self._search.rebuild()
        return report

    def remove(self, article: str) -> None:
        """Remove one article; as long as its file exists, the next sync reads it again.

        Raises:
            IndexMissing: there is no article of this id.
            IndexLocked: another process is writing.
        """
        self.article(article)
        with self._truth.lock():
            self._truth.remove([article])
            self._search.rebuild()

    def admits(self, source: str) -> bool:
        """Whether the rules let an article at this path through."""
        return all(rules.admits(source) for rules in self._paths)

    @property
    def restricted(self) -> bool:
        """Whether there are rules on the paths of articles."""
        return bool(self._paths)

    def decides_alike(self, source: str, other: str) -> bool:
        """Whether the same lines of the rules decide on articles at two paths, so that both have the same readers."""
        return all(rules.line(source) == rules.line(other) for rules in self._paths)

    def articles(self) -> tuple[Entry, ...]:
        """Every article, by id."""
        entries = self._article_list.entries()
        return tuple(entry for entry in entries if self.admits(entry.source)) if self._paths else entries

    def article(self, article: str) -> Article:
        """One article with its text.

        Raises:
            IndexMissing: there is no article of this id.
        """
        content = self._truth.article(article)
        if content is None or not self.admits(content.source):
            place = self._settings.index_name
            raise IndexMissing(f"No article {article!r} in {place}. See what there is: rag articles")
        return content

    def passages(self, numbers: Sequence[int]) -> tuple[StoredPassage, ...]:
        """The passages with these numbers, in this order; missing ones are left out."""
        return self._truth.passages(self._readable(numbers))

    def passage_numbers(self, bounds: Filter) -> list[int]:
        """The numbers of the passages of the articles that a filter lets through."""
        return [int(number) for number in self._truth.admitted_vectors(self._narrow(bounds)).numbers]

    def vectors(self) -> PassageVectors:
        """The vector of every passage, by number."""
        return self._truth.admitted_vectors(self._narrow(Filter())) if self._paths else self._truth.vectors()

    def sentences(self, numbers: Sequence[int]) -> SentenceVectors:
        """Sentence vectors of these passages; missing ones are left out."""
        return self._truth.sentence_vectors(self._readable(numbers))

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        """The k passages nearest to a unit vector, with their cosine, best first."""
        return self._search.nearest(vector, k, self._narrow(bounds))

    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        """The k passages that share a text's words, with their BM25 scores, best first."""
        return self._search.matching(text, k, self._narrow(bounds))

    def health(self) -> Health:
        """State of the whole index, whatever rules there are."""
        vectors, keywords = self._search.counts()
        truth, articles = self._truth, len(self._article_list.entries())
        return Health(articles, truth.count(), truth.embedder(), vectors, keywords, outdated_articles(truth))

    def _narrow(self, bounds: Filter) -> Filter:
        return replace(bounds, paths=(*self._paths, *bounds.paths))

    def _readable(self, numbers: Sequence[int]) -> Sequence[int]:
        """Those of the passages that the rules let through."""
        if not self._paths:
            return numbers
        admitted = self._truth.admitted(numbers, self._narrow(Filter()))
        return [number for number in numbers if number in admitted]
