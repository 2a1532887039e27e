"""Two servers that share nothing but a database: one budget, one rate, one key, one set of uploads and of likes."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from html import unescape
from pathlib import Path
from typing import NamedTuple

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from rag.chat.exchanges import Chat, Exchange
from rag.chat.replicas import SharedFeedback, SharedRateLimit, SharedUploads, SharesInDatabase
from rag.chat.sharing import Shares
from rag.chat.signing import ChatSigner
from rag.database import Database
from rag.embedding import Embedder
from rag.errors import FeedbackError, SettingsError
from rag.index import Index
from rag.settings import Settings
from tests.openai_server import says, serving
from tests.postgres_server import PostgresServer, free_port

pytestmark = pytest.mark.timeout(900)
QUESTION = "Who opened the bridge of Lund?"
SAID = "Ada Berg opened the bridge of Lund."
KEY = "0123456789abcdef0123456789abcdef"


class Pair(NamedTuple):
    """Two servers, and what they share."""

    urls: tuple[str, str]
    address: str
    chat_dir: Path

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(statement.encode()).fetchall()

    def complete(self, server: int) -> httpx.Response:
        body = {"messages": [{"role": "user", "content": QUESTION}]}
        return httpx.post(f"{self.urls[server]}/v1/chat/completions", json=body, timeout=120)

    def event(self, server: int, name: str, **data: object) -> str:
        body = {"data": [{"chat": "one-chat", **data}]}
        url = f"{self.urls[server]}/gradio_api/run/page_{name}"
        reply = httpx.post(url, json=body, timeout=120).json()["data"][0]
        return str(reply.get("value", reply))

    def upload(self, server: int, name: str, text: str) -> dict[str, object]:
        url = f"{self.urls[server]}/v1/articles"
        reply = httpx.post(url, params={"name": name}, content=text.encode(), timeout=120)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def articles(self, server: int) -> list[str]:
        return [one["id"] for one in httpx.get(f"{self.urls[server]}/v1/articles", timeout=120).json()]


@pytest.fixture(scope="module")
def pair(postgres: PostgresServer, minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("replicas")
    (home / "articles").mkdir()
    (home / "articles" / "bridge.txt").write_text(f"{SAID} It is 41 metres long.", encoding="utf-8")
    address = postgres.address(postgres.new_schema())
    with closing(Index.open(Settings.model_validate({"index": address}), minilm)) as index:
        index.sync(home / "articles")
    with ExitStack() as stack:
        model = stack.enter_context(serving(says(f"{SAID} [1]")))
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))},
            "RAG_INDEX": address,
            "RAG_CHAT_DIR": str(home / "chat"),
            "RAG_CHAT_KEY": KEY,
            "RAG_CHAT_RATE": "8",
            "RAG_LLM": "openai:test-model",
            "RAG_DAY_DOLLARS": "100",
            "RAG_PROMPT_PRICE": "1000",
            "RAG_COMPLETION_PRICE": "1000",
            "RAG_FIRST_SECONDS": "120",
            "RAG_JUDGE": "small",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_API_KEY": "none",
        }
        urls = [stack.enter_context(_process(environ, home)) for _ in range(2)]
        yield Pair((urls[0], urls[1]), address, home / "chat")


@contextmanager
def _process(environ: dict[str, str], home: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "rag", "serve", "--port", str(port)]
    with (home / f"{port}.log").open("w") as log:
        server = subprocess.Popen(
            command, env=environ | {"PYTHONPATH": str(Path.cwd())}, cwd=home, stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            while True:
                assert server.poll() is None, (home / f"{port}.log").read_text()
                try:
                    httpx.get(f"{url}/health", timeout=30)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def test_two_servers_are_one_chat(pair: Pair) -> None:
    spent = []
    for server in (0, 1):
        reply = pair.complete(server).json()
        assert reply["choices"][0]["message"]["content"].startswith(SAID)
        spent.append(pair.query("SELECT dollars FROM rag_ledger")[0][0])
    assert 0 < float(str(spent[0])) < float(str(spent[1]))

    shown = pair.event(0, "ask", text=QUESTION, turn="first")
    while 'aria-busy="true"' in shown:
        shown = pair.event(0, "follow")
    found = re.search(r'data-sealed="([^"]+)"', shown)
    assert found
    assert "forgotten" in pair.event(1, "show", turns=1)
    moved = pair.event(1, "show", turns=1, sealed=unescape(found[1]))
    assert SAID in unescape(re.sub(r"<[^>]+>", "", moved))
    pair.event(1, "like", turn="first", liked="True", turns=1)
    assert SAID in str(pair.query("SELECT line FROM rag_feedback"))

    with psycopg.connect(pair.address, autocommit=True) as connection:
        connection.execute("UPDATE rag_ledger SET dollars = 99.99")
    for server in (0, 1):
        assert "RAG_DAY_DOLLARS=100.0" in pair.complete(server).json()["notice"]


def test_what_is_uploaded_at_one_is_kept_by_the_other(pair: Pair) -> None:
    assert pair.upload(0, "ferry.txt", "The ferry of Lund is blue.")["updated"] is False
    assert "ferry.txt" in str(pair.articles(1))
    shutil.rmtree(pair.chat_dir / "uploads")  # as it is on another machine
    pair.upload(1, "tower.txt", "The tower of Lund is white.")
    assert sorted(file.name for file in (pair.chat_dir / "uploads").iterdir()) == ["ferry.txt", "tower.txt"]
    assert pair.upload(1, "ferry.txt", "The ferry of Lund is red.")["updated"] is True
    names = pair.articles(0)
    assert len([one for one in names if "ferry" in one or "tower" in one]) == 2
    (ferry,) = [one for one in names if "ferry" in one]
    shutil.rmtree(pair.chat_dir / "uploads")
    assert httpx.delete(f"{pair.urls[0]}/v1/articles/{ferry}", timeout=120).status_code == 200
    pair.upload(1, "tower.txt", "The tower of Lund is grey.")
    assert "ferry" not in str(pair.articles(1))
    assert pair.query("SELECT name FROM rag_uploads") == [("tower.txt",)]


def test_questions_of_a_minute_are_counted_at_both_together(pair: Pair) -> None:
    with psycopg.connect(pair.address, autocommit=True) as connection:
        connection.execute("UPDATE rag_rates SET times = array_fill(now(), ARRAY[7])")
    assert [pair.complete(server).status_code for server in (0, 1, 0)] == [200, 429, 429]
    assert int(pair.complete(1).headers["Retry-After"]) <= 60


def test_a_rate_is_exact_however_many_ask_at_once(postgres: PostgresServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    database = Database(postgres.address(postgres.new_schema()), "here")
    with closing(database):
        rate = SharedRateLimit(database, 5)
        with ThreadPoolExecutor(8) as pool:
            waits = list(pool.map(lambda _: rate.take("ada"), range(20)))
        assert waits.count(0.0) == 5
        assert all(0 < wait <= 60 for wait in waits if wait)
        assert rate.take("ben") == 0.0
        with database.transaction() as cursor:
            cursor.execute("UPDATE rag_rates SET times = ARRAY[now() - interval '61 seconds']")
        assert rate.take("ada") == 0.0


def test_of_those_who_ask_no_more_nothing_is_kept(postgres: PostgresServer) -> None:
    now = 0.0
    with closing(Database(postgres.address(postgres.new_schema()), "here")) as database:
        rate = SharedRateLimit(database, 5, lambda: now)
        for address in range(20):
            rate.take(f"10.0.0.{address}")
        with database.transaction() as cursor:
            cursor.execute("UPDATE rag_rates SET times = ARRAY[now() - interval '61 seconds'] WHERE key <> '10.0.0.7'")
        now = 60.0
        rate.take("ada")
        assert sorted(database.all("SELECT key FROM rag_rates")) == [("10.0.0.7",), ("ada",)]


def test_a_row_that_another_server_counts_in_is_waited_for_by_none(postgres: PostgresServer) -> None:
    address = postgres.address(postgres.new_schema())
    with closing(Database(address, "here")) as database, psycopg.connect(address) as other:
        SharedRateLimit(database, 5).take("ben")
        other.execute("UPDATE rag_rates SET times = ARRAY[now() - interval '61 seconds']")
        assert SharedRateLimit(database, 5).take("ada") == 0.0


def test_likes_are_refused_when_the_table_is_full(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chat = Chat("a-chat", (Exchange("Why?", id="one", stage="failed", problem="no", liked=True),))
    monkeypatch.setattr("rag.chat.replicas.FEEDBACK_BYTES", 100)
    with closing(Database(postgres.address(postgres.new_schema()), "here")) as database:
        likes = SharedFeedback(database)
        likes.record(chat, chat.exchanges[0])
        with pytest.raises(FeedbackError, match="No more likes and dislikes are kept"):
            likes.record(chat, chat.exchanges[0])
        assert "then TRUNCATE rag_feedback" in caplog.text
        assert database.all("SELECT count(*) FROM rag_feedback") == [(1,)]
        with database.transaction() as cursor:
            cursor.execute("TRUNCATE rag_feedback")
        likes.record(chat, chat.exchanges[0])


def test_uploads_of_a_single_server_are_kept_and_another_path_is_refused(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    from rag.assistant import Assistant

    class Untouched(Assistant):
        def __init__(self) -> None: ...

    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "old.txt").write_text("An article of before.", encoding="utf-8")
    with closing(Database(postgres.address(postgres.new_schema()), "here")) as database:
        SharedUploads(database, tmp_path / "uploads", Untouched())
        assert database.all("SELECT name FROM rag_uploads") == [("old.txt",)]
        with pytest.raises(SettingsError, match=r"lie in .*uploads: set RAG_CHAT_DIR to the same path"):
            SharedUploads(database, tmp_path / "elsewhere", Untouched())


def test_shared_chats_are_opened_renewed_and_ended_at_each(postgres: PostgresServer, tmp_path: Path) -> None:
    signer = ChatSigner(tmp_path / "key", SecretStr(KEY))
    chat = Chat("a-chat", (Exchange("Why?", id="one", stage="failed", problem="no"),))
    before = Shares(tmp_path / "shared", signer).share(Chat("an-old-chat", chat.exchanges), "ada")
    with closing(Database(postgres.address(postgres.new_schema()), "here")) as database:
        one = SharesInDatabase(database, tmp_path / "shared", signer)
        other = SharesInDatabase(database, tmp_path / "elsewhere", signer)
        assert other.open(before)
        token = one.share(chat, "ada")
        shared = other.open(token)
        assert shared
        assert (shared.owner, shared.chat.exchanges[0].question) == ("ada", "Why?")
        other.end("a-chat", "ben")
        assert one.open(token)
        other.end("a-chat", "ada")
        assert one.open(token) is None


def test_a_short_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="32 characters or more; make one: openssl rand -hex 32") as refused:
        Settings.load(tmp_path / "none.toml", {"RAG_CHAT_KEY": "too-short"})
    assert "too-short" not in str(refused.value)
