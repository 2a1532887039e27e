"""Settings -> the server of an index: its version, extensions and sizes; and the migration of its tables."""

from typing import NamedTuple

from rag.database import open_database
from rag.index.postgres.schema import TABLES_FORMAT, migrate_schema, schema_state
from rag.settings import Settings

PARTS = {
    "rag_articles": "articles",
    "rag_passages": "passages",
    "rag_texts": "texts",
    "rag_passages_vector": "index of vectors",
    "rag_texts_words": "index of words",
}
"""Tables and indexes whose sizes are named."""
_STANDBY = """
SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8,
    (SELECT greatest(pg_wal_lsn_diff(coalesce(latest_end_lsn, pg_last_wal_receive_lsn()), pg_last_wal_replay_lsn()), 0)
     FROM pg_stat_wal_receiver)::bigint
WHERE pg_is_in_recovery()
"""
"""One row of a standby. What its primary announced last is hidden from users without pg_read_all_stats: for them it is
what arrived that counts."""


class StandbyState(NamedTuple):
    """How far a standby is behind its primary."""

    seconds: float | None
    """Since the newest transaction that it replayed; None where it replayed none since it was started."""
    bytes: int | None
    """Of the log that it has yet to replay; None where it receives nothing."""


class ServerState(NamedTuple):
    """The server that holds an index."""

    version: str
    """As the server names itself: PostgreSQL 18.6."""
    standby: StandbyState | None
    """Of a server that can only be read; None of a primary."""
    extensions: tuple[str, ...]
    """Installed in this database, each with its version."""
    format: int | None
    """Version of the tables; None where there are none."""
    sizes: tuple[tuple[str, int], ...]
    """Bytes of tables and indexes."""

    @property
    def outdated(self) -> bool:
        """Whether the tables are of an earlier version."""
        return self.format is not None and self.format < TABLES_FORMAT


def inspect_server(settings: Settings) -> ServerState:
    """Look at the server of an index.

    Raises:
        SettingsError: the index is in a folder.
        IndexUnavailable: the server cannot be reached.
    """
    database = open_database(settings)
    try:
        ((version,),) = database.all("SELECT current_setting('server_version')")
        standbys = [StandbyState(*row) for row in database.all(_STANDBY)]
        extensions = database.all("SELECT extname || ' ' || extversion FROM pg_extension WHERE extname <> 'plpgsql'")
        found = schema_state(database).get("format")
        sizes = database.all(
            "SELECT name, CASE WHEN relkind = 'r' THEN pg_table_size(oid) ELSE pg_relation_size(oid) END"
            " FROM unnest(%s::text[]) WITH ORDINALITY named(name, at) JOIN pg_class ON oid = to_regclass(name)"
            " ORDER BY at",
            [*PARTS],
        )
    finally:
        database.close()
    return ServerState(
        f"PostgreSQL {version}",
        standbys[0] if standbys else None,
        tuple(name for (name,) in extensions),
        int(found) if found else None,
        tuple((PARTS[name], int(size)) for name, size in sizes),
    )


def migrate_index(settings: Settings) -> int:
    """Bring the tables of an index to this version, in one transaction; how many steps that took.

    Raises:
        SettingsError: the index is in a folder.
        IndexMissing: nothing was ever ingested.
        IndexBroken: the tables are newer than this version.
    """
    database = open_database(settings)
    try:
        return migrate_schema(database)
    finally:
        database.close()
