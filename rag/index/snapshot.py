"""Folder -> seal: whether what a search index was closed with is what now lies on the disk.

<folder>/seal.json          names the generation in use and what its files were when it was closed
<folder>/<generation>/      never written again, but for what Chroma notes at every opening
"""

import json
import os
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rag.errors import IndexBroken

SEAL = "seal.json"
_BLOCK = 1 << 20
_CHROMA = "chroma.sqlite3"
_CHROMA_TABLES = (
    "collections",
    "collection_metadata",
    "databases",
    "embeddings",
    "embeddings_queue",
    "embeddings_queue_config",
    "max_seq_id",
    "migrations",
    "segment_metadata",
    "segments",
    "tenants",
)
"""What Chroma reads to find a vector's id; it writes to another table of the same file at every opening."""


class Seal(NamedTuple):
    """What was closed: how far it went, and each file's size and checksum."""

    generation: str
    """Name of the folder inside that holds the files."""
    covers: int
    """The passage number or revision up to which the index is complete."""
    passages: int
    files: dict[str, tuple[int, int]]


def build(folder: Path, covers: int, passages: int, fill: Callable[[Path], None]) -> Seal:
    """Fill a new generation beside the old one, then switch to it in one step; a kill leaves one of them whole.

    Raises:
        IndexBroken: it cannot be filled; the old one stays.
    """
    try:
        return _build(folder, covers, passages, fill)
    except OSError as error:
        raise IndexBroken(
            f"{folder} cannot be written ({error.strerror}). Check the disk's space and rights."
        ) from error


def _build(folder: Path, covers: int, passages: int, fill: Callable[[Path], None]) -> Seal:
    # Never the name of an earlier one: Chroma goes on using what it once opened under a path.
    generation, before = str(time.time_ns()), read(folder)
    (folder / generation).mkdir(parents=True)
    fill(folder / generation)
    seal = Seal(generation, covers, passages, _files(folder / generation))
    (folder / f"{SEAL}.new").write_text(json.dumps(seal._asdict()), encoding="utf-8")
    (folder / f"{SEAL}.new").replace(folder / SEAL)
    # A reader may still ask the one before; it looks for a new one at the next change.
    kept = {SEAL, generation, before.generation if before else generation}
    for old in folder.iterdir():
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
    return seal


def read(folder: Path) -> Seal | None:
    """What a folder was sealed as, whatever lies in it now; None when it has no readable seal."""
    try:
        told = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        files = {name: (size, crc) for name, (size, crc) in told["files"].items()}
        return Seal(str(told["generation"]), int(told["covers"]), int(told["passages"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def intact(folder: Path) -> Seal | None:
    """The folder's seal; None when it is missing or any file is not what it was when the seal was set."""
    seal = read(folder)
    if seal is None:
        return None
    place = folder / seal.generation
    try:
        sizes = {name: size for name, (size, _) in seal.files.items() if size >= 0}
        # Sizes first: a runaway file must not be read to its end.
        if any((place / name).stat().st_size != size for name, size in sizes.items()):
            return None
        return seal if _files(place) == seal.files else None
    except (OSError, sqlite3.Error):
        return None


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return {
        file.relative_to(folder).as_posix(): (-1, _rows(file))
        if file.name == _CHROMA
        else (file.stat().st_size, _sum(file))
        for file in sorted(found)
        if not file.name.startswith(f"{_CHROMA}-") and file.suffix != ".lock"
    }


def _sum(file: Path) -> int:
    # A checksum against decay and torn writes, not against an attacker, who could write the seal as well.
    value = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            value = zlib.crc32(block, value)
    return value


def _rows(file: Path) -> int:
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        value = 0
        for table in _CHROMA_TABLES:
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid"):
                value = zlib.crc32(repr(row).encode(), value)
        return value
    finally:
        connection.close()
