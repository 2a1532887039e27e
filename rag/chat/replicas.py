"""Database of the index -> what all servers on it share: rate limits, likes, shared chats, uploaded files."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.assistant import Assistant
from rag.chat.feedback import FEEDBACK_BYTES, Feedback
from rag.chat.sharing import Shares
from rag.chat.signing import ChatSigner
from rag.chat.uploads import Uploads, write_file
from rag.database import Database
from rag.errors import SettingsError

if TYPE_CHECKING:
    from psycopg import Cursor

_RATES = "CREATE TABLE rag_rates(key text PRIMARY KEY, times timestamptz[] NOT NULL)"
_FEEDBACK = "CREATE TABLE rag_feedback(number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL)"
_SHARES = "CREATE TABLE rag_shares(token text PRIMARY KEY, content text NOT NULL)"
_UPLOADS = "CREATE TABLE rag_uploads(folder text NOT NULL, name text PRIMARY KEY, content bytea NOT NULL)"
_UPLOADING = 0x7261_6775
"""Number of the advisory lock under which uploads change."""
_TAKE = """
INSERT INTO rag_rates AS rate VALUES (%s, ARRAY[now()]) ON CONFLICT (key) DO UPDATE
SET times = (SELECT array_agg(t) FROM unnest(rate.times || now()) t WHERE t > now() - interval '1 minute')
WHERE (SELECT count(*) FROM unnest(rate.times) t WHERE t > now() - interval '1 minute') < %s RETURNING 1
"""
_WAIT = """
SELECT extract(epoch FROM min(t) + interval '1 minute' - now()) FROM rag_rates, unnest(times) t
WHERE key = %s AND t > now() - interval '1 minute'
"""
_FORGET = """
DELETE FROM rag_rates WHERE key IN (
    SELECT key FROM rag_rates WHERE NOT EXISTS (SELECT FROM unnest(times) t WHERE t > now() - interval '1 minute')
    FOR UPDATE SKIP LOCKED)
"""
"""Rows that somebody is just counting in are left to the next time, so that no two servers wait for each other."""
_KEEP = """
INSERT INTO rag_feedback(line) SELECT %s::text
WHERE (SELECT coalesce(sum(octet_length(line)), 0) FROM rag_feedback) <= %s RETURNING 1
"""
FORGET_SECONDS = 60
"""How often a server deletes the rows of `rag_rates` whose minute is over; there is one for each key of two minutes."""


class SharedRateLimit:
    """How often each key may do something within a minute, at whichever server; as `RateLimit`.

    Args:
        database: gets the table, if it has none.
        per_minute: times a minute.
        clock: seconds, monotonic.
    """

    def __init__(self, database: Database, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        database.make_table("rag_rates", _RATES)
        self._database = database
        self._per_minute = per_minute
        self._clock = clock
        self._forgot = -math.inf

    def take(self, key: str) -> float:
        """Count one use; seconds to wait when the limit is reached, else 0.

        Raises:
            IndexUnavailable: the database cannot be reached.
        """
        self._forget()
        if self._database.all(_TAKE, key, self._per_minute):
            return 0.0
        ((wait,),) = self._database.all(_WAIT, key)
        return float(wait or 1)

    def _forget(self) -> None:
        """Delete what no longer counts, if that was not done lately."""
        now = self._clock()
        if now - self._forgot < FORGET_SECONDS:
            return
        self._forgot = now
        with self._database.transaction() as cursor:
            cursor.execute(_FORGET)


class SharedFeedback(Feedback):
    """A table of likes and dislikes, a JSON line each.

    Args:
        database: gets the table, if it has none.
    """

    def __init__(self, database: Database) -> None:
        database.make_table("rag_feedback", _FEEDBACK)
        self._database = database

    def _append(self, line: str) -> bool:
        return bool(self._database.all(_KEEP, line, FEEDBACK_BYTES))

    def _full(self) -> str:
        return (
            f"rag_feedback in {self._database.name} is full. Export it (docs/operations.md), then TRUNCATE rag_feedback"
        )


class SharesInDatabase(Shares):
    """Shared chats in a table; those that lie in the folder when it is made are taken along.

    Args:
        database: gets the table, if it has none.
        folder: where the only server until now had them.
        signer: with the key of all servers.
    """

    def __init__(self, database: Database, folder: Path, signer: ChatSigner) -> None:
        super().__init__(folder, signer)
        self._database = database
        if database.make_table("rag_shares", _SHARES):
            for file in folder.glob("*.json"):
                self._write(file.stem, file.read_text(encoding="utf-8"))

    def _read(self, token: str) -> str | None:
        rows = self._database.all("SELECT content FROM rag_shares WHERE token = %s", token)
        return str(rows[0][0]) if rows else None

    def _write(self, token: str, content: str) -> None:
        with self._database.transaction() as cursor:
            cursor.execute(
                "INSERT INTO rag_shares VALUES (%s, %s) ON CONFLICT (token) DO UPDATE SET content = excluded.content",
                (token, content),
            )

    def _delete(self, token: str) -> None:
        with self._database.transaction() as cursor:
            cursor.execute("DELETE FROM rag_shares WHERE token = %s", (token,))

    def _count(self) -> int:
        return int(self._database.all("SELECT count(*) FROM rag_shares")[0][0])


class SharedUploads(Uploads):
    """Uploaded articles in a table; the folder of each server is made equal to it before a change.

    Args:
        database: gets the table, if it has none.
        folder: the same path at each server, for it is a part of the articles' sources.
        assistant: indexes it.

    Raises:
        SettingsError: another server has another folder.
    """

    def __init__(self, database: Database, folder: Path, assistant: Assistant) -> None:
        super().__init__(folder, assistant)
        self._database = database
        self._place = str(folder.resolve())
        database.make_table("rag_uploads", _UPLOADS)
        with database.transaction(several=True) as cursor:  # of the only server until now, all or none
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_UPLOADING,))
            cursor.execute("SELECT 1 FROM rag_uploads LIMIT 1")
            if not cursor.fetchall():
                self._store(cursor, {})
        others = database.all("SELECT folder FROM rag_uploads WHERE folder <> %s LIMIT 1", self._place)
        if others:
            raise SettingsError(f"Uploads of {database.name} lie in {others[0][0]}: set RAG_CHAT_DIR to the same path.")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """While no other server changes uploads: the folder is as the table before, the table as the folder after."""
        with super()._changing(), self._database.transaction(several=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_UPLOADING,))
            cursor.execute("SELECT name, encode(sha256(content), 'hex') FROM rag_uploads")
            stored = dict(cursor.fetchall())
            self._fetch(cursor, stored)
            yield
            self._store(cursor, stored)

    def _fetch(self, cursor: "Cursor[tuple[Any, ...]]", stored: Mapping[str, str]) -> None:
        found = self._digests()
        for name in found.keys() - stored.keys():
            (self._folder / name).unlink()
        for name in [one for one in stored if found.get(one) != stored[one]]:
            cursor.execute("SELECT content FROM rag_uploads WHERE name = %s", (name,))
            ((content,),) = cursor.fetchall()
            write_file(self._folder / name, content)

    def _store(self, cursor: "Cursor[tuple[Any, ...]]", stored: Mapping[str, str]) -> None:
        found = self._digests()
        for name in [one for one in found if stored.get(one) != found[one]]:
            cursor.execute(
                "INSERT INTO rag_uploads VALUES (%s, %s, %s)"
                " ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                (self._place, name, (self._folder / name).read_bytes()),
            )
        cursor.execute("DELETE FROM rag_uploads WHERE name <> ALL(%s)", (list(found),))

    def _digests(self) -> dict[str, str]:
        """The files of the folder, each with its sha256."""
        files = [file for file in self._folder.glob("*") if file.is_file() and not file.name.startswith(".")]
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
