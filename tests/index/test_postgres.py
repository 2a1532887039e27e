"""What breaks between a question and its database ends as one line that says so, never as half an answer."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.http_api import api_router
from rag.chat.metrics import Metrics
from rag.chat.questions import QuestionService
from rag.chat.sessions import RateLimit, Sessions, User
from rag.cli import app
from rag.doctor import diagnose
from rag.embedding import Embedder
from rag.errors import IndexBroken, IndexMismatch, IndexMissing, IndexUnavailable, SettingsError
from rag.index import Filter, Index, inspect_server, migrate_index
from rag.index.postgres import search
from rag.settings import Settings
from tests.conftest import Counting
from tests.postgres_server import SAFE, PostgresServer

QUESTION = "What do owls hunt?"


@pytest.fixture
def place(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("rag.database.WAIT_SECONDS", 2)
    return _settings(postgres.address(postgres.new_schema()))


@pytest.fixture
def assistant(place: Settings, embedder: Counting, articles: Path) -> Iterator[Assistant]:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        yield Assistant(place, embedder, index)


def _settings(address: str) -> Settings:
    return Settings.model_validate({"index": address, "llm": "quotes"})


def _post(assistant: Assistant) -> Any:  # noqa: ANN401 - httpx's response, by way of starlette
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    api = FastAPI()
    service = QuestionService(Readers(assistant), RateLimit(100, lambda: 0.0), Metrics())
    api.include_router(api_router(service, Sessions(), None, lambda _: User("", "one")))
    asked = {"messages": [{"role": "user", "content": QUESTION}]}
    return TestClient(api).post("/v1/chat/completions", json=asked)


def test_a_server_that_dies_in_the_middle_of_a_question_is_named_and_asked_again_when_it_is_back(
    assistant: Assistant, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.stop()
    postgres.start(SAFE)
    before = assistant.ask(QUESTION).text
    with ExitStack() as stack:  # as many questions at once leave as many connections that die with the server
        for _ in range(6):
            stack.enter_context(assistant._index._truth.database.transaction())  # type: ignore[attr-defined]
    nearest = search.PostgresVectors.nearest

    def stop_then_search(index: search.PostgresVectors, *arguments: Any) -> object:  # noqa: ANN401
        postgres.stop("immediate")
        return nearest(index, *arguments)

    monkeypatch.setattr(search.PostgresVectors, "nearest", stop_then_search)
    try:
        with pytest.raises(IndexUnavailable, match=r"127\.0\.0\.1.* cannot be reached"):
            assistant.ask(QUESTION)
        monkeypatch.undo()
        refused = _post(assistant)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "cannot be reached" in refused.json()["detail"]
    finally:
        postgres.start()
    assert assistant.ask(QUESTION).text == before
    assert _post(assistant).status_code == 200


def test_a_wrong_password_is_refused_and_not_shown(
    postgres: PostgresServer, embedder: Counting, capfd: pytest.CaptureFixture[str]
) -> None:
    postgres.execute("CREATE ROLE guarded LOGIN PASSWORD 'right-one'")
    with pytest.raises(IndexUnavailable, match='password authentication failed for user "guarded"') as refused:
        Index.open(_settings(postgres.address(user="guarded:wrong-one")), embedder)
    assert "wrong-one" not in f"{refused.value} {refused.value.__cause__} {capfd.readouterr()}"
    with closing(Index.open(_settings(postgres.address(user="guarded:right-one")), embedder)) as index:
        assert index.untouched


def test_a_malformed_address_is_refused_without_its_password(embedder: Counting) -> None:
    with pytest.raises(SettingsError, match="no address of PostgreSQL") as refused:
        Index.open(_settings("postgresql://ada:s3cret@host/news?no_such_parameter=1"), embedder)
    assert "s3cret" not in f"{refused.value} {refused.value.__cause__}"


def test_a_database_without_an_index_is_not_filled_by_a_question(
    place: Settings, minilm: Embedder, articles: Path
) -> None:
    here = place.model_copy(update={"articles_dir": articles})
    with closing(Index.open(here, minilm)) as index:
        with pytest.raises(IndexMissing, match="rag ingest FOLDER"):
            Assistant(here, minilm, index).ask(QUESTION)
        assert index.untouched


def test_a_statement_that_takes_too_long_is_given_up(
    assistant: Assistant, postgres: PostgresServer, place: Settings, embedder: Counting
) -> None:
    schema = place.index_name.split("%3D")[1].split("%2C")[0]
    hasty = _settings(postgres.address(schema, options="%20-cstatement_timeout%3D300"))
    with closing(Index.open(hasty, embedder)) as index, psycopg.connect(postgres.address(schema)) as other:
        other.execute("LOCK TABLE rag_passages IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(IndexUnavailable, match=r"took too long.*statement timeout"):
            Assistant(hasty, embedder, index).ask(QUESTION)
        other.rollback()
        assert Assistant(hasty, embedder, index).ask(QUESTION).status == "answered"


def test_more_questions_than_connections_wait_and_then_say_so(
    place: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.database.CONNECTIONS", 1)
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        with index._truth.database.transaction(), pytest.raises(IndexUnavailable, match="connections are busy"):  # type: ignore[attr-defined]
            index.matching(QUESTION, 3, Filter())
        assert index.matching(QUESTION, 3, Filter())


def test_an_index_of_another_embedder_is_refused_and_can_be_made_anew(
    place: Settings, embedder: Counting, articles: Path
) -> None:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
    other = Counting(embedder)
    other.name, other.fingerprint = "onnx:other", "another"
    with pytest.raises(IndexMismatch, match=r"embedded by minilm.*rag ingest --rebuild"):
        Index.open(place, other)
    Index.rebuild(place, other).close()
    with closing(Index.open(place, other)) as index:
        assert index.health().embedder == "onnx:other"
        assert index.matching("owls", 3, Filter())
    other.dimension = 768
    with pytest.raises(IndexMismatch, match="holds vectors of 384 numbers, the embedder gives 768"):
        Index.open(place, other)


def test_a_failed_change_leaves_the_article_as_it_was(
    place: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        before = index.articles(), index.matching("owls mice queen", 5, Filter())
        (articles / "owls.txt").write_text("Owls sleep by day. They are birds.", encoding="utf-8")
        monkeypatch.setattr("rag.index.postgres.changes.format_half", lambda _: "no vector")
        with pytest.raises(IndexBroken):
            index.sync(articles)
        monkeypatch.undo()
        assert (index.articles(), index.matching("owls mice queen", 5, Filter())) == before
        assert index.sync(articles).updated == 1


def test_tables_of_another_version_are_refused_until_they_are_migrated(
    place: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
    for module in ("schema", "administration"):
        monkeypatch.setattr(f"rag.index.postgres.{module}.TABLES_FORMAT", 2)
    monkeypatch.setattr("rag.index.postgres.schema.MIGRATIONS", {1: "ALTER TABLE rag_articles ADD COLUMN read date"})
    with pytest.raises(IndexMismatch, match=r"format 1, this rag reads 2.*rag doctor --migrate"):
        Index.open(place, embedder)
    assert inspect_server(place).outdated
    assert (migrate_index(place), migrate_index(place)) == (1, 0)
    with closing(Index.open(place, embedder)) as index:
        assert index.matching("owls", 3, Filter())
    monkeypatch.undo()
    with pytest.raises(IndexMismatch, match=r"format 2, this rag reads 1\. Update rag\."):
        Index.open(place, embedder)


def test_the_doctor_names_server_extensions_and_sizes(
    place: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place.index
    monkeypatch.setenv("RAG_INDEX", place.index.get_secret_value().replace("postgres@", "postgres:hidden@"))
    (empty,) = (one for one in diagnose() if one.topic == "index")
    assert (empty.good, "No index in postgresql://postgres@127.0.0.1" in empty.text) == (False, True)
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
    found = {one.topic: one for one in diagnose()}
    assert re.fullmatch(
        r"PostgreSQL 18\.\d+ with vector [\d.]+; articles [\d.]+ MB; passages .*; index of words .*",
        found["server"].text,
    )
    assert "3 articles, 3 passages in the vector index" in found["index"].text
    assert "hidden" not in " ".join(one.text for one in found.values())


def test_the_command_that_moves_an_index_says_what_it_did(
    place: Settings, embedder: Counting, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Index.open(Settings(index_dir=tmp_path / "old"), embedder)) as index:
        index.sync(articles)
    assert place.index
    moved = CliRunner().invoke(app, ["index", "copy", "old", place.index.get_secret_value()])
    assert moved.stdout.endswith("3 articles copied, 0 were there; 3 passages compared, all the same\n")
    assert isinstance(CliRunner().invoke(app, ["index", "copy", "nowhere", "new"]).exception, IndexMissing)
    assert not (tmp_path / "nowhere").exists()
