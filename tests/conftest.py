"""No test reaches another host, or a model that the developer's own environment names."""

import socket
from collections.abc import Iterator, Sequence

import pytest

from rag.embedding import Embedder, Vectors, open_embedder
from rag.settings import Settings
from tests.postgres_server import PostgresServer

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "RAG_LLM", "RAG_JUDGE", "RAG_INDEX"):
        monkeypatch.delenv(name, raising=False)


class Counting:
    """The shipped embedder, counting the texts it embeds."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.fingerprint, self.dimension = embedder.name, embedder.fingerprint, embedder.dimension
        self.texts = 0

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._embedder.embed_query(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return self._embedder.embed_passages(texts)


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    return open_embedder(Settings())


@pytest.fixture
def embedder(minilm: Embedder) -> Counting:
    return Counting(minilm)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests; each takes a schema of its own."""
    server = PostgresServer()
    server.start()
    server.execute("CREATE EXTENSION vector")
    yield server
    server.remove()
