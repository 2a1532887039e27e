"""Atomic, checksummed snapshots of a search index: each is written once, then only read.

<folder>/seal.json          names the snapshot in use, with the size and checksum of each of its files
<folder>/<generation>/      the files of one snapshot
"""

import json
import os
import shutil
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rag.errors import IndexBroken

MANIFEST = "seal.json"
_BLOCK = 1 << 20

FileSum = tuple[int, int]
"""Size in bytes and CRC-32 of a file; size -1 where only parts of its content count."""


class Snapshot(NamedTuple):
    """The manifest of a snapshot."""

    generation: str
    """Name of the folder with its files."""
    covers: int
    """The passage number or revision up to which it is complete."""
    passages: int
    files: dict[str, FileSum]


def file_checksum(file: Path) -> FileSum | None:
    """Size and checksum of a file; None for a lock file, which does not count."""
    if file.suffix == ".lock":
        return None
    # Against decay and torn writes, not against an attacker, who could write the manifest as well.
    value = 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            value = zlib.crc32(block, value)
    return file.stat().st_size, value


class SnapshotFolder:
    """The snapshots of one search index.

    Args:
        folder: made with the first snapshot.
        checksum: size and checksum of one file; None for a file that does not count.
    """

    def __init__(self, folder: Path, checksum: Callable[[Path], FileSum | None] = file_checksum) -> None:
        self._folder = folder
        self._checksum = checksum
        self.opened: Snapshot | None = None
        """The snapshot that its owner has open."""

    def path(self, snapshot: Snapshot) -> Path:
        """Folder of a snapshot's files."""
        return self._folder / snapshot.generation

    def create(self, covers: int, passages: int, fill: Callable[[Path], None]) -> None:
        """Write a new snapshot beside the old one, then switch to it in one step; a kill leaves one of them whole.

        Args:
            covers: the passage number or revision up to which it is complete.
            passages: their number.
            fill: writes the files into an empty folder.

        Raises:
            IndexBroken: it cannot be written; the old one stays.
        """
        try:
            self._create(covers, passages, fill)
        except OSError as error:
            raise IndexBroken(
                f"{self._folder} cannot be written ({error.strerror}). Check the disk's space and rights."
            ) from error

    def _create(self, covers: int, passages: int, fill: Callable[[Path], None]) -> None:
        # A new name each time: Chroma goes on using what it once opened under a path.
        generation, before = str(time.time_ns()), self.newest()
        (self._folder / generation).mkdir(parents=True)
        fill(self._folder / generation)
        snapshot = Snapshot(generation, covers, passages, self._sums(self._folder / generation))
        fresh = self._folder / f"{MANIFEST}.new"
        fresh.write_text(json.dumps(snapshot._asdict()), encoding="utf-8")
        fresh.replace(self._folder / MANIFEST)
        # Another process may still search the one before; it looks for a new one at the next change.
        kept = {MANIFEST, generation, before.generation if before else generation}
        for old in self._folder.iterdir():
            if old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)

    def verified(self) -> Snapshot | None:
        """The newest snapshot; None when it is missing or damaged. The one in use was verified when it was opened."""
        snapshot = self.newest()
        return snapshot if snapshot is None or snapshot == self.opened or self._is_intact(snapshot) else None

    def newest(self) -> Snapshot | None:
        """The newest snapshot as its manifest has it, not verified; None without a readable one."""
        try:
            manifest = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
            files = {name: (size, crc) for name, (size, crc) in manifest["files"].items()}
            return Snapshot(str(manifest["generation"]), int(manifest["covers"]), int(manifest["passages"]), files)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _is_intact(self, snapshot: Snapshot) -> bool:
        place = self.path(snapshot)
        try:
            sizes = {name: size for name, (size, _) in snapshot.files.items() if size >= 0}
            # Sizes first: a runaway file must not be read to its end.
            if any((place / name).stat().st_size != size for name, size in sizes.items()):
                return False
            return self._sums(place) == snapshot.files
        except OSError:
            return False

    def _sums(self, folder: Path) -> dict[str, FileSum]:
        files = sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)
        sums = ((file, self._checksum(file)) for file in files)
        return {file.relative_to(folder).as_posix(): total for file, total in sums if total is not None}
