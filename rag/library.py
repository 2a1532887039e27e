"""Index -> library: what is in it, how it changes, and which passages are nearest to a question."""

import logging
from collections import Counter
from collections.abc import Iterable
from copy import copy
from datetime import date
from pathlib import Path
from typing import NamedTuple, Self, TypedDict, Unpack

from rag.articles import Article
from rag.embedding import Embedder
from rag.errors import IndexMissing, QuestionError
from rag.index import Entry, Filter, Health, Index, PathRules, Progress, SyncReport
from rag.retrieval import Hit, search
from rag.settings import Settings
from rag.text.words import encodable

log = logging.getLogger("rag")
NAMED = 10
"""Collections that an error names."""


class Bounds(TypedDict, total=False):
    """Which articles a question may use; without any, all of them.

    With `after` or `before`, articles that state no date are left out.
    """

    after: date | None
    """First publication day."""
    before: date | None
    """Last publication day."""
    articles: Iterable[str] | None
    """Ids of articles; None for all."""
    collection: str | None
    """Folder below the ingested one, with what lies deeper, or a file that holds several articles; None for all."""


class Collection(NamedTuple):
    """Articles that lie together."""

    name: str
    """Path below the ingested folder, with forward slashes: of a folder, or of a file that holds several articles."""
    articles: int


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

    def within(self, paths: PathRules) -> Self:
        """The same for whoever may read only the articles that the rules let through; closed together with this one.

        Args:
            paths: every other article is as if it did not exist.
        """
        view = copy(self)
        view._index = self._index.within(paths)
        return view

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

    def collections(self) -> tuple[Collection, ...]:
        """The folders that the articles lie in, and the files that hold several, by name."""
        return list_collections(self.articles())

    def article(self, article: str) -> Article:
        """One indexed article with its text."""
        return self._index.article(article)

    def require(self, articles: Iterable[str] | None = None, collection: str | None = None) -> None:
        """Refuse to ask what there is not: an answer over no article would read as if the articles said nothing.

        Args:
            articles: ids, each of which has to be indexed.
            collection: which has to hold an article.

        Raises:
            IndexMissing: there is no such article or collection.
        """
        entries = self.articles()
        for id in articles or ():
            self.article(id)
        bounds = as_filter(collection=collection)
        if bounds.collection is not None and not any(map(bounds.admits, entries)):
            names = [one.name for one in list_collections(entries)[:NAMED]]
            known = f"There are: {', '.join(names)}" if names else "The articles lie in no folder"
            raise IndexMissing(f"No collection {bounds.collection!r} in {self.settings.index_name}. {known}.")

    def may_read(self, path: str) -> bool:
        """Whether an article at this path could be read here, whether or not there is one."""
        return self._index.admits(path)

    @property
    def restricted(self) -> bool:
        """Whether only articles that some rules let through can be read here."""
        return self._index.restricted

    def decides_alike(self, path: str, other: str) -> bool:
        """Whether articles at two paths have the same readers by the same rule, whether or not there are any."""
        return self._index.decides_alike(path, other)

    def health(self) -> Health:
        """The state of the index, for `rag doctor`."""
        return self._index.health()

    def search(self, question: str, k: int = 10, **bounds: Unpack[Bounds]) -> tuple[Hit, ...]:
        """The k passages nearest to a question, best first.

        Args:
            question: any text.
            k: passages wanted.
            bounds: `after`, `before`: first and last publication day, with which undated articles are left out;
                `articles`: their ids; `collection`: a folder below the ingested one, or a file that holds several.

        Raises:
            QuestionError: the question is empty or longer than `settings.question_chars`.
            IndexMissing: nothing is indexed, and there is no `articles_dir` to index.
        """
        return self._search(self._validate(question), k, as_filter(**bounds))

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
        return self._bounded(question, "question")

    def _bounded(self, text: str, what: str) -> str:
        """A text as every index takes it, unless it is longer than `settings.question_chars`."""
        if len(text) > (limit := self.settings.question_chars):
            raise QuestionError(f"The {what} has {len(text):,} characters, more than {limit:,}. Shorten it.")
        return encodable(text)


def as_filter(**bounds: Unpack[Bounds]) -> Filter:
    """The bounds as the index knows them."""
    articles, collection = bounds.get("articles"), encodable(bounds.get("collection") or "").strip("/")
    ids = (articles,) if isinstance(articles, str) else articles  # else "a.txt" would be the articles a, ., t and x
    chosen = None if ids is None else frozenset(map(encodable, ids))
    return Filter(bounds.get("after"), bounds.get("before"), chosen, collection or None)


def list_collections(entries: Iterable[Entry]) -> tuple[Collection, ...]:
    """The collections of some articles, by name."""
    parts = (entry.id.split("/") for entry in entries)
    names = Counter("/".join(part[:depth]) for part in parts for depth in range(1, len(part)))
    return tuple(Collection(name, names[name]) for name in sorted(names))
