"""Chats that are being conversed -> sessions, none of which another user can see; and how often one may ask."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Event, RLock
from typing import NamedTuple, Protocol

from rag.chat.exchanges import Chat, Exchange

SESSIONS = 2000
"""Sessions kept; the least recently used goes first, and its browser still has the chat."""
_CHAT_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


class User(NamedTuple):
    """The name a user logged in with (empty without login) and the address they come from."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """Whom the rate limit counts."""
        return self.name or self.address


class Session:
    """One chat that is being conversed; safe to share between threads.

    Args:
        chat: as it is when the session begins.
    """

    def __init__(self, chat: Chat) -> None:
        self._lock = RLock()
        self._chat = chat
        self._stop = Event()
        self._version = time.time_ns() // 1000  # rising across a restart of the server, too

    @property
    def chat(self) -> Chat:
        """The chat as it is now."""
        return self._chat

    @property
    def version(self) -> int:
        """Grows with every change of the chat, so that pages drop what comes late."""
        return self._version

    def begin(self, asked: Exchange, replaced: str = "") -> Event | None:
        """Add a question, in place of an exchange or at the end; what is still being written stops and stays.

        Returns:
            What ends its answer when set; None when the question was added before.
        """
        with self._lock:
            if self._chat.exchange(asked.id):
                return None
            self.stop()
            self._stop = Event()
            self._change(self._chat.with_exchange(asked, replaced))
            return self._stop

    def write(self, exchange: Exchange, stop: Event) -> bool:
        """Put the exchange that `begin` added as it is now; False when it was stopped, and nothing changes."""
        with self._lock:
            if stop.is_set():
                return False
            self._change(self._chat.with_exchange(exchange))
            return True

    def mark(self, exchange: Exchange) -> None:
        """Put an exchange in place of the one with its id."""
        with self._lock:
            self._change(self._chat.with_exchange(exchange))

    def stop(self) -> bool:
        """End the answer that is being written; what was written stays. False when there is none."""
        with self._lock:
            self._stop.set()
            asking = self._chat.asking
            if asking is not None:
                self._change(self._chat.with_exchange(replace(asking, stage="stopped")))
            return asking is not None

    def switch_to(self, chat: Chat) -> None:
        """Replace the chat; an answer that is still being written is dropped."""
        with self._lock:
            self._stop.set()
            self._change(chat)

    def _change(self, chat: Chat) -> None:
        self._chat = chat
        self._version += 1


class Sessions:
    """The sessions of all users; safe to share between threads."""

    def __init__(self, limit: int = SESSIONS) -> None:
        self._limit = limit
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, user: User, chat: str) -> Session:
        """The session of a user's chat, with an empty chat at first.

        Args:
            user: whose chat it is.
            chat: its id, drawn at random by the page.
        """
        with self._lock:
            key = (user.name, chat)
            session = self._sessions.setdefault(key, Session(Chat(chat)))
            self._sessions.move_to_end(key)
            while len(self._sessions) > self._limit:
                self._sessions.popitem(last=False)[1].stop()
            return session

    def end_all(self) -> None:
        """Stop every answer that is being written."""
        with self._lock:
            for session in self._sessions.values():
                session.stop()


def is_chat_id(text: str) -> bool:
    """Whether a page may name a chat so."""
    return _CHAT_ID.fullmatch(text) is not None


class Rate(Protocol):
    """How often each key may do something."""

    def take(self, key: str) -> float:
        """Count one use; seconds to wait when the limit is reached, else 0."""
        ...


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
