"""Folder -> reports: keeps an index in step with a folder while it runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.errors import ArticleError, IndexLocked
from rag.index import SyncReport

if TYPE_CHECKING:
    from watchfiles import Change

LOOK_MS = 1000
"""Milliseconds without a change after which a sync that found the index locked is tried again."""


def watch_folder(assistant: Assistant, folder: Path) -> Iterator[SyncReport]:
    """The report of a first sync, then one after every change below the folder, until the iterator is closed.

    Hidden files and the index itself are not watched. While another process writes the index, the sync waits.

    Args:
        assistant: whose index is kept in step.
        folder: to watch.

    Raises:
        ArticleError: there is no such folder, at first or later.
    """
    from watchfiles import watch

    root, own = folder.resolve(), assistant.settings.index_dir.resolve()
    if not root.is_dir():
        raise ArticleError(folder, "is no folder; rag ingest reads a file once")

    def counts(change: "Change", path: str) -> bool:
        place = Path(path)
        below = place.relative_to(root).parts if place.is_relative_to(root) else place.parts
        return not place.is_relative_to(own) and not any(part.startswith(".") for part in below)

    due = True  # what changed before the watch began is seen by the first sync
    for changes in watch(root, watch_filter=counts, rust_timeout=LOOK_MS, yield_on_timeout=True):
        due = due or bool(changes)
        if due:
            try:
                report = assistant.sync(folder)
            except IndexLocked:
                continue
            due = False
            yield report
