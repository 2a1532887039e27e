"""Index folder -> its write lock, which ends with its process and names its owner."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import IndexLocked


@contextmanager
def write_lock(index_dir: Path) -> Iterator[None]:
    """Hold the index for writing.

    Raises:
        IndexLocked: another process, or another thread of this one, holds it; the message names the process.
    """
    owner = index_dir / "writer.pid"  # not in the file of the lock, which every attempt empties
    lock = FileLock(index_dir / "writer.lock", thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexLocked(index_dir, _pid(owner)) from error
    try:
        owner.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        lock.release()


def _pid(owner: Path) -> int:
    try:
        return int(owner.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
