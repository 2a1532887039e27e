"""Folder -> truth: reads, embeds and removes articles until the index holds exactly those of the folder."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.articles import Article, find_articles, load_article
from rag.embedding import Embedder
from rag.errors import ArticleError
from rag.index.base import Truth
from rag.index.records import IndexedFile, Provenance
from rag.passages import Passage, cut_passages
from rag.settings import Settings

BATCH = 256
"""Sentences a batch: enough to sort by length across small articles, few enough to lose in a kill."""


class Failure(NamedTuple):
    """A file that could not be read, and why; its last indexed version stays."""

    path: Path
    reason: str


class SyncReport(NamedTuple):
    """Result of a sync, in articles."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    passed_over: tuple[Path, ...] = ()
    """Files of no known format."""


Progress = Callable[[int, int, str], None]
"""Called with the files done, the files in all, and the name of the last file."""


class _Job(NamedTuple):
    """An article that has to be embedded."""

    article: Article
    passages: tuple[Passage, ...]
    file: IndexedFile
    new: bool


def sync_folder(
    truth: Truth, embedder: Embedder, settings: Settings, path: Path, progress: Progress | None
) -> SyncReport:
    """Make the truth hold exactly the articles at a path; committed article by article.

    A file that cannot be read is reported, and its last indexed version stays.

    Raises:
        ArticleError: there is nothing at the path.
        EmbeddingError: the embedder failed; finished articles stay, and the next sync continues.
    """
    root = path.resolve()
    # A link inside the folder keeps its own name: its target may lie outside, where no sync would update it.
    listing = find_articles(path)
    files = [root / file.relative_to(path) for file in listing.files]
    failures = [
        Failure(root / Path(error.filename).relative_to(path), _unreadable(error)) for error in listing.unreadable
    ]
    report = _FolderSync(truth, embedder, settings, root, progress).run(files, failures)
    return report._replace(passed_over=tuple(root / file.relative_to(path) for file in listing.unknown))


def _unreadable(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"


def reembed_articles(truth: Truth, embedder: Embedder, settings: Settings, progress: Progress | None) -> None:
    """Cut and embed again, from the stored text, every article of another embedder."""
    _FolderSync(truth, embedder, settings, Path("/"), progress).reembed()


def outdated_articles(truth: Truth) -> tuple[str, ...]:
    """Ids of the articles whose file is gone, or has another content than when it was read."""
    files = truth.files(Path("/")).items()
    return tuple(indexed.id for source, indexed in files if not _is_current(Path(source), indexed))


def _is_current(file: Path, indexed: IndexedFile) -> bool:
    try:
        stat = file.stat()
        if stat.st_size != indexed.size:
            return False
        return _modified(stat) == indexed.modified or _sha256(file) == indexed.made.sha256
    except OSError:
        return False


def _modified(stat: os.stat_result) -> int:
    """Changes with every write, even by a tool that resets the modification time; below SQLite's limit of 2 ** 63."""
    return (stat.st_mtime_ns + stat.st_ctime_ns) % 2**63


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class _FolderSync:
    def __init__(
        self, truth: Truth, embedder: Embedder, settings: Settings, root: Path, progress: Progress | None
    ) -> None:
        self._truth = truth
        self._embedder = embedder
        self._settings = settings
        self._root = root
        self._progress = progress
        self._indexed = truth.files(root)
        self._failed: list[Failure] = []
        self._unchanged = 0
        self._done = {True: 0, False: 0}  # articles embedded, by whether they are new

    def run(self, files: Sequence[Path], unreadable: Sequence[Failure] = ()) -> SyncReport:
        """Add and update the articles of these files and remove the others, but none inside an unreadable folder."""
        self._failed.extend(unreadable)
        waiting: list[_Job] = []
        for number, file in enumerate(files):
            waiting.extend(self._job(file))
            if sum(len(passage.sentences) for job in waiting for passage in job.passages) >= BATCH:
                self._embed(waiting)
                waiting = []
            self._report(number + 1, len(files), file)
        self._embed(waiting)
        here, hidden = {str(file) for file in files}, [failure.path for failure in unreadable]
        missing = ((Path(source), indexed.id) for source, indexed in self._indexed.items() if source not in here)
        gone = [id for source, id in missing if not any(source.is_relative_to(folder) for folder in hidden)]
        if gone:
            self._truth.remove(gone)
        return SyncReport(self._done[True], self._done[False], len(gone), self._unchanged, tuple(self._failed))

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

    def _job(self, file: Path) -> list[_Job]:
        """The article to embed; none when the file did not change or cannot be read."""
        try:
            indexed = self._indexed.get(str(file))
            now = self._state(file, indexed)
            if indexed is not None and now.made == indexed.made:
                self._unchanged += 1
                if now != indexed:
                    self._truth.touch(now.id, now.size, now.modified)
                return []
            article = load_article(file, self._root, max_bytes=self._settings.article_bytes)
            named = replace(article, id=indexed.id if indexed else self._free_id(article.id, file), source=str(file))
        except ArticleError as error:
            self._failed.append(Failure(error.path, error.reason))
            return []
        return [_Job(named, cut_passages(named, self._settings.passage_tokens), now, indexed is None)]

    def _state(self, file: Path, indexed: IndexedFile | None) -> IndexedFile:
        try:
            stat = file.stat()
            same = indexed is not None and (indexed.size, indexed.modified) == (stat.st_size, _modified(stat))
            content = indexed.made.sha256 if indexed and same else self._hash(file, stat.st_size)
        except OSError as error:
            raise ArticleError(file, _unreadable(error)) from error
        made = Provenance(content, self._embedder.fingerprint, self._settings.passage_tokens)
        return IndexedFile(indexed.id if indexed else "", stat.st_size, _modified(stat), made)

    def _hash(self, file: Path, size: int) -> str:
        # `load_article` refuses a file that is too large; it is not read twice.
        return "" if size > self._settings.article_bytes else _sha256(file)

    def _free_id(self, wanted: str, file: Path) -> str:
        for id in (wanted, f"{self._root.name}/{wanted}"):
            holder = self._truth.source(id)
            if not holder or holder == str(file) or not Path(holder).exists():
                return id
        raise ArticleError(file, f"has the id of another article ({wanted}); rename its folder")

    def _embed(self, jobs: Sequence[_Job]) -> None:
        if not jobs:
            return
        texts = [passage.sentence(number) for job in jobs for passage in job.passages for number in _numbers(passage)]
        vectors = iter(self._embedder.embed_passages(texts))
        for job in jobs:
            rows = [(passage, np.stack([next(vectors) for _ in _numbers(passage)])) for passage in job.passages]
            self._truth.put(job.article, rows, job.file, self._embedder.name)
            self._done[job.new] += 1

    def _report(self, done: int, total: int, file: Path) -> None:
        if self._progress:
            self._progress(done, total, file.name)


def _numbers(passage: Passage) -> range:
    return range(len(passage.sentences))
