"""Articles -> an index of many passages, by one writer and by two in turn, and how fast that was; for growth.py."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from evals.benchmarks.growth_searches import AskedEmbedder, Measured, Searches, export_passages
from evals.benchmarks.scale import PER_FILE, NoisyEmbedder
from rag.database import Database, open_database
from rag.index import Index
from rag.index.postgres.jobs import Jobs
from rag.index.postgres.truth import PostgresTruth
from rag.index.postgres.workers import Worker
from rag.settings import Settings

WRITERS_IN_TURN = (1, 2, 1, 2)
"""Writers of each quarter of what is new: so one and two of them meet the index equally large."""
PEER = "evals.benchmarks.stacks.pgvector_store"


class Writing(NamedTuple):
    """Passages that were stored by this many writers."""

    writers: int
    passages: int
    seconds: float


class ArticleSupply(NamedTuple):
    """Articles, of which more and more lie in the folder that is ingested."""

    waiting: Path
    ingested: Path

    def add(self, passages: int) -> list[Path]:
        """Move so many passages into the folder; the files that have them."""
        files = sorted(self.waiting.iterdir())[: passages // PER_FILE]
        return [file.rename(self.ingested / file.name) for file in files]


def grow_folder(settings: Settings, corpus: ArticleSupply, embedder: NoisyEmbedder) -> Writing:
    """Ingest what is new into a folder, which has one writer."""
    with closing(Index.open(settings, embedder)) as index:
        before = count_passages(index)
        started = time.perf_counter()
        index.sync(corpus.ingested)
        seconds = time.perf_counter() - started
        return Writing(1, count_passages(index) - before, seconds)


def count_passages(index: Index) -> int:
    """Passages of all articles."""
    return sum(entry.passages for entry in index.articles())


def grow_postgres(
    database: Database, settings: Settings, files: Sequence[Path], embedder: NoisyEmbedder
) -> list[Writing]:
    """Ingest files into PostgreSQL, a quarter at a time."""
    truth, jobs, writings = PostgresTruth(database, embedder.dimension), Jobs(database), []
    for turn, writers in enumerate(WRITERS_IN_TURN):
        with truth.lock(), jobs.heartbeat(), _ready_processes(writers) as pool:
            before = truth.count()
            run = jobs.begin(files[0].parent, files[turn :: len(WRITERS_IN_TURN)])
            spans = list(pool.map(_work, [settings] * writers, [embedder] * writers, [run] * writers))
            jobs.collect(run)
            writings.append(Writing(writers, truth.count() - before, _elapsed(spans)))
    return writings


@contextmanager
def _ready_processes(count: int) -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        list(pool.map(time.sleep, [1] * count))  # long enough that each process takes one, and imports this module
        yield pool


def _work(settings: Settings, embedder: NoisyEmbedder, run: int) -> tuple[float, float]:
    """When a worker began and ended."""
    with closing(open_database(settings)) as database:
        begin = time.time()
        for _ in Worker(database, embedder, settings).work(run):
            pass
        return begin, time.time()


def _elapsed(spans: Sequence[tuple[float, float]]) -> float:
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


class PeerStore:
    """LlamaIndex's store in the same database, by processes of another environment.

    Args:
        python: of that environment.
        address: of the database.
        folder: for what is exchanged.
    """

    def __init__(self, python: Path, address: str, folder: Path) -> None:
        self._command = [str(python), "-m", PEER, address, str(folder)]
        self._folder = folder
        self._last = 0

    def grow(self, settings: Settings, embedder: AskedEmbedder) -> list[Writing]:
        """Store what is new in an index, a quarter at a time."""
        last = self._last
        self._last = export_passages(settings, embedder, self._folder, last)
        writings = []
        for turn, writers in enumerate(WRITERS_IN_TURN):
            with ThreadPoolExecutor(writers) as pool:
                added = list(pool.map(partial(self._add, turn, writers), range(writers)))
            seconds = _elapsed([(one["begin"], one["end"]) for one in added])
            writings.append(Writing(writers, sum(one["passages"] for one in added), seconds))
        return writings

    def _add(self, turn: int, writers: int, writer: int) -> dict[str, Any]:
        return self._run("add", str(turn), str(len(WRITERS_IN_TURN)), str(writer), str(writers))

    def measure(self) -> Measured:
        """Its searches."""
        result = self._run("search")
        return Measured({name: Searches(*one) for name, one in result["searches"].items()}, result["megabytes"])

    def _run(self, *step: str) -> dict[str, Any]:
        quiet = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        done = subprocess.run([*self._command, *step], env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{PEER} {step} failed\n{done.stderr[-2000:]}")
        result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return result
