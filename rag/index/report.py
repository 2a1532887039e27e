"""SyncReport: what an ingest did, and what it could not read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple


class Failure(NamedTuple):
    """A file that could not be read, or not in full, and why; its last indexed version stays."""

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
    left_out: tuple[Failure, ...] = ()
    """Files that are not meant as articles: drafts, data without a text, lock files, parts of saved pages."""
    notes: tuple[Failure, ...] = ()
    """What was lost or decided while reading files that are indexed."""


def join_reports(reports: Sequence[SyncReport]) -> SyncReport:
    """One report of the syncs of several parts of a folder, its files in order."""
    return SyncReport(
        sum(one.added for one in reports),
        sum(one.updated for one in reports),
        sum(one.removed for one in reports),
        sum(one.unchanged for one in reports),
        tuple(sorted(failure for one in reports for failure in one.failed)),
        left_out=tuple(sorted(failure for one in reports for failure in one.left_out)),
        notes=tuple(sorted(failure for one in reports for failure in one.notes)),
    )


Progress = Callable[[int, int, str], None]
"""Called with the files done, the files in all, and the name of the last file."""
