"""A slow source -> its items, none awaited longer than allowed: the reader never hangs because a server does."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from rag.errors import ModelError
from rag.settings import Settings

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    first: float
    """For the first item that counts."""
    idle: float
    """For each one after it."""
    until: float
    """Moment of the monotonic clock after which there is no more waiting."""

    @classmethod
    def of(cls, settings: Settings, *, local: bool) -> "Patience":
        """The settings' patience, from now; a local model has all the time there is for reading its prompt."""
        first = settings.total_seconds if local else settings.first_seconds
        return cls(first, settings.idle_seconds, time.monotonic() + settings.total_seconds)

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self.until - time.monotonic()


class _Failed(Generic[Item]):
    def __init__(self, error: Exception) -> None:
        self.error = error


_END = object()


def within(
    patience: Patience, source: Callable[[], Iterator[Item]], counts: Callable[[Item], bool], close: Callable[[], None]
) -> Generator[Item]:
    """The items of a source, which runs in a thread of its own.

    Args:
        patience: how long to wait; items that do not count are no sign of life.
        source: makes the items; its errors are raised here.
        counts: whether an item is what was waited for.
        close: makes the source end soon; called however this ends.

    Raises:
        ModelError: an item took too long; retryable when it would have been the first that counts.
    """
    # A thread, because a read timeout starts anew with every byte, and pings are bytes. It has no bound: a reader who
    # stops to repair a sentence must not stall a server that serves one request at a time.
    items: queue.Queue[object] = queue.Queue()
    threading.Thread(target=_fill, args=(items, source), daemon=True).start()
    try:
        yield from _take(patience, items, counts)
    finally:
        close()


def _fill(items: "queue.Queue[object]", source: Callable[[], Iterator[Item]]) -> None:
    try:
        for item in source():
            items.put(item)
        items.put(_END)
    except Exception as error:  # noqa: BLE001 - raised again where the items are taken
        items.put(_Failed(error))


def _take(patience: Patience, items: "queue.Queue[object]", counts: Callable[[Item], bool]) -> Iterator[Item]:
    begun, limit = False, time.monotonic() + patience.first
    while True:
        item = _next(items, min(limit, patience.until))
        if item is None:
            raise _late(patience, begun=begun)
        if item is _END:
            return
        if isinstance(item, _Failed):
            raise item.error
        if counts(item):  # type: ignore[arg-type]
            begun = True
            limit = time.monotonic() + patience.idle
        yield item  # type: ignore[misc]
        if begun:  # the time a reader takes is not the server's
            limit = max(limit, time.monotonic() + patience.idle)


def _next(items: "queue.Queue[object]", until: float) -> object | None:
    with contextlib.suppress(queue.Empty):
        return items.get(timeout=max(0.0, until - time.monotonic()))
    return None


def _late(patience: Patience, *, begun: bool) -> ModelError:
    if patience.left <= 0:
        return ModelError("The model took longer than RAG_TOTAL_SECONDS allows. Raise it, or take a faster model.")
    if begun:
        return ModelError(f"The model fell silent for {patience.idle:g} s in the middle of its reply. Ask again.")
    hint = "Raise RAG_FIRST_SECONDS if it reads or reasons long."
    return ModelError(f"The model said nothing for {patience.first:g} s. {hint}", retryable=True)
