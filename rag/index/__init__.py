"""Passages -> index: SQLite holds the truth; Chroma and tantivy search it and can be rebuilt from it at any time.

Or PostgreSQL holds it and searches it.
"""

from rag.index.backend import import_libraries
from rag.index.filters import Filter
from rag.index.index import Health, Index
from rag.index.paths import PathRules
from rag.index.postgres.administration import StandbyState, inspect_server, migrate_index
from rag.index.postgres.workers import work_at
from rag.index.records import Entry
from rag.index.report import Failure, Progress, SyncReport

__all__ = [
    "Entry",
    "Failure",
    "Filter",
    "Health",
    "Index",
    "PathRules",
    "Progress",
    "StandbyState",
    "SyncReport",
    "import_libraries",
    "inspect_server",
    "migrate_index",
    "work_at",
]
