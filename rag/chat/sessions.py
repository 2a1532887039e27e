"""Users and tabs -> sessions, none of which can see another; and the limit on how often one may ask."""

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
"""Sessions kept; the least recently used goes first, and its browser still has the chat."""


class User(NamedTuple):
    """The name a user logged in with (empty without login) and the tab they use."""

    name: str
    tab: str


def new_chat() -> Chat:
    """A chat without exchanges."""
    return Chat(secrets.token_urlsafe(9))


def _drawing_numbers() -> Iterator[int]:
    return count(time.time_ns() // 1000)  # rising across a restart of the server, too


@dataclass(slots=True)
class Session:
    """State of one tab."""

    chat: Chat = field(default_factory=new_chat)
    scope: Scope = field(default_factory=Scope)
    stop: Event = field(default_factory=Event)
    """Set when the answer that is being written is to end."""
    drawings: Iterator[int] = field(default_factory=_drawing_numbers)
    """Numbers the renderings of the chat, which may reach the page out of order."""

    def switch_to(self, chat: Chat) -> None:
        """Replace the chat; an answer that is still being written is dropped."""
        self.stop.set()
        self.stop = Event()
        self.chat = chat


class Sessions:
    """The sessions of all users; safe to share between threads."""

    def __init__(self, limit: int = SESSIONS) -> None:
        self._limit = limit
        self._sessions: OrderedDict[User, Session] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, user: User) -> Session:
        """The session of this user and tab, a new one at first."""
        with self._lock:
            session = self._sessions.setdefault(user, Session())
            self._sessions.move_to_end(user)
            while len(self._sessions) > self._limit:
                self._sessions.popitem(last=False)[1].stop.set()
            return session

    def end(self, tab: str) -> None:
        """Drop the sessions of a tab that was closed, and stop their answers."""
        with self._lock:
            for user in [user for user in self._sessions if user.tab == tab]:
                self._sessions.pop(user).stop.set()

    def end_all(self) -> None:
        """Stop every answer that is being written."""
        with self._lock:
            for session in self._sessions.values():
                session.stop.set()


class RateLimit:
    """How often each key may do something within a minute; safe to share between threads.

    Args:
        per_minute: times a minute.
        clock: seconds, monotonic.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = RLock()
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Count one use; seconds to wait when the limit is reached, else 0."""
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
