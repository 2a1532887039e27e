"""Events of the page: one reader's slow query keeps no other reader waiting."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from rag.chat.exchanges import Chat, Exchange
from rag.chat.login import add_user, verify_password
from rag.chat.server import ServeOptions
from rag.chat.sharing import Shares
from rag.chat.signing import ChatSigner
from rag.embedding import Embedder
from tests.slow_query import SlowQuery

from .conftest import Running, serving

pytestmark = pytest.mark.timeout(300)
PASSWORD = "correct horse battery"
T = TypeVar("T")


@pytest.fixture(scope="module")
def guarded(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("guarded")
    add_user(folder / "users.txt", "ada", PASSWORD)
    with serving(minilm, folder, ServeOptions(users=folder / "users.txt")) as running:
        yield running


def share(folder: Path) -> str:
    """What the page calls a chat that ada shares."""
    chat = Chat("chat-of-ada", (Exchange("What is KFOR?", stage="stopped", id="one"),))
    return f"shared-{Shares(folder / 'shared', ChatSigner(folder / 'key')).share(chat, 'ada')}"


def follow(running: Running, chat: str) -> str:
    url, body = f"{running.url}/gradio_api/run/page_follow", {"data": [{"chat": chat}]}
    reply = httpx.post(url, json=body, auth=("ada", PASSWORD), timeout=60)
    return str(reply.json()["data"][0]["value"])


def require_others_answered(running: Running, query: SlowQuery, ask: Callable[[], T]) -> T:
    """What one request gets at last, while whose query another was answered."""
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        try:
            assert query.began.wait(30)
            assert httpx.get(f"{running.url}/page/base.css", timeout=10).status_code == 200
        finally:
            query.ended.set()
        return asking.result()


def test_a_slow_list_of_articles_keeps_no_other_reader_waiting(
    guarded: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = SlowQuery(guarded.assistant.articles)
    monkeypatch.setattr(guarded.assistant, "articles", query)
    assert "welcome" in require_others_answered(guarded, query, lambda: follow(guarded, "chat-of-ada"))


def test_a_slow_look_for_a_shared_chat_keeps_no_other_reader_waiting(
    guarded: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = share(guarded.assistant.settings.chat_folder)
    query = SlowQuery(Shares._read)
    monkeypatch.setattr(Shares, "_read", lambda *arguments: query(*arguments))
    assert "What is KFOR?" in require_others_answered(guarded, query, lambda: follow(guarded, chat))


def test_the_check_of_a_password_keeps_no_other_reader_waiting(
    guarded: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = SlowQuery(verify_password)
    monkeypatch.setattr("rag.chat.login.verify_password", query)
    headers = {"Authorization": f"Bearer ada:{PASSWORD}"}  # other requests here send the same as Basic, once checked
    request = partial(httpx.get, f"{guarded.url}/v1/models", headers=headers, timeout=60)
    assert require_others_answered(guarded, query, request).status_code == 200


@pytest.mark.parametrize("query", ["\\ud800 KFOR", "x" * 100_000])
def test_a_search_for_what_no_text_can_have_lists_no_article(guarded: Running, query: str) -> None:
    sent = f'{{"data": [{{"chat": "chat-of-ada", "query": "{query}"}}]}}'
    url = f"{guarded.url}/gradio_api/run/page_library"
    headers = {"Content-Type": "application/json"}
    reply = httpx.post(url, content=sent, headers=headers, auth=("ada", PASSWORD), timeout=60)
    assert 'class="library"' in reply.json()["data"][0]["value"]
