"""Bytes of a ZIP archive -> its members, within limits."""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from rag.articles.formats.limits import require_within
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

BROKEN_ARCHIVE = (BadZipFile, KeyError, ValueError, RuntimeError, EOFError, NotImplementedError, OSError, zlib.error)
"""What zipfile raises for a damaged or encrypted archive."""


@contextmanager
def open_archive(file: Path, content: bytes, settings: "Settings") -> Iterator[ZipFile]:
    """The archive in a file.

    Raises:
        ArticleError: it is damaged, or unpacks to too much.
    """
    try:
        archive = ZipFile(io.BytesIO(content))
    except BROKEN_ARCHIVE as error:
        raise ArticleError(file, f"is a broken or protected {file.suffix.lower()} document") from error
    with archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        size = f"unpacks to {unpacked / 1e6:.0f} MB"
        require_within(file, size, unpacked, settings.unpacked_bytes, "unpacked_bytes")
        require_within(file, f"holds {len(parts)} files", len(parts), settings.file_articles, "file_articles")
        yield archive


def read_member(file: Path, archive: ZipFile, name: str) -> bytes:
    """One member of an archive.

    Raises:
        ArticleError: it is missing, damaged or encrypted.
    """
    try:
        return archive.read(name)
    except BROKEN_ARCHIVE as error:
        raise ArticleError(file, f"is a broken or protected {file.suffix.lower()} document") from error
