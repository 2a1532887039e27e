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


class ServerState(NamedTuple):
    """The server that holds an index."""

    version: str
    """As the server names itself: PostgreSQL 18.6."""
    standby: bool
    """Whether it can only be read."""
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
        ((version, standby),) = database.all("SELECT current_setting('server_version'), pg_is_in_recovery()")
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
        standby,
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
