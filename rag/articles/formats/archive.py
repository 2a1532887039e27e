"""Bytes of a ZIP archive -> its members, within limits."""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from rag.errors import ArticleError

UNPACKED_BYTES = 200_000_000
"""Largest unpacked size of an archive or document: a few kilobytes can unpack to as many gigabytes."""
MEMBERS = 20_000
"""Most files in an archive."""
BROKEN_ARCHIVE = (BadZipFile, KeyError, ValueError, RuntimeError, EOFError, NotImplementedError, OSError, zlib.error)
"""What zipfile raises for a damaged or encrypted archive."""


@contextmanager
def open_archive(file: Path, content: bytes) -> Iterator[ZipFile]:
    """The archive in a file.

    Raises:
        ArticleError: it is damaged, or unpacks to too much.
    """
    try:
        archive = ZipFile(io.BytesIO(content))
    except BROKEN_ARCHIVE as error:
        raise ArticleError(file, f"is a broken or protected {file.suffix.lower()} document") from error
    with archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > UNPACKED_BYTES or len(archive.infolist()) > MEMBERS:
            raise ArticleError(file, f"unpacks to {unpacked / 1e6:.0f} MB in {len(archive.infolist())} files; split it")
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
