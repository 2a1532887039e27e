"""Folder -> store: what to read again, embed again or forget, so that the index holds exactly what stands there."""

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
from rag.index.store import Known, Made, Store
from rag.passages import Passage, cut_passages
from rag.settings import Settings

BATCH = 256
"""Sentences embedded in one go: enough to sort by length across small articles, little enough to lose in a kill."""


class Failure(NamedTuple):
    """A file that could not be read, and why; what was indexed of it before stays."""

    path: Path
    reason: str


class SyncReport(NamedTuple):
    """What a sync did, in articles."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    passed_over: tuple[Path, ...] = ()
    """Files of no known format."""


Progress = Callable[[int, int, str], None]
"""Told how many files are done, how many there are, and the last one's name."""


class _Job(NamedTuple):
    """An article that has to be embedded."""

    article: Article
    passages: tuple[Passage, ...]
    file: Known
    new: bool


def sync(store: Store, embedder: Embedder, settings: Settings, path: Path, progress: Progress | None) -> SyncReport:
    """Make the store hold exactly what stands at a path; committed article by article.

    A file that cannot be read is reported and what was indexed of it before stays.

    Raises:
        ArticleError: there is nothing at the path.
        EmbeddingError: the embedder failed; everything committed before stays, and the next sync goes on from there.
    """
    root = path.resolve()
    # A link inside the folder keeps its own name: what it leads to may lie outside, where no sync would look after it.
    listing = find_articles(path)
    files = [root / file.relative_to(path) for file in listing.files]
    closed = [
        Failure(root / Path(error.filename).relative_to(path), _unreadable(error)) for error in listing.unreadable
    ]
    report = _Sync(store, embedder, settings, root, progress).run(files, closed)
    return report._replace(passed_over=tuple(root / file.relative_to(path) for file in listing.unknown))


def _unreadable(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"


def remake(store: Store, embedder: Embedder, settings: Settings, progress: Progress | None) -> None:
    """Cut and embed anew, from the stored text, every article that another embedder made."""
    _Sync(store, embedder, settings, Path("/"), progress).remake()


def outdated(store: Store) -> tuple[str, ...]:
    """Ids of the articles whose file is gone, or holds something else than when it was read."""
    return tuple(known.id for source, known in store.known(Path("/")).items() if not _holds(Path(source), known))


def _holds(file: Path, known: Known) -> bool:
    try:
        stat = file.stat()
        if stat.st_size != known.size:
            return False
        return _modified(stat) == known.modified or _sha256(file) == known.made.sha256
    except OSError:
        return False


def _modified(stat: os.stat_result) -> int:
    """Changes with every write, even by a tool that sets the time of modification back; fits SQLite's integers."""
    return (stat.st_mtime_ns + stat.st_ctime_ns) % 2**63


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class _Sync:
    def __init__(
        self, store: Store, embedder: Embedder, settings: Settings, root: Path, progress: Progress | None
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._root = root
        self._progress = progress
        self._known = store.known(root)
        self._failed: list[Failure] = []
        self._unchanged = 0
        self._done = {True: 0, False: 0}  # articles put, by whether they are new

    def run(self, files: Sequence[Path], closed: Sequence[Failure] = ()) -> SyncReport:
        """Bring up to date what these files hold and forget what is gone, but nothing inside a closed folder."""
        self._failed.extend(closed)
        waiting: list[_Job] = []
        for number, file in enumerate(files):
            waiting.extend(self._job(file))
            if sum(len(passage.sentences) for job in waiting for passage in job.passages) >= BATCH:
                self._embed(waiting)
                waiting = []
            self._tell(number + 1, len(files), file)
        self._embed(waiting)
        here, hidden = {str(file) for file in files}, [failure.path for failure in closed]
        missing = ((Path(source), known.id) for source, known in self._known.items() if source not in here)
        gone = [id for source, id in missing if not any(source.is_relative_to(folder) for folder in hidden)]
        if gone:
            self._store.remove(gone)
        return SyncReport(self._done[True], self._done[False], len(gone), self._unchanged, tuple(self._failed))

    def remake(self) -> None:
        """Bring every known article up to this embedder, one transaction an article."""
        mine = self._embedder.fingerprint
        known = {source: file for source, file in self._known.items() if file.made.embedder != mine}
        for number, (source, file) in enumerate(known.items()):
            article = self._store.article(file.id)
            if article is None:
                continue
            made = Made(file.made.sha256, mine, self._settings.passage_tokens)
            passages = cut_passages(article, self._settings.passage_tokens)
            self._embed([_Job(article, passages, file._replace(made=made), new=False)])
            self._tell(number + 1, len(known), Path(source))

    def _job(self, file: Path) -> list[_Job]:
        """The article to embed; nothing when the file did not change or cannot be read."""
        try:
            known = self._known.get(str(file))
            now = self._look(file, known)
            if known is not None and now.made == known.made:
                self._unchanged += 1
                if now != known:
                    self._store.touch(now.id, now.size, now.modified)
                return []
            article = load_article(file, self._root, max_bytes=self._settings.article_bytes)
            named = replace(article, id=known.id if known else self._free_id(article.id, file), source=str(file))
        except ArticleError as error:
            self._failed.append(Failure(error.path, error.reason))
            return []
        return [_Job(named, cut_passages(named, self._settings.passage_tokens), now, known is None)]

    def _look(self, file: Path, known: Known | None) -> Known:
        try:
            stat = file.stat()
            same = known is not None and (known.size, known.modified) == (stat.st_size, _modified(stat))
            content = known.made.sha256 if known and same else self._hash(file, stat.st_size)
        except OSError as error:
            raise ArticleError(file, _unreadable(error)) from error
        made = Made(content, self._embedder.fingerprint, self._settings.passage_tokens)
        return Known(known.id if known else "", stat.st_size, _modified(stat), made)

    def _hash(self, file: Path, size: int) -> str:
        # A file that is too large is refused by `load_article`; it is not worth reading twice.
        return "" if size > self._settings.article_bytes else _sha256(file)

    def _free_id(self, wanted: str, file: Path) -> str:
        for id in (wanted, f"{self._root.name}/{wanted}"):
            holder = self._store.source(id)
            if not holder or holder == str(file) or not Path(holder).exists():
                return id
        raise ArticleError(file, f"has the id of another article ({wanted}); rename its folder")

    def _embed(self, jobs: Sequence[_Job]) -> None:
        if not jobs:
            return
        texts = [passage.sentence(number) for job in jobs for passage in job.passages for number in _numbers(passage)]
        vectors = iter(self._embedder.embed(texts))
        for job in jobs:
            rows = [(passage, np.stack([next(vectors) for _ in _numbers(passage)])) for passage in job.passages]
            self._store.put(job.article, rows, job.file, self._embedder.name)
            self._done[job.new] += 1

    def _tell(self, done: int, total: int, file: Path) -> None:
        if self._progress:
            self._progress(done, total, file.name)


def _numbers(passage: Passage) -> range:
    return range(len(passage.sentences))
