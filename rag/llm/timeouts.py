"""A slow iterator -> its items, or a ModelError as soon as one takes longer than its timeout."""

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
class Timeouts:
    """Limits of waiting, in seconds."""

    first: float
    """Until the first item with content."""
    idle: float
    """Between two items after it."""
    until: float
    """Time of the monotonic clock at which the whole reply has to be complete."""

    @classmethod
    def start(cls, settings: Settings, *, local: bool) -> "Timeouts":
        """The timeouts of the settings, counted from now; a local model may use the whole time for its prompt."""
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


def stream_within(
    timeouts: Timeouts,
    source: Callable[[], Iterator[Item]],
    has_content: Callable[[Item], bool],
    close: Callable[[], None],
) -> Generator[Item]:
    """The items of a source that runs in a thread of its own.

    Args:
        timeouts: how long to wait; items without content do not restart them.
        source: yields the items; its errors are raised here.
        has_content: whether an item restarts the idle timeout.
        close: ends the source soon; called in every case.

    Raises:
        ModelError: an item took too long; retryable when it would have been the first with content.
    """
    # A thread, because a read timeout restarts with every byte, and pings are bytes. The queue has no bound: a consumer
    # that pauses to repair a sentence must not stall a server that handles one request at a time.
    items: queue.Queue[object] = queue.Queue()
    threading.Thread(target=_fill, args=(items, source), daemon=True).start()
    try:
        yield from _take(timeouts, items, has_content)
    finally:
        close()


def _fill(items: "queue.Queue[object]", source: Callable[[], Iterator[Item]]) -> None:
    try:
        for item in source():
            items.put(item)
        items.put(_END)
    except Exception as error:  # noqa: BLE001 - only carried to the consumer's thread, which raises it
        items.put(_Failed(error))


def _take(timeouts: Timeouts, items: "queue.Queue[object]", has_content: Callable[[Item], bool]) -> Iterator[Item]:
    begun, limit = False, time.monotonic() + timeouts.first
    while True:
        item = _next(items, min(limit, timeouts.until))
        if item is None:
            raise _timeout_error(timeouts, begun=begun)
        if item is _END:
            return
        if isinstance(item, _Failed):
            raise item.error
        if has_content(item):  # type: ignore[arg-type]
            begun = True
            limit = time.monotonic() + timeouts.idle
        yield item  # type: ignore[misc]
        if begun:  # the time that the consumer took is not the server's
            limit = max(limit, time.monotonic() + timeouts.idle)


def _next(items: "queue.Queue[object]", until: float) -> object | None:
    with contextlib.suppress(queue.Empty):
        return items.get(timeout=max(0.0, until - time.monotonic()))
    return None


def _timeout_error(timeouts: Timeouts, *, begun: bool) -> ModelError:
    if timeouts.left <= 0:
        return ModelError("The model took longer than RAG_TOTAL_SECONDS allows. Raise it, or take a faster model.")
    if begun:
        return ModelError(f"The model fell silent for {timeouts.idle:g} s in the middle of its reply. Ask again.")
    hint = "Raise RAG_FIRST_SECONDS if it reads or reasons long."
    return ModelError(f"The model said nothing for {timeouts.first:g} s. {hint}", retryable=True)
