"""Truth + search indexes -> rankings: keeps both indexes current and rebuilds those that are missing or damaged."""

import logging
from threading import RLock

from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexLocked
from rag.index.backend import Backend
from rag.index.filters import Filter
from rag.index.records import PassageScores

log = logging.getLogger("rag")


class PassageSearch:
    """Vector and keyword search, current after every change by any process; safe to share between threads.

    Args:
        backend: the parts of the index.
        name: of the index, for the log.
    """

    def __init__(self, backend: Backend, name: str) -> None:
        self._truth = backend.truth
        self._vectors = backend.vectors
        self._keywords = backend.keywords
        self._name = name
        self._lock = RLock()
        self._revision = -1  # of the truth, when both were loaded

    def close(self) -> None:
        """Release the files of both indexes."""
        with self._lock:
            self._revision = -1
            self._vectors.close()
            self._keywords.close()

    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        """The k passages nearest to a unit vector, with their cosine, best first."""
        self._catch_up()
        return self._vectors.nearest(vector, k, bounds)

    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        """The k passages that share a text's words, with their BM25 scores, best first."""
        self._catch_up()
        return self._keywords.matching(text, k, bounds)

    def counts(self) -> tuple[int, int]:
        """Passages in the vector index and in the keyword index."""
        self._catch_up()
        return self._vectors.count(), self._keywords.count()

    def rebuild(self) -> None:
        """Make the indexes anew that are missing, damaged or too far behind; nothing is embedded.

        The caller holds the lock of the truth. Searches go on meanwhile.
        """
        self._vectors.rebuild()
        self._keywords.rebuild()
        self._load()

    def _catch_up(self) -> None:
        with self._lock:
            if self._truth.revision == self._revision:
                return
            if self._keywords.behind() or self._vectors.behind():
                self._repair()
            else:
                self._load()

    def _repair(self) -> None:
        try:
            with self._truth.lock():
                log.warning("The search index in %s is missing, damaged or behind. Rebuilding it.", self._name)
                self.rebuild()
        except IndexLocked:
            log.info("%s is being written: searching what it holds so far.", self._name)
            self._load()
        except IndexBroken as error:
            log.warning("%s Searching without what it lacks.", error)
            self._load()

    def _load(self) -> None:
        with self._lock:
            revision = self._truth.revision
            self._vectors.load()
            self._keywords.load()
            self._revision = revision
