"""Files -> truth: their articles read, embedded and put, each in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rag.articles import Article, load_articles
from rag.errors import ArticleError, NoArticle
from rag.index.base import Truth
from rag.index.files import file_digest, file_of, file_state, reading_of, require_unchanged
from rag.index.records import IndexedFile, Provenance
from rag.index.report import Failure, Progress, SyncReport
from rag.index.sentences import SentenceEmbedder
from rag.passages import Passage, cut_passages
from rag.settings import Settings
from rag.text.search_form import search_form

SEARCH_FORMS = 6
"""The `READING` from which on sentences are embedded in their form for searching."""
BATCH = 256
"""Sentences a batch: enough to sort by length across small articles, few enough to lose in a kill."""


class _Job(NamedTuple):
    """An article that has to be embedded."""

    article: Article
    passages: tuple[Passage, ...]
    file: IndexedFile
    new: bool
    last: tuple[IndexedFile, ...] = ()
    """At the last article of a file that holds several: all of them, finished now."""


class FileSync:
    """Reads, embeds and removes the articles of some files, and counts what it did.

    Args:
        truth: to change.
        embedder: of sentences.
        settings: sizes of files and passages.
        root: folder below which articles get their ids.
        indexed: the files as they are indexed, by their path; at least of those that are added.
        progress: told of every file.
    """

    def __init__(
        self,
        truth: Truth,
        embedder: SentenceEmbedder,
        settings: Settings,
        root: Path,
        indexed: Mapping[str, IndexedFile],
        progress: Progress | None = None,
    ) -> None:
        self._truth = truth
        self._sentences = embedder
        self._embedder = embedder.embedder
        self._settings = settings
        self._root = root
        self._progress = progress
        self._indexed = indexed
        self._failed: list[Failure] = []
        self._left_out: list[Failure] = []
        self._notes: list[Failure] = []
        self._unchanged = 0
        self._done = {True: 0, False: 0}  # articles embedded, by whether they are new

    def add(self, files: Sequence[Path]) -> set[str]:
        """Add and update the articles of these files; the sources that stay in the index."""
        parts = self._parts(files)
        waiting: list[_Job] = []
        kept: set[str] = set()
        for number, file in enumerate(files):
            jobs, sources = self._jobs(file, parts.get(str(file), {}))
            kept |= sources
            for job in jobs:
                waiting.append(job)
                if sum(len(passage.sentences) for job in waiting for passage in job.passages) >= BATCH:
                    self._embed(waiting)
                    waiting = []
            self._report(number + 1, len(files), file)
        self._embed(waiting)
        return kept

    def settle(self, files: Sequence[Path]) -> tuple[list[Path], set[str]]:
        """The files that have to be read, and the sources of the others, which did not change."""
        parts = self._parts(files)
        changed: list[Path] = []
        kept: set[str] = set()
        for file in files:
            of_file = parts.get(str(file), {})
            try:
                current = self._touch_current(of_file, self._state(file, of_file))
            except ArticleError:  # found and reported again by whoever reads it
                current = False
            kept.update(of_file if current else ())
            changed.extend(() if current else [file])
        return changed, kept

    def report(self, removed: int = 0) -> SyncReport:
        """What was done so far."""
        return SyncReport(
            self._done[True],
            self._done[False],
            removed,
            self._unchanged,
            tuple(self._failed),
            left_out=tuple(self._left_out),
            notes=tuple(self._notes),
        )

    def _parts(self, files: Sequence[Path]) -> dict[str, dict[str, IndexedFile]]:
        """The indexed articles of each file, by their source."""
        names = {str(file) for file in files}
        parts: dict[str, dict[str, IndexedFile]] = {}
        for source, indexed in self._indexed.items():
            places = (source, *map(str, Path(source).parents)) if source not in names else (source,)
            if file := next((place for place in places if place in names), None):
                parts.setdefault(file, {})[source] = indexed
        return parts

    def remove_missing(self, kept: set[str], hidden: Sequence[Failure]) -> int:
        """Remove the articles of other sources, but none inside a folder that cannot be listed; how many."""
        self._failed[:0] = hidden
        missing = ((Path(source), indexed.id) for source, indexed in self._indexed.items() if source not in kept)
        gone = [id for source, id in missing if not any(source.is_relative_to(one.path) for one in hidden)]
        if gone:
            self._truth.remove(gone)
        return len(gone)

    def reembed(self) -> None:
        """Embed every article of another embedder again, one transaction an article."""
        fingerprint = self._embedder.fingerprint
        foreign = {source: file for source, file in self._indexed.items() if file.made.embedder != fingerprint}
        for number, (source, file) in enumerate(foreign.items()):
            article = self._truth.article(file.id)
            if article is None:
                continue
            made = Provenance(file.made.sha256, fingerprint, self._settings.passage_tokens)
            passages = cut_passages(article, self._settings.passage_tokens)
            self._embed([_Job(article, passages, file._replace(made=made), new=False)])
            self._report(number + 1, len(foreign), Path(source))

    def _jobs(self, file: Path, parts: dict[str, IndexedFile]) -> tuple[list[_Job], set[str]]:
        """The articles of a file to embed, and the sources that stay in the index; no jobs when nothing changed."""
        try:
            now = self._state(file, parts)
            if self._touch_current(parts, now):
                return [], {*parts}
            read = load_articles(file, self._root, self._settings)
            require_unchanged(file, now)
            named = [self._named(article, file, parts) for article in read.articles]
        except NoArticle as error:
            self._left_out.append(Failure(error.path, error.reason))
            return [], set()
        except ArticleError as error:
            self._failed.append(Failure(error.path, error.reason))
            return [], {*parts}
        self._notes.extend(Failure(file, note) for note in read.notes)
        if self._is_read_alike(named, parts, now):
            for article in named:
                self._truth.restate(article)
            self._touch(parts.values(), now)
            return [], {*parts}
        return self._new_jobs(named, parts, now), {article.source for article in named}

    def _state(self, file: Path, parts: Mapping[str, IndexedFile]) -> IndexedFile:
        return file_state(file, next(iter(parts.values()), None), self._embedder, self._settings)

    def _touch_current(self, parts: Mapping[str, IndexedFile], now: IndexedFile) -> bool:
        """Whether the articles of a file are of its present state; its times are then stored anew."""
        current = bool(parts) and all(part.made == now.made and part.size >= 0 for part in parts.values())
        if current:
            self._touch(parts.values(), now)
        return current

    def _touch(self, parts: Iterable[IndexedFile], now: IndexedFile) -> None:
        for part in parts:
            self._unchanged += 1
            current = now._replace(id=part.id)
            if current != part:
                self._truth.touch(current)

    def _named(self, article: Article, file: Path, parts: dict[str, IndexedFile]) -> Article:
        indexed = parts.get(article.source)
        return replace(article, id=indexed.id if indexed else self._free_id(article.id, file))

    def _is_read_alike(self, articles: Sequence[Article], parts: dict[str, IndexedFile], now: IndexedFile) -> bool:
        """Whether the same file, read by a newer version of this package, holds what is indexed."""
        if {article.source for article in articles} != {*parts}:
            return False
        made = all(part.made._replace(sha256="") == now.made._replace(sha256="") for part in parts.values())
        whole = all(part.size >= 0 and file_digest(part) == file_digest(now) for part in parts.values())
        embedded = all(reading_of(part) >= SEARCH_FORMS for part in parts.values()) or all(
            search_form(article.text) == article.text for article in articles
        )
        return made and whole and embedded and all(map(self._is_stored, articles))

    def _is_stored(self, article: Article) -> bool:
        """Whether the index holds the article, wherever its date is stated."""
        stored = self._truth.article(article.id)
        return stored is not None and replace(stored, dates=article.dates) == article

    def _new_jobs(self, articles: Sequence[Article], parts: dict[str, IndexedFile], now: IndexedFile) -> list[_Job]:
        files = tuple(now._replace(id=article.id) for article in articles)
        several = len(articles) > 1
        tokens = self._settings.passage_tokens
        jobs = [
            # Below zero until the last one is stored: a sync that is killed in between begins the file again.
            _Job(
                article,
                cut_passages(article, tokens),
                file._replace(size=-1) if several else file,
                article.source not in parts,
            )
            for article, file in zip(articles, files, strict=True)
        ]
        return [*jobs[:-1], jobs[-1]._replace(last=files)] if several else jobs

    def _free_id(self, wanted: str, file: Path) -> str:
        for id in (wanted, f"{self._root.name}/{wanted}"):
            holder = self._truth.source(id)
            if not holder or file_of(Path(holder)) == file or not file_of(Path(holder)).exists():
                return id
        raise ArticleError(file, f"has the id of another article ({wanted}); rename its folder")

    def _embed(self, jobs: Sequence[_Job]) -> None:
        vectors = self._sentences.embed(passage for job in jobs for passage in job.passages)
        for job in jobs:
            rows = [(passage, vectors(passage)) for passage in job.passages]
            self._truth.put(job.article, rows, job.file, self._embedder.name)
            self._done[job.new] += 1
            for file in job.last:
                self._truth.touch(file)

    def _report(self, done: int, total: int, file: Path) -> None:
        if self._progress:
            self._progress(done, total, file.name)
