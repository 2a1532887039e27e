"""Files of indexed articles: their state on disk against the one that was read."""

import hashlib
import os
from pathlib import Path

from rag.index.base import Truth
from rag.index.records import IndexedFile


def unreadable(error: OSError) -> str:
    """The reason of a failure to read a file."""
    return f"cannot be read ({error.strerror})"


def outdated_articles(truth: Truth) -> tuple[str, ...]:
    """Ids of the articles whose file is gone, or has another content than when it was read."""
    files = truth.files(Path("/")).items()
    return tuple(indexed.id for source, indexed in files if not _is_current(file_of(Path(source)), indexed))


def file_of(source: Path) -> Path:
    """The file of an article: its source, or the file above it that holds several articles."""
    return next((place for place in (source, *source.parents) if place.is_file()), source)


def _is_current(file: Path, indexed: IndexedFile) -> bool:
    try:
        stat = file.stat()
        if stat.st_size != indexed.size:
            return False
        return modified_at(stat) == indexed.modified or file_sha256(file) == file_digest(indexed)
    except OSError:
        return False


def modified_at(stat: os.stat_result) -> int:
    """Changes with every write, even by a tool that resets the modification time; below SQLite's limit of 2 ** 63."""
    return (stat.st_mtime_ns + stat.st_ctime_ns) % 2**63


def file_sha256(file: Path) -> str:
    """Checksum of what a file holds."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def file_digest(indexed: IndexedFile) -> str:
    """Checksum of the file alone; indexes of earlier versions hold nothing else."""
    return indexed.made.sha256.partition(".")[0]
