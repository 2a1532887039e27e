"""Who is at the page: one session a reader and tab, none of which can see another."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Event, RLock
from typing import NamedTuple

from rag.chat.exchanges import Chat, Scope

SESSIONS = 2000
"""Sessions kept; the one unused for longest goes first, and its browser still has the chat."""


class Reader(NamedTuple):
    """Who asks: the name they logged in with (empty without login) and the tab they use."""

    name: str
    tab: str


def fresh() -> Chat:
    """A chat without exchanges."""
    return Chat(secrets.token_urlsafe(9))


def _numbers() -> Iterator[int]:
    return count(time.time_ns() // 1000)  # also after a restart of the server, a page sees them rise


@dataclass(slots=True)
class Session:
    """What the server remembers of one tab."""

    chat: Chat = field(default_factory=fresh)
    scope: Scope = field(default_factory=Scope)
    stop: Event = field(default_factory=Event)
    """Set when the answer that is being written is not wanted any more."""
    drawings: Iterator[int] = field(default_factory=_numbers)
    """Numbers the drawings of the chat as they are made; they may reach the page out of turn."""

    def turn_to(self, chat: Chat) -> None:
        """Go on with another chat; an answer that is still being written belongs to none any more."""
        self.stop.set()
        self.stop = Event()
        self.chat = chat


class Sessions:
    """The sessions of all readers; safe to share between threads."""

    def __init__(self, limit: int = SESSIONS) -> None:
        self._limit = limit
        self._sessions: OrderedDict[Reader, Session] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._sessions)

    def of(self, reader: Reader) -> Session:
        """The session of this reader and tab, a new one at first."""
        with self._lock:
            session = self._sessions.setdefault(reader, Session())
            self._sessions.move_to_end(reader)
            while len(self._sessions) > self._limit:
                self._sessions.popitem(last=False)[1].stop.set()
            return session

    def end(self, tab: str) -> None:
        """Forget the sessions of a tab that was closed, and stop what they wait for."""
        with self._lock:
            for reader in [reader for reader in self._sessions if reader.tab == tab]:
                self._sessions.pop(reader).stop.set()

    def end_all(self) -> None:
        """Stop every answer that is being written."""
        with self._lock:
            for session in self._sessions.values():
                session.stop.set()


class Rate:
    """How often each key may do something within a minute; safe to share between threads.

    Args:
        per_minute: times a minute.
        clock: seconds, ever rising.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = RLock()
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Seconds to wait; 0 when it may go on, which counts as once."""
        with self._lock:
            now = self._clock()
            times = [time for time in self._times.pop(key, []) if now - time < 60]
            self._times[key] = times
            while len(self._times) > SESSIONS:
                self._times.popitem(last=False)
            if len(times) >= self._per_minute:
                return 60 - (now - times[0])
            times.append(now)
            return 0.0
