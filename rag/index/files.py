"""Files of indexed articles: their state on disk against the one that was read."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from rag.articles import READING, ArticleFiles
from rag.embedding import Embedder
from rag.errors import ArticleError
from rag.index.base import Truth
from rag.index.records import IndexedFile, Provenance
from rag.index.report import Failure
from rag.settings import Settings


def unreadable(error: OSError) -> str:
    """The reason of a failure to read a file."""
    return f"cannot be read ({error.strerror})"


def file_state(file: Path, indexed: IndexedFile | None, embedder: Embedder, settings: Settings) -> IndexedFile:
    """The state of a file on disk, and what its articles would be made from now.

    Args:
        file: to look at.
        indexed: as it was when its articles were read; None for a new one. While its size and times are the same, the
            file is not read.
        embedder: embeds its articles.
        settings: sizes of files and passages.

    Raises:
        ArticleError: it cannot be read.
    """
    try:
        stat = file.stat()
        same = indexed is not None and (indexed.size, indexed.modified) == (stat.st_size, modified_at(stat))
        content = file_digest(indexed) if indexed and same else _sha256_within(file, stat.st_size, settings)
    except OSError as error:
        raise ArticleError(file, unreadable(error)) from error
    made = Provenance(f"{content}.{READING}", embedder.fingerprint, settings.passage_tokens)
    return IndexedFile(indexed.id if indexed else "", stat.st_size, modified_at(stat), made)


def _sha256_within(file: Path, size: int, settings: Settings) -> str:
    # `load_articles` refuses a file that is too large; it is not read twice.
    return "" if size > settings.article_bytes else file_sha256(file)


def require_unchanged(file: Path, before: IndexedFile) -> None:
    """Make sure that a file is still the one that was looked at before it was read.

    Raises:
        ArticleError: it was written meanwhile, so that what was read may be parts of two versions.
    """
    try:
        stat = file.stat()
    except OSError as error:
        raise ArticleError(file, unreadable(error)) from error
    if (before.size, before.modified) != (stat.st_size, modified_at(stat)):
        raise ArticleError(file, "changed while it was read; ingest it again when it is no longer written")


def left_out(listing: ArticleFiles, root: Path, path: Path) -> Iterator[Failure]:
    """The files of a folder that are not meant as articles, with the reason."""
    reasons = {
        "is the lock file of an open document": listing.lock_files,
        "is a part of the saved page beside it": listing.page_parts,
        "is a link that leads nowhere": listing.dead_links,
    }
    return (Failure(root / file.relative_to(path), reason) for reason, files in reasons.items() for file in files)


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


def reading_of(indexed: IndexedFile) -> int:
    """The `READING` that read a file; 0 for indexes of earlier versions."""
    return int(indexed.made.sha256.partition(".")[2] or 0)
