"""Folder -> PostgreSQL, by several workers at once: processes of this host, and of any other that sees the files."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.database import Database, open_database
from rag.embedding import Embedder, open_embedder
from rag.errors import RagError
from rag.index.file_sync import FileSync
from rag.index.postgres.jobs import JobOutcome, Jobs, Leased, LeaseLost, worker_name
from rag.index.postgres.texts import fold_word_counts
from rag.index.postgres.truth import PostgresTruth
from rag.index.report import Progress, SyncReport, join_reports
from rag.index.sentences import SentenceEmbedder
from rag.index.sync import list_files
from rag.settings import Settings

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

LOOK_SECONDS = 0.2
"""Pause before it is looked again whether the files that others have are done, or free."""


FOLDED_AFTER = 64
"""Leases after which a worker sums up the counts of words, about a thousand articles: they would fill the disk."""


class Worker:
    """Leases files, and reads, embeds and puts their articles.

    Args:
        database: with the tables.
        embedder: of sentences.
        settings: sizes of files and passages.
        name: of the worker; empty for a new one.
    """

    def __init__(self, database: Database, embedder: Embedder, settings: Settings, name: str = "") -> None:
        self.jobs = Jobs(database, name)
        self._database = database
        self._embedder = SentenceEmbedder(embedder)
        self._settings = settings

    def work(self, run: int | None = None) -> Iterator[int]:
        """Do what is free now, of one run or of any; the files of each lease, when they are done.

        Raises:
            EmbeddingError: the embedder failed; other workers do the rest.
        """
        leases = 0
        with self.jobs.heartbeat():
            try:
                while leased := self.jobs.lease(run):
                    yield self._do(leased)
                    leases += 1
                    if leases % FOLDED_AFTER == 0:
                        self._database.change(fold_word_counts)
            except BaseException:
                with suppress(RagError):  # what failed first is what is to be said
                    self.jobs.release()
                raise
            self.jobs.release()

    def _do(self, leased: Leased) -> int:
        truth = PostgresTruth(
            self._database, self._embedder.embedder.dimension, lambda cursor: self.jobs.require(leased, cursor)
        )
        indexed = {source: file for path in leased.files for source, file in truth.files(path).items()}
        sync = FileSync(truth, self._embedder, self._settings, leased.root, indexed)
        try:
            kept = sync.add(leased.files)
            self.jobs.finish(leased, JobOutcome(sync.report(), kept))
        except LeaseLost:
            return 0
        return len(leased.files)


def sync_with_workers(
    truth: PostgresTruth,
    embedder: Embedder,
    settings: Settings,
    path: Path,
    progress: Progress | None,
    workers: int,
) -> SyncReport:
    """Make the truth hold exactly the articles at a path; files that changed are shared between workers.

    This process is one of the workers, and does the rest when the others are gone.

    Raises:
        ArticleError: there is nothing at the path.
        EmbeddingError: the embedder failed; finished articles stay, and the next sync continues.
    """
    listing = list_files(path)
    sync = FileSync(truth, SentenceEmbedder(embedder), settings, listing.root, truth.files(listing.root))
    changed, kept = sync.settle(listing.files)
    outcomes = _share(Worker(truth.database, embedder, settings), settings, listing.root, changed, progress, workers)
    removed = sync.remove_missing(kept.union(*(outcome.kept for outcome in outcomes)), listing.hidden)
    return listing.complete(join_reports([sync.report(removed), *(outcome.report for outcome in outcomes)]))


def _share(
    worker: Worker, settings: Settings, root: Path, files: Sequence[Path], progress: Progress | None, workers: int
) -> list[JobOutcome]:
    if not files:
        return []
    run = worker.jobs.begin(root, files)
    try:
        with worker.jobs.heartbeat(), _processes(settings, run, min(workers, len(files)) - 1) as processes:
            _work_to_the_end(
                worker, run, processes, lambda left: progress and progress(len(files) - left, len(files), root.name)
            )
        return worker.jobs.collect(run)
    except BaseException:
        with suppress(RagError):
            worker.jobs.collect(run)  # nobody works on for a sync that ended
        raise


def _work_to_the_end(
    worker: Worker, run: int, processes: "dict[str, BaseProcess]", report: Callable[[int], object]
) -> None:
    """Work until every file of a run is done, also by others; tell how many are left."""
    while left := worker.jobs.unfinished(run):
        for done in worker.work(run):
            left -= done
            report(left)
        for name in [name for name, process in processes.items() if not process.is_alive()]:
            worker.jobs.release(name)  # it was killed, or failed: its lease need not run out
            processes.pop(name).join()
        if left > 0:
            time.sleep(LOOK_SECONDS)  # others have the rest


@contextmanager
def _processes(settings: Settings, run: int, count: int) -> "Iterator[dict[str, BaseProcess]]":
    """That many processes that work at a run, by the names of their workers."""
    from multiprocessing import get_context

    spawn = get_context("spawn")
    processes: dict[str, BaseProcess] = {
        name: spawn.Process(target=_work_quietly, args=(settings, run, name), daemon=True)
        for name in (worker_name() for _ in range(count))
    }
    for process in processes.values():
        process.start()
    try:
        yield processes
    finally:
        for process in processes.values():
            process.terminate()
            process.join()


def _work_quietly(settings: Settings, run: int, name: str) -> None:
    """Work at a run in a process of its own; what fails here also fails in the one that began it, and is said there."""
    with suppress(RagError, KeyboardInterrupt):
        work_at(settings, run, name)


def work_at(settings: Settings, run: int | None = None, name: str = "") -> int:
    """Do what is free of a run, or of any, with connections and an embedder of one's own; the number of files."""
    database = open_database(settings)
    try:
        return sum(Worker(database, open_embedder(settings), settings, name).work(run))
    finally:
        database.close()
