"""The database moves, refuses or is shared: a whole answer or one line that says why, and nothing doubled or lost."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rag.assistant import Assistant
from rag.doctor import diagnose
from rag.errors import IndexBroken, IndexUnavailable
from rag.index import Filter, Index, inspect_server
from rag.index.postgres import search
from rag.settings import Settings
from tests.conftest import Counting
from tests.index.test_contract import Hashed
from tests.postgres_server import SAFE, PostgresServer

pytestmark = pytest.mark.timeout(600)
QUESTION = "What do owls hunt?"


def settings(address: str) -> Settings:
    return Settings.model_validate({"index": address, "llm": "quotes"})


@pytest.fixture
def primary() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start(SAFE)
    server.execute("CREATE EXTENSION vector")
    yield server
    server.remove()


def test_a_standby_answers_refuses_to_be_written_and_takes_over_when_it_is_promoted(
    primary: PostgresServer, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.database.WAIT_SECONDS", 2)
    with closing(Index.open(settings(primary.address()), Hashed())) as index:
        index.sync(articles)
        before = index.articles(), _texts(index)
    standby = PostgresServer(primary)
    standby.start(SAFE)
    try:
        with closing(Index.open(settings(standby.address()), Hashed())) as reader:
            assert (reader.articles(), _texts(reader)) == before
            with pytest.raises(IndexBroken, match="read-only transaction"):
                reader.remove("owls.txt")
        one, other = (f"127.0.0.1:{server.port}" for server in (primary, standby))
        both = primary.address().replace(one, f"{one},{other}")
        with closing(Index.open(settings(f"{both}&target_session_attrs=read-write"), Hashed())) as index:
            (articles / "ants.txt").write_text("Ants carry leaves. Ants have queens.", encoding="utf-8")
            assert index.sync(articles).added == 1
            with closing(Index.open(settings(standby.address()), Hashed())) as reader:
                _wait_for(lambda: len(reader.articles()) == 4)
            primary.stop("immediate")
            with pytest.raises(IndexUnavailable):
                index.articles()
            standby.promote()
            assert [entry.id for entry in index.articles()] == ["ants.txt", "bees.txt", "owls.txt", "salt/mines.md"]
            (articles / "ants.txt").write_text("Ants carry seeds. Ants have queens.", encoding="utf-8")
            assert index.sync(articles).updated == 1
            assert "seeds" in _texts(index)
            assert _texts(index).count("Ants have queens") == 1
    finally:
        standby.remove()


def test_the_doctor_says_how_far_a_standby_is_behind(primary: PostgresServer, articles: Path) -> None:
    with closing(Index.open(settings(primary.address()), Hashed())) as index:
        index.sync(articles)
        primary.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON rag_meta TO reader")
        standby = PostgresServer(primary)
        standby.start(SAFE)
        try:
            assert "not connected to its primary" not in _server_text(standby)
            assert "last transaction replayed: none since it was started" in _server_text(standby)
            standby.execute("SELECT pg_wal_replay_pause()")
            (articles / "ants.txt").write_text("Ants carry leaves. Ants have queens.", encoding="utf-8")
            index.sync(articles)
            _wait_for(lambda: _behind(standby) > 1000)
            _wait_for(lambda: _behind(standby, "reader") > 1000)
            standby.execute("SELECT pg_wal_replay_resume()")
            _wait_for(lambda: _behind(standby) == 0)
            assert _behind(standby, "reader") == 0
            assert re.search(
                r" 0 bytes behind its primary, last transaction replayed: \d+ s ago, with vec", _server_text(standby)
            )
            primary.stop("immediate")
            _wait_for(lambda: "not connected to its primary" in _server_text(standby))
        finally:
            standby.remove()


def _wait_for(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "the standby does not follow"


def _behind(standby: PostgresServer, user: str = "postgres") -> int:
    state = inspect_server(settings(standby.address(user=user))).standby
    assert state
    assert state.bytes is not None
    return state.bytes


def _server_text(standby: PostgresServer) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAG_INDEX", standby.address())
        return next(one.text for one in diagnose() if one.topic == "server")


def _texts(index: Index) -> str:
    numbers = [number for number, _ in index.nearest(Hashed().embed_query(["owls"])[0], 50, Filter())]
    return "\n".join(sorted(stored.passage.text for stored in index.passages(numbers)))


def test_connections_that_are_cut_between_two_statements_cost_no_answer(
    postgres: PostgresServer, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = settings(f"{postgres.address(postgres.new_schema())}&application_name=cut")
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        assistant = Assistant(place, embedder, index)
        before = assistant.ask(QUESTION).text
        nearest, cuts = search.PostgresVectors.nearest, []

        def cut_then_search(searched: search.PostgresVectors, *arguments: Any) -> object:  # noqa: ANN401
            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut'")
            cuts.append(1)
            return nearest(searched, *arguments)

        monkeypatch.setattr(search.PostgresVectors, "nearest", cut_then_search)
        assert assistant.ask(QUESTION).text == before
        assert cuts


def test_two_ingests_of_one_folder_at_once_end_as_one(postgres: PostgresServer, tmp_path: Path) -> None:
    folder, place = tmp_path / "articles", settings(postgres.address(postgres.new_schema()))
    folder.mkdir()
    for number in range(60):
        text = f"Owl {number} hunts mouse {number % 7}. All owls hunt at night."
        (folder / f"{number:02}.txt").write_text(text, encoding="utf-8")

    def ingest(_: int) -> int:
        with closing(Index.open(place, Hashed())) as index:
            return index.sync(folder).added

    with ThreadPoolExecutor(3) as pool:
        added = sum(pool.map(ingest, range(3)))
    with closing(Index.open(place, Hashed())) as index:
        assert added >= 60  # some files were done by two of them
        assert len(index.articles()) == index.health().passages == 60
        assert index.sync(folder).unchanged == 60
        words = dict(postgres_rows(place, "SELECT word, sum(texts) FROM rag_words GROUP BY word"))
        assert words[0] == 60
        assert postgres_rows(place, "SELECT count(*) FROM rag_texts WHERE uses <> 1") == [(0,)]
        assert postgres_rows(place, "SELECT count(*) FROM rag_jobs") == [(0,)]


def postgres_rows(place: Settings, query: str) -> list[tuple[Any, ...]]:
    import psycopg

    assert place.index
    with psycopg.connect(place.index.get_secret_value()) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sslmode": "require"}, "server does not support SSL"),
        ({"port": "1"}, "Connection refused"),
        ({"dbname": "nowhere"}, 'database "nowhere" does not exist'),
    ],
)
def test_a_server_that_refuses_is_one_line_and_exit_code_1(
    postgres: PostgresServer, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    address = f"{postgres.address()}&{'&'.join(f'{name}={value}' for name, value in change.items())}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    environ |= {"RAG_INDEX": address, "RAG_READER": "none", "PYTHONPATH": str(Path.cwd())}
    ran = subprocess.run(
        [sys.executable, "-m", "rag", "articles"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert said in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert ran.stdout == ""
