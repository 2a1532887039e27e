"""Truth -> the vector index: a snapshot in Chroma, and exact search of few passages and of those that are newer."""

from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import NamedTuple

import numpy as np

from rag.embedding import Vectors
from rag.index.base import Truth
from rag.index.chroma import ChromaFolder, checksum
from rag.index.copies import Copies, thin_ties
from rag.index.filters import Filter, search_admitted
from rag.index.records import PassageScores, PassageVectors
from rag.index.snapshot import Snapshot, SnapshotFolder

MOST_CHANGES, MOST_CHANGED_SHARE = 2000, 0.1
"""Passages added or removed since the snapshot before it is made anew: this many (searched exactly in 2 ms until then),
or this share of all."""
EXACT = 20_000
"""Passages that pass a filter, up to which they are searched exactly rather than through Chroma."""
SMALL = 5000
"""Passages up to which an index is searched exactly, in 2 ms and 8 MB: importing Chroma would take 1.5 s of processor
time, all else of a `rag ask` takes 2.1 (evals/benchmarks/start.py)."""
NO_FILTER = Filter()


class _Recent(NamedTuple):
    """Passages that are newer than the snapshot."""

    after: int
    """Number of the last passage in the snapshot."""
    passages: PassageVectors


_NONE = PassageVectors(np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32))
_NO_RECENT = _Recent(-1, _NONE)


def is_small(folder: Path) -> bool:
    """Whether the index in a folder is searched without Chroma, as far as its last snapshot tells."""
    snapshot = SnapshotFolder(folder).newest()
    return snapshot is None or snapshot.passages <= SMALL


class ChromaVectors:
    """The vector index in a folder; safe to share between threads.

    Args:
        folder: made with the first snapshot.
        truth: what it is made from.
    """

    def __init__(self, folder: Path, truth: Truth) -> None:
        self._truth = truth
        self._snapshots = SnapshotFolder(folder, checksum)
        self._lock = RLock()
        self._chroma: ChromaFolder | None = None
        self._recent = _NO_RECENT

    def count(self) -> int:
        """Passages in Chroma's snapshot; those that came later are searched exactly."""
        snapshot = self._snapshots.verified()
        return snapshot.passages if snapshot else 0

    def behind(self) -> bool:
        """Whether the snapshot is missing or damaged, or too much changed since."""
        snapshot = self._snapshots.verified()
        if snapshot is None:
            return True
        total, added = self._truth.count(), self._truth.count(after=snapshot.covers)
        removed = snapshot.passages - (total - added)
        return added + removed > min(MOST_CHANGES, MOST_CHANGED_SHARE * max(total, snapshot.passages))

    def rebuild(self) -> None:
        """Make a new snapshot of the truth if it is behind."""
        if self.behind():
            passages = self._truth.vectors()
            last = self._truth.last_number()
            copies = Copies.find(self._truth.texts())
            self._snapshots.create(
                last, len(passages.numbers), lambda folder: ChromaFolder.build(folder, passages, copies)
            )

    def load(self) -> None:
        """Search the newest snapshot and the passages added since, from now on; all passages where they are few."""
        with self._lock:
            if self._truth.count() <= SMALL:
                self._open(None)
                self._recent = _Recent(_NO_RECENT.after, self._truth.vectors())
                return
            snapshot = self._snapshots.verified()
            if snapshot is None or snapshot != self._snapshots.opened:
                self._open(snapshot)
            self._recent = self._newer(snapshot)

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        """The k passages nearest to a unit vector that pass a filter, with their cosine."""
        if bounds != NO_FILTER and self._truth.count_admitted(bounds) <= EXACT:
            return rank_exactly(self._truth.admitted_vectors(bounds), vector, k)
        with self._lock:
            chroma, recent = self._chroma, self._recent.passages

            def search_recent(wanted: int) -> PassageScores:
                return rank_exactly(recent, vector, wanted)

            def admitted(numbers: Iterable[int]) -> frozenset[int]:
                return self._truth.admitted(numbers, bounds)

            ranking = search_admitted(search_recent, admitted, k)
            if chroma:
                nearest = partial(chroma.nearest, vector)
                ranking += search_admitted(nearest, admitted, k, chroma.copies)
        return sorted(ranking, key=lambda scored: -scored[1])[:k]

    def close(self) -> None:
        """Release Chroma's files."""
        with self._lock:
            self._open(None)

    def _open(self, snapshot: Snapshot | None) -> None:
        if self._chroma:
            self._chroma.close()
        self._chroma = self._snapshots.opened = None
        if snapshot:
            self._chroma = ChromaFolder(self._snapshots.path(snapshot))
            self._snapshots.opened = snapshot

    def _newer(self, snapshot: Snapshot | None) -> _Recent:
        after = snapshot.covers if snapshot else 0
        old = self._recent if self._recent.after == after else _NO_RECENT
        numbers, vectors = old.passages
        added = self._truth.vectors(int(numbers[-1]) if len(numbers) else after)
        if not len(added.numbers):
            return _Recent(after, old.passages)
        if not len(numbers):
            return _Recent(after, added)
        joined = np.concatenate([numbers, added.numbers]), np.concatenate([vectors, added.vectors])
        return _Recent(after, PassageVectors(*joined))


def rank_exactly(passages: PassageVectors, vector: Vectors, k: int) -> PassageScores:
    """The k passages nearest to a unit vector, with their cosine, without an index; few of one text."""
    if not len(passages.numbers):
        return []
    cosines = passages.vectors @ vector
    order = np.argsort(-cosines, kind="stable")
    return [*islice(thin_ties((int(passages.numbers[row]), float(cosines[row])) for row in order), k)]
