"""Address of a PostgreSQL server -> queries: a pool of connections, and the errors of the database as ours."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from rag.errors import IndexBroken, IndexMissing, IndexUnavailable, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg_pool import ConnectionPool

CONNECTIONS = 16
"""Most connections of one process; a question holds one for some milliseconds, four times."""
WAIT_SECONDS = 5
"""Longest wait for a connection; longer than a restart of a small server takes."""
STATEMENT_SECONDS = 30
"""Longest time of one statement, unless the address or the server sets a `statement_timeout` of its own."""
TRIES = 5
"""Attempts at a change that another writer's deadlocks with, or makes first."""
TABLES_LOCK = 0x7261_6769
"""Number of the advisory lock under which tables are made and changed."""
_DEFAULTS: dict[str, str | int] = {
    "connect_timeout": WAIT_SECONDS,
    "application_name": "rag",
    # A server that vanished without a word is noticed after 20 seconds, not after two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
_MISSING = "No index in {} yet. Build it: rag ingest FOLDER"
Rows = list[tuple[Any, ...]]


class Database:
    """One database, whose connections are opened as they are needed; safe to share between threads.

    Args:
        address: postgresql://user:password@host:port/database, with any parameters of libpq.
        name: the address without its password, for messages.

    Raises:
        SettingsError: the address is malformed, or the extra `postgres` is not installed.
        IndexUnavailable: there is no such server, or it refuses this user.
    """

    def __init__(self, address: str, name: str) -> None:
        self.name = name
        conninfo = _conninfo(address, name)
        with self.translated():
            _try_connection(conninfo)
        self._pool = _open_pool(conninfo, self._check)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def all(self, query: str, *values: object) -> Rows:
        """The rows of one query.

        Raises:
            IndexUnavailable: the server cannot be reached, is busy or takes too long.
            IndexMissing: nothing was ever ingested.
            IndexBroken: anything else is wrong.
        """
        with self.transaction() as cursor:
            return cursor.execute(query.encode(), values or None).fetchall()

    @contextmanager
    def transaction(self, *, several: bool = False) -> "Iterator[Cursor[tuple[Any, ...]]]":
        """A cursor, whose statements are one transaction when there are `several`; undone on an error."""
        with (
            self.translated(),
            self._pool.connection() as connection,
            connection.transaction() if several else nullcontext(),
            connection.cursor() as cursor,
        ):
            yield cursor

    def change(self, work: "Callable[[Cursor[tuple[Any, ...]]], object]") -> None:
        """Do some work in one transaction, and again where another writer's stood in its way."""
        from psycopg.errors import DeadlockDetected, UniqueViolation

        for attempt in range(TRIES):
            try:
                with self.transaction(several=True) as cursor:
                    work(cursor)
                return
            except IndexBroken as error:
                if attempt + 1 == TRIES or not isinstance(error.__cause__, DeadlockDetected | UniqueViolation):
                    raise

    def make_table(self, name: str, statements: str) -> bool:
        """Make a table where there is none of this name, by statements in one transaction; whether it was made."""
        if self.all("SELECT to_regclass(%s)", name) != [(None,)]:
            return False
        with self.transaction(several=True) as cursor:
            # Two that make the same table at once fail in three ways, none of them caught by IF NOT EXISTS.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (TABLES_LOCK,))
            # Not to_regclass: it may remember from before the lock that there was none.
            cursor.execute("SELECT FROM pg_class WHERE relname = %s AND pg_table_is_visible(oid)", (name,))
            if cursor.fetchone() is not None:
                return False
            cursor.execute(statements.encode())
        return True

    def _check(self, connection: "Connection[tuple[Any, ...]]") -> None:
        """Refuse a connection that died; where one did, by a restart, all others are looked at before they are used.

        The pool alone would hand them out one by one, with a longer pause after each.
        """
        import psycopg

        try:
            connection.execute("")
        except psycopg.Error:
            self._pool.check()
            raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Errors of the database inside become errors of the index."""
        import psycopg
        from psycopg_pool import PoolClosed, PoolTimeout

        try:
            yield
        except psycopg.errors.UndefinedTable as error:
            raise IndexMissing(_MISSING.format(self.name)) from error
        except psycopg.errors.QueryCanceled as error:
            raise IndexUnavailable(f"{self.name} took too long ({_first_line(error)}). Ask again later.") from error
        except psycopg.errors.DiskFull as error:
            message = f"{self.name} has no room left ({_first_line(error)}). Make room on its disk, then try again."
            raise IndexUnavailable(message) from error
        except PoolClosed as error:
            raise IndexBroken(f"{self.name} was closed. Open it again.") from error
        except PoolTimeout as error:
            message = f"{self.name} cannot be reached, or all {CONNECTIONS} connections are busy. Ask again later."
            raise IndexUnavailable(message) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise IndexUnavailable(f"{self.name} does not answer: {_first_line(error)}. See: rag doctor") from error
        except psycopg.Error as error:
            raise IndexBroken(f"{self.name}: {_first_line(error)}. See: rag doctor") from error


def open_database(settings: Settings) -> Database:
    """The database of an index.

    Raises:
        SettingsError: the index is in a folder, the address is malformed, or the extra `postgres` is not installed.
        IndexUnavailable: there is no such server, or it refuses this user.
    """
    if settings.index is None:
        raise SettingsError(f"The index is in the folder {settings.index_dir}, not in PostgreSQL: set RAG_INDEX.")
    return Database(settings.index.get_secret_value(), settings.index_name)


def _try_connection(conninfo: str) -> None:
    """Connect once: a pool would wait in vain, and not say why."""
    import psycopg

    psycopg.connect(conninfo).close()


def _open_pool(
    conninfo: str, check: "Callable[[Connection[tuple[Any, ...]]], None]"
) -> "ConnectionPool[Connection[tuple[Any, ...]]]":
    from psycopg_pool import ConnectionPool

    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what it says of a failure is in our error
    return ConnectionPool(
        conninfo,
        min_size=0,
        max_size=CONNECTIONS,
        timeout=WAIT_SECONDS,
        reconnect_timeout=WAIT_SECONDS,  # by default it pauses longer and longer, also after the server is back
        kwargs={"autocommit": True},
        configure=_configure,
        check=check,
        open=True,
    )


def _configure(connection: "Connection[tuple[Any, ...]]") -> None:
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false) WHERE current_setting('statement_timeout') = '0'",
        (f"{STATEMENT_SECONDS}s",),
    )


def _conninfo(address: str, name: str) -> str:
    try:
        import psycopg
        import psycopg_pool  # noqa: F401
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError as error:
        raise SettingsError("RAG_INDEX needs PostgreSQL's client: pip install 'articles-say[postgres]'") from error
    try:
        given = conninfo_to_dict(address)
    except psycopg.Error:  # its text may hold a part of the password
        raise SettingsError(f"RAG_INDEX={name} is no address of PostgreSQL: postgresql://user@host/database") from None
    return make_conninfo(address, **{key: value for key, value in _DEFAULTS.items() if key not in given})


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1 if "FATAL" in str(error) else 0].rstrip(".") if lines else type(error).__name__
