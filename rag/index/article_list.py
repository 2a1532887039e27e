"""Truth -> the list of its articles, read again only when it changed."""

from threading import Lock

from rag.index.base import Truth
from rag.index.records import Entry


class ArticleList:
    """Every article of an index; safe to share between threads.

    The chat lists all articles for each drawing of an answer: of 4,000 articles in .1 s, of 40,000 in 1.

    Args:
        truth: what is listed.
    """

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._lock = Lock()
        self._version: tuple[int, ...] | None = None
        self._entries: tuple[Entry, ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        """The articles as they are now, by id."""
        with self._lock:
            version = self._truth.entries_version()  # before they are read: a change meanwhile has them read again
            if version != self._version:
                self._entries = self._truth.entries()
                self._version = version
            return self._entries
