"""A watched folder: the index follows what is written and removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.errors import ArticleError
from rag.index import Index, SyncReport
from rag.settings import Settings
from rag.watching import watch_folder
from tests.conftest import Counting


@pytest.fixture
def assistant(tmp_path: Path, embedder: Counting) -> Iterator[Assistant]:
    settings = Settings(index_dir=tmp_path / "news" / "index", llm="quotes")
    with Assistant(settings, embedder, Index.open(settings, embedder)) as opened:
        yield opened


def test_the_index_follows_the_folder(assistant: Assistant, tmp_path: Path) -> None:
    news = tmp_path / "news"
    (news / "owls.txt").write_text("Owls hunt mice at night.")
    reports = watch_folder(assistant, news)
    assert next(reports).added == 1
    (news / ".hidden.txt").write_text("Nobody reads this.")
    (news / "bees.txt").write_text("Bees dance to show where flowers are.")
    assert next(reports).added == 1
    (news / "owls.txt").unlink()
    assert next(reports).removed == 1
    assert [entry.id for entry in assistant.articles()] == ["bees.txt"]
    reports.close()  # type: ignore[attr-defined]


def test_a_locked_index_is_waited_for(assistant: Assistant, tmp_path: Path) -> None:
    news = tmp_path / "news"
    (news / "owls.txt").write_text("Owls hunt mice at night.")
    tries: list[object] = []
    sync = assistant.sync

    def locked_once(path: Path) -> SyncReport:
        tries.append(path)
        if len(tries) > 1:
            return sync(path)
        with assistant._index._truth.lock():
            return sync(path)

    assistant.sync = locked_once  # type: ignore[method-assign, assignment]
    assert next(watch_folder(assistant, news)).added == 1
    assert len(tries) == 2


def test_what_is_no_folder_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="is no folder"):
        next(watch_folder(assistant, tmp_path / "nowhere"))
