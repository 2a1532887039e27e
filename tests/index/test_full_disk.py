"""The disk of a database is full: what is stored is whole, what is not is one line, and room is all that it takes."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.cli import app
from rag.embedding import Embedder
from rag.errors import IndexUnavailable
from rag.index import Entry, Filter, Index
from rag.settings import Settings
from tests.postgres_server import SAFE, PostgresServer

pytestmark = pytest.mark.timeout(120)
SMALL, LEFT = "64m", 400_000
"""Size of the disk, and bytes that are left for an ingest."""
FILL_LOG = f"""
SELECT pg_logical_emit_message(false, 'fill', repeat('x', (segment - written % segment)::integer))
FROM pg_size_bytes(current_setting('wal_segment_size')) segment,
    CAST(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') + {LEFT} AS bigint) written
"""
"""The log grows by whole files of 16 MB: after this, so many bytes are left of the last one."""
CHANGED = "zebras.txt"
"""It stands last, and the disk is full before."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small file system, which any user may look into."""
    with tempfile.TemporaryDirectory(prefix="rag-disk-") as folder:
        Path(folder).chmod(0o755)
        command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"no small disk can be had here, which root could mount: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.own(disk)
    yield server
    server.remove()


def test_tables_that_find_no_room_keep_their_articles_whole_and_are_filled_when_there_is(
    server: PostgresServer, disk: Path, articles: Path, minilm: Embedder
) -> None:
    server.start(SAFE)
    server.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
    place = server.address(options="%20-cdefault_tablespace%3Dsmall")
    before = _ingest_first(place, articles, minilm)
    ballast = _fill(disk)
    assert "has no room left (could not extend file" in _ingest(place, articles)
    _require_old_state(place, before, minilm)
    ballast.unlink()
    _require_new_state(place, articles, minilm)


def test_a_log_that_finds_no_room_stops_the_server_and_nothing_is_lost(
    server: PostgresServer, disk: Path, articles: Path, minilm: Embedder
) -> None:
    server.move_log(disk)
    server.start(SAFE)
    place = server.address()
    before = _ingest_first(place, articles, minilm)
    ballast = _fill(disk)
    server.execute(FILL_LOG)
    assert "has no room left (could not write to file" in _ingest(place, articles)
    ballast.unlink()
    server.start(SAFE)
    _require_old_state(place, before, minilm)
    _require_new_state(place, articles, minilm)


def _settings(place: str) -> Settings:
    return Settings.model_validate({"index": place, "llm": "quotes"})


def _ingest_first(place: str, articles: Path, minilm: Embedder) -> tuple[Entry, ...]:
    """Ingest the articles, and write more, and another text of one, for the next time."""
    (articles / CHANGED).write_text("Zebras graze by day.", encoding="utf-8")
    with closing(Index.open(_settings(place), minilm)) as index:
        index.sync(articles)
        entries = index.articles()
    for number in range(60):
        text = " ".join(f"Miner {number} of shaft {one} dug {number * one + 100} sacks." for one in range(12))
        (articles / f"miner{number:02}.txt").write_text(text, encoding="utf-8")
    (articles / CHANGED).write_text("Zebras graze by night.", encoding="utf-8")
    return entries


def _fill(disk: Path) -> Path:
    """A file that leaves little room."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(bytes(shutil.disk_usage(disk).free - LEFT))
    return ballast


def _ingest(place: str, articles: Path) -> str:
    """The one line with which an ingest ends that cannot store all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAG_INDEX", place)
        patch.setattr("rag.database.WAIT_SECONDS", 1)
        error = CliRunner().invoke(app, ["ingest", str(articles)]).exception
    assert isinstance(error, IndexUnavailable)
    (line,) = str(error).splitlines()
    return line


def _require_old_state(place: str, before: tuple[Entry, ...], minilm: Embedder) -> None:
    """What there was is as it was; of what is new some is there, with every passage."""
    with closing(Index.open(_settings(place), minilm)) as index:
        after = index.articles()
        assert set(before) <= set(after)
        assert len(before) < len(after) < len(before) + 60
        assert {entry.passages for entry in after} == {1}
        assert index.article(CHANGED).text == "Zebras graze by day."
        assert len(index.matching("shaft", 100, Filter())) == len(after) - len(before)


def _require_new_state(place: str, articles: Path, minilm: Embedder) -> None:
    with closing(Index.open(_settings(place), minilm)) as index:
        assert index.sync(articles).updated == 1
        assert len(index.articles()) == 64
        assert index.article(CHANGED).text == "Zebras graze by night."
        assert len(index.matching("shaft", 100, Filter())) == 60
        assert index.sync(articles).unchanged == 64
