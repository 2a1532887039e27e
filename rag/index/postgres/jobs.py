"""Files to read <-> rag_jobs: each is leased by one worker at a time, and by another when that one is gone."""

import json
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from rag.database import Database
from rag.errors import IndexUnavailable
from rag.index.report import Failure, SyncReport

if TYPE_CHECKING:
    from psycopg import Cursor

LEASE_SECONDS = 60
"""A worker that says nothing for so long has lost its files; it says something every third of it."""
LEASED = 16
"""Files of one lease: enough sentences for a batch, few enough to do again after a kill."""
_IN_ORDER = "ORDER BY run, path"
"""How a worker and its heartbeat lock several rows, which would else wait for each other."""
_COORDINATOR = ""
"""Path of the row that says whether the process that began a run still lives."""


class LeaseLost(IndexUnavailable):
    """Another worker has the files by now; what this one read of them must not be stored."""


class Leased(NamedTuple):
    """Files of one lease."""

    run: int
    root: Path
    files: tuple[Path, ...]


class JobOutcome(NamedTuple):
    """What came of some files."""

    report: SyncReport
    kept: set[str]
    """Sources that stay in the index."""


def worker_name() -> str:
    """A name that no other worker has, with the host and the process that gave it."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


class Jobs:
    """The leases of one worker.

    Args:
        database: with the tables.
        worker: its name; empty for a new one.
    """

    def __init__(self, database: Database, worker: str = "") -> None:
        self._database = database
        self.worker = worker or worker_name()

    def begin(self, root: Path, files: Sequence[Path]) -> int:
        """Offer files to all workers; the number of this run. Runs whose process is gone are forgotten."""
        ((run,),) = self._database.all("SELECT nextval('rag_run')")

        def offer(cursor: "Cursor[tuple[Any, ...]]") -> None:
            gone = "SELECT run FROM rag_jobs WHERE path = %s AND lease < now()"
            cursor.execute(f"DELETE FROM rag_jobs WHERE run IN ({gone})".encode(), (_COORDINATOR,))
            cursor.execute(
                "INSERT INTO rag_jobs(run, path, root, worker, lease)"
                " VALUES (%s, %s, %s, %s, now() + make_interval(secs => %s))",
                (run, _COORDINATOR, str(root), self.worker, LEASE_SECONDS),
            )
            cursor.execute(
                "INSERT INTO rag_jobs(run, path, root) SELECT %s, path, %s FROM unnest(%s::text[]) path",
                (run, str(root), [str(file) for file in files]),
            )

        self._database.change(offer)
        return int(run)

    def lease(self, run: int | None = None) -> Leased | None:
        """Files that nobody has, of one run or of any; None when there are none."""
        rows = self._database.all(
            "WITH free AS (SELECT run, path FROM rag_jobs WHERE path <> %s AND result IS NULL"
            " AND (lease IS NULL OR lease < now()) AND run = (SELECT min(run) FROM rag_jobs"
            " WHERE path <> %s AND result IS NULL AND (lease IS NULL OR lease < now()) AND coalesce(run = %s, true))"
            " ORDER BY path LIMIT %s FOR UPDATE SKIP LOCKED)"
            " UPDATE rag_jobs j SET worker = %s, lease = now() + make_interval(secs => %s)"
            " FROM free WHERE (j.run, j.path) = (free.run, free.path) RETURNING j.run, j.root, j.path",
            _COORDINATOR, _COORDINATOR, run, LEASED, self.worker, LEASE_SECONDS,
        )  # fmt: skip
        if not rows:
            return None
        return Leased(int(rows[0][0]), Path(rows[0][1]), tuple(sorted(Path(path) for _, _, path in rows)))

    def unfinished(self, run: int) -> int:
        """Files of a run that nobody has done yet."""
        count = "SELECT count(*) FROM rag_jobs WHERE run = %s AND path <> %s AND result IS NULL"
        return int(self._database.all(count, run, _COORDINATOR)[0][0])

    def require(self, leased: Leased, cursor: "Cursor[tuple[Any, ...]]") -> None:
        """Make sure, inside a transaction, that these files are still this worker's; until it ends they stay so.

        Raises:
            LeaseLost: they are not.
        """
        cursor.execute(
            "SELECT 1 FROM rag_jobs WHERE run = %s AND path = ANY(%s) AND worker = %s AND result IS NULL"
            f" {_IN_ORDER} FOR SHARE",
            (leased.run, [str(file) for file in leased.files], self.worker),
        )
        if len(cursor.fetchall()) != len(leased.files):
            raise LeaseLost(f"{self._database.name}: another worker took over {leased.files[0]} and what followed.")

    def finish(self, leased: Leased, outcome: JobOutcome) -> None:
        """Store what came of leased files.

        Raises:
            LeaseLost: another worker has them by now.
        """
        first, *others = [str(file) for file in leased.files]
        done = "UPDATE rag_jobs SET result = %s WHERE run = %s AND path = ANY(%s)"

        def store(cursor: "Cursor[tuple[Any, ...]]") -> None:
            self.require(leased, cursor)
            cursor.execute(done, (_dump(outcome), leased.run, [first]))
            cursor.execute(done, ("", leased.run, others))

        self._database.change(store)

    def release(self, worker: str = "") -> None:
        """Give back what this worker, or another that is gone, has not finished."""
        update = "UPDATE rag_jobs SET worker = NULL, lease = NULL WHERE worker = %s AND path <> %s AND result IS NULL"
        self._database.change(lambda cursor: cursor.execute(update, (worker or self.worker, _COORDINATOR)))

    def collect(self, run: int) -> list[JobOutcome]:
        """What came of all files of a run, which is then forgotten."""
        rows = self._database.all("DELETE FROM rag_jobs WHERE run = %s RETURNING result", run)
        return [_load(result) for (result,) in rows if result]

    def renew(self) -> None:
        """Extend the leases of this worker."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "WITH held AS (SELECT run, path FROM rag_jobs WHERE worker = %s AND result IS NULL"
                f" {_IN_ORDER} FOR UPDATE)"
                " UPDATE rag_jobs j SET lease = now() + make_interval(secs => %s)"
                " FROM held WHERE (j.run, j.path) = (held.run, held.path)",
                (self.worker, LEASE_SECONDS),
            )

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Keep the leases of this worker while inside, whatever takes how long."""
        ended = Event()
        thread = Thread(target=self._beat, args=[ended], daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _beat(self, ended: Event) -> None:
        while not ended.wait(LEASE_SECONDS / 3):
            try:
                self.renew()
            except IndexUnavailable:  # whoever works notices; until then the next beat may come through
                continue


def _dump(outcome: JobOutcome) -> str:
    report = outcome.report
    lists = [[(str(one.path), one.reason) for one in part] for part in (report.failed, report.left_out, report.notes)]
    return json.dumps([[report.added, report.updated, report.unchanged], lists, sorted(outcome.kept)])


def _load(result: str) -> JobOutcome:
    (added, updated, unchanged), lists, kept = json.loads(result)
    failed, left_out, notes = (tuple(Failure(Path(path), reason) for path, reason in part) for part in lists)
    counts = SyncReport(added=added, updated=updated, unchanged=unchanged)
    return JobOutcome(counts._replace(failed=failed, left_out=left_out, notes=notes), set(kept))
