"""Index -> library: what is in it, how it changes, and which passages are nearest to a question."""

import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Self

from rag.articles import Article
from rag.embedding import Embedder
from rag.errors import IndexMissing, QuestionError
from rag.index import Entry, Filter, Health, Index, Progress, SyncReport
from rag.retrieval import Hit, search
from rag.settings import Settings

log = logging.getLogger("rag")


class Library:
    """An open index of articles, safe to share between threads."""

    def __init__(self, settings: Settings, embedder: Embedder, index: Index, progress: Progress | None = None) -> None:
        self.settings = settings
        self.embedder = embedder
        """Turns questions and articles into vectors."""
        self._index = index
        self._progress = progress

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files of the index."""
        self._index.close()

    def sync(self, path: Path | str, *, progress: Progress | None = None, workers: int = 1) -> SyncReport:
        """Make the index hold exactly the articles of a folder or file; unchanged articles are not read again.

        Args:
            path: the folder or file.
            progress: told of the files that were read.
            workers: processes that read and embed; more than one need an index in PostgreSQL.

        Raises:
            ArticleError: the path does not exist.
            IndexLocked: another process is writing.
        """
        return self._index.sync(Path(path), progress=progress or self._progress, workers=workers)

    def remove(self, article: str) -> None:
        """Remove one article from the index; while its file exists, the next sync of its folder adds it again.

        Raises:
            IndexMissing: there is no article of this id.
            IndexLocked: another process is writing.
        """
        self._index.remove(article)

    def articles(self) -> tuple[Entry, ...]:
        """The indexed articles, by id; `articles_dir` is indexed first when there is no index.

        Raises:
            IndexMissing: there is no `articles_dir` either.
        """
        self._index_if_empty()
        return self._index.articles()

    def article(self, article: str) -> Article:
        """One indexed article with its text."""
        return self._index.article(article)

    def health(self) -> Health:
        """The state of the index, for `rag doctor`."""
        return self._index.health()

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        after: date | None = None,
        before: date | None = None,
        articles: Iterable[str] | None = None,
    ) -> tuple[Hit, ...]:
        """The k passages nearest to a question, best first.

        Args:
            question: any text.
            k: passages wanted.
            after: first publication day; with it, undated articles are left out.
            before: last publication day; with it, undated articles are left out.
            articles: ids of the articles to search; None for all.

        Raises:
            QuestionError: the question is empty or longer than `settings.question_chars`.
            IndexMissing: nothing is indexed, and there is no `articles_dir` to index.
        """
        return self._search(self._validate(question), k, as_filter(after, before, articles))

    def _search(self, question: str, k: int, bounds: Filter) -> tuple[Hit, ...]:
        self._index_if_empty()
        return search(self._index, self.embedder, question, k, bounds, meaning=self.settings.meaning)

    def _index_if_empty(self) -> None:
        """Index `articles_dir` when nothing was ever indexed; a database is only filled by an ingest."""
        if not self._index.untouched:
            return
        folder = self.settings.articles_dir
        if self.settings.index is not None or not folder.is_dir():
            raise IndexMissing(f"No index in {self.settings.index_name}. Build it: rag ingest FOLDER. To try: rag demo")
        log.warning("No index yet: indexing %s/ into %s/ (once).", folder, self.settings.index_dir)
        self.sync(folder)

    def _validate(self, question: str) -> str:
        if not question.strip():
            raise QuestionError("The question is empty. Ask, for example: Why did Serbs put up roadblocks?")
        if len(question) > (limit := self.settings.question_chars):
            raise QuestionError(f"The question has {len(question):,} characters, more than {limit:,}. Shorten it.")
        return question.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be encoded


def as_filter(after: date | None, before: date | None, articles: Iterable[str] | None) -> Filter:
    """The bounds that `after`, `before` and `articles` set."""
    ids = (articles,) if isinstance(articles, str) else articles  # else "a.txt" would be the articles a, ., t and x
    return Filter(after, before, None if ids is None else frozenset(ids))
