"""The same server over both transports, as the SDK's own client sees it."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from rag import Assistant, Settings
from rag.chat.login import add_user
from rag.chat.mcp_app import create_mcp_app
from rag.chat.server import ServeOptions, create_app
from rag.embedding import Embedder
from rag.index import Index

SEEDS = Path("seeds").resolve()
KURTI = "Who is the prime minister of Kosovo?"
pytestmark = pytest.mark.timeout(240)


@contextmanager
def serving(embedder: Embedder, folder: Path, users: Path | None = None, *, chat: bool = False) -> Iterator[str]:
    """The URL of a server that really listens, beside the chat or alone."""
    settings = Settings(index_dir=folder / ".rag", articles_dir=SEEDS, chat_rate=3)
    assistant = Assistant(settings, embedder, Index.open(settings, embedder))
    create = create_app if chat else create_mcp_app
    config = uvicorn.Config(create(assistant, ServeOptions(users=users)), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = True
    thread.join(20)
    assistant.close()


async def ask(client: Client) -> tuple[list[str], str]:
    """The names of the tools, and the answer to KURTI."""
    result = await client.call_tool("ask", {"question": KURTI})
    return [tool.name for tool in (await client.list_tools()).tools], result.structured_content["text"]


def test_a_client_starts_the_server_and_asks(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
        environ = clean | {"RAG_ARTICLES_DIR": str(SEEDS)}
        command = StdioServerParameters(command=sys.executable, args=["-m", "rag", "mcp"], env=environ, cwd=tmp_path)
        async with Client(stdio_client(command)) as client:
            return await ask(client)

    tools, text = asyncio.run(run())
    assert tools == ["ask", "timeline", "search", "check", "articles", "read"]
    assert "Albin Kurti" in text


@pytest.mark.parametrize("chat", [False, True])
def test_a_client_asks_over_http(minilm: Embedder, tmp_path: Path, *, chat: bool) -> None:
    async def run(url: str) -> tuple[str, list[bool]]:
        async with Client(url) as client:
            _, text = await ask(client)
            results = [await client.call_tool("search", {"question": "Why?"}) for _ in range(3)]
            return text, [result.is_error for result in results]

    with serving(minilm, tmp_path, chat=chat) as url:
        text, refused = asyncio.run(run(url))
    assert "Albin Kurti" in text
    assert refused == [False, False, True]  # three questions a minute, by this server's setting


def test_only_who_logs_in_reaches_the_tools(minilm: Embedder, tmp_path: Path) -> None:
    async def run(url: str, password: str) -> str:
        headers = {"Authorization": f"Bearer ada:{password}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return (await ask(client))[1]

    add_user(tmp_path / "users.txt", "ada", "correct horse")
    with serving(minilm, tmp_path, tmp_path / "users.txt") as url:
        assert "Albin Kurti" in asyncio.run(run(url, "correct horse"))
        assert httpx2.post(url, json={}, timeout=60).status_code == 401
        with pytest.raises(BaseExceptionGroup):
            asyncio.run(run(url, "wrong horse"))


def test_pages_of_other_sites_cannot_reach_the_tools(minilm: Embedder, tmp_path: Path) -> None:
    with serving(minilm, tmp_path) as url:
        assert httpx2.post(url, json={}, headers={"Origin": "http://evil.example"}, timeout=60).status_code == 403
        assert httpx2.post(url, json={}, headers={"Host": "evil.example"}, timeout=60).status_code == 421
