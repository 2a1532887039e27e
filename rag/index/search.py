"""Store -> searches: the two sealed search folders, kept true to the store and asked together with what is newer."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexLocked
from rag.index import snapshot
from rag.index.filters import Filter
from rag.index.keywords import Sparse
from rag.index.lock import writing
from rag.index.snapshot import Seal
from rag.index.store import Store
from rag.index.vectors import Dense, Found

log = logging.getLogger("rag")

DENSE, SPARSE = "chroma", "words"
UNSEALED, UNSEALED_SHARE = 2000, 0.1
"""Passages added or removed since Chroma's folder was sealed before it is made anew: this many (searched exactly in 2
ms until then), or this share of all."""
EXACT = 20_000
"""Passages a filter may let through to be searched exactly rather than through Chroma."""
WIDEN = 4
"""Factor by which a search is widened until enough of what it finds still exists and is let through."""
EVERYTHING = Filter()
Asked = TypeVar("Asked")


class _Recent(NamedTuple):
    """Passages that are newer than Chroma's folder."""

    after: int
    """Number of the last passage in the folder."""
    numbers: NDArray[np.int64]
    vectors: Vectors


_NOTHING = _Recent(-1, np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32))


class Searches:
    """Vector and word search over a store, whatever process changed it last; safe to share between threads."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._lock = RLock()
        self._revision = -1
        self._dense: Dense | None = None
        self._sparse: Sparse | None = None
        self._seals: dict[str, Seal | None] = {DENSE: None, SPARSE: None}
        """What the open searches were sealed as."""
        self._recent = _NOTHING

    def close(self) -> None:
        """Let go of the folders' files."""
        with self._lock:
            self._revision = -1
            self._open(DENSE, None)
            self._open(SPARSE, None)

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> Found:
        """The k passages nearest to a unit vector, with their cosine, best first."""
        if bounds != EVERYTHING and self._store.admitted_count(bounds) <= EXACT:
            return _exact(*self._store.admitted_vectors(bounds), vector, k)
        with self._lock:
            self._catch_up()
            sealed = self._widened(self._dense.nearest, vector, k, bounds) if self._dense else []
            fresh = _exact(self._recent.numbers, self._recent.vectors, vector, len(self._recent.numbers))
        admitted = self._store.admitted((number for number, _ in fresh), bounds) if fresh else frozenset()
        both = sealed + [found for found in fresh if found[0] in admitted]
        return sorted(both, key=lambda found: -found[1])[:k]

    def matching(self, text: str, k: int, bounds: Filter) -> Found:
        """The k passages that share a text's words, with their BM25 scores, best first."""
        with self._lock:
            self._catch_up()
            return self._widened(self._sparse.matching, text, k, bounds) if self._sparse else []

    def counts(self) -> tuple[int, int]:
        """Passages in Chroma and in the word index."""
        with self._lock:
            self._catch_up()
            return self._dense.count if self._dense else 0, self._sparse.count if self._sparse else 0

    def rebuild(self) -> None:
        """Make the folders anew that are missing, damaged or too far behind, from the store: nothing is embedded.

        The caller holds the lock for writing. Searches go on meanwhile.
        """
        revision = self._store.revision
        if self._worn(self._verified(DENSE)):
            numbers, vectors = self._store.vectors()
            last = self._store.last()
            snapshot.build(
                self._folder / DENSE, last, len(numbers), lambda folder: Dense.build(folder, numbers, vectors)
            )
        words = self._verified(SPARSE)
        if words is None or words.covers != revision:
            texts = self._store.texts()
            count = self._store.count()
            snapshot.build(self._folder / SPARSE, revision, count, lambda folder: Sparse.build(folder, texts))
        self._load()

    def _catch_up(self) -> None:
        if self._store.revision == self._revision:
            return
        words = self._verified(SPARSE)
        if words is None or words.covers != self._store.revision or self._worn(self._verified(DENSE)):
            self._repair()
        else:
            self._load()

    def _repair(self) -> None:
        try:
            with writing(self._folder):
                log.warning("The search index in %s is missing, damaged or behind: making it anew.", self._folder)
                self.rebuild()
        except IndexLocked:
            log.info("%s is being written: searching what is there so far.", self._folder)
            self._load()
        except IndexBroken as error:
            log.warning("%s Searching what is there.", error)
            self._load()

    def _worn(self, sealed: Seal | None) -> bool:
        """Whether so much changed since Chroma's folder was sealed that it is not worth keeping."""
        if sealed is None:
            return True
        total, added = self._store.count(), self._store.count(after=sealed.covers)
        changed = added + sealed.passages - (total - added)
        return changed > min(UNSEALED, UNSEALED_SHARE * max(total, sealed.passages))

    def _verified(self, name: str) -> Seal | None:
        """The seal of a folder that holds what it was sealed with; one in use was verified when it was opened."""
        used = self._seals[name]
        return used if used and snapshot.read(self._folder / name) == used else snapshot.intact(self._folder / name)

    def _load(self) -> None:
        with self._lock:
            revision = self._store.revision
            for name in (DENSE, SPARSE):
                sealed = self._verified(name)
                if sealed != self._seals[name] or sealed is None:
                    self._open(name, sealed)
            self._recent = self._newer(self._seals[DENSE])
            self._revision = revision

    def _open(self, name: str, sealed: Seal | None) -> None:
        if name == DENSE:
            if self._dense:
                self._dense.close()
            self._dense = Dense(self._folder / DENSE / sealed.generation) if sealed else None
        else:
            self._sparse = Sparse(self._folder / SPARSE / sealed.generation) if sealed else None
        self._seals[name] = sealed

    def _newer(self, sealed: Seal | None) -> _Recent:
        after = sealed.covers if sealed else 0
        old = self._recent if self._recent.after == after else _NOTHING
        numbers, vectors = self._store.vectors(int(old.numbers[-1]) if len(old.numbers) else after)
        if len(old.numbers) and len(numbers):
            return _Recent(after, np.concatenate([old.numbers, numbers]), np.concatenate([old.vectors, vectors]))
        return _Recent(after, numbers, vectors) if len(numbers) or not len(old.numbers) else old

    def _widened(self, search: Callable[[Asked, int], Found], asked: Asked, k: int, bounds: Filter) -> Found:
        """The k best that still exist and that the bounds let through."""
        wanted = k
        while True:
            found = search(asked, wanted)
            admitted = self._store.admitted((number for number, _ in found), bounds)
            kept = [one for one in found if one[0] in admitted]
            if len(kept) >= k or len(found) < wanted:
                return kept[:k]
            wanted *= WIDEN


def _exact(numbers: NDArray[np.int64], vectors: Vectors, vector: Vectors, k: int) -> Found:
    if not len(numbers):
        return []
    cosines = vectors @ vector
    best = np.argsort(-cosines, kind="stable")[:k]
    return [(int(numbers[row]), float(cosines[row])) for row in best]
