"""No test reaches another host, or a model that the developer's own environment names; a browser runs alone."""

import os
import socket
from collections.abc import Iterator, Sequence

import pytest

from rag.embedding import Embedder, Vectors, open_embedder
from rag.reading import Reader, open_reader
from rag.settings import Settings
from tests.postgres_server import PostgresServer
from tests.web_site import Site

_LOOPBACK = ("127.", "::1", "localhost")


os.environ["RAG_READER"] = "small"  # of servers and commands that a test starts, as `one_reading` for those within it


@pytest.fixture(scope="session", autouse=True)
def one_reading() -> Iterator[None]:
    """No assistant reads twice, which takes half a second a question; the second reading has tests of its own."""

    def open_small(settings: Settings) -> Reader | None:
        return open_reader(settings.model_copy(update={"reader": "small"}) if settings.reader == "large" else settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.assistant.open_reader", open_small)
        yield


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


@pytest.fixture(autouse=True)
def alone_in_a_browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """While a test looks at a page no test of another process runs: a browser that waits for its turn draws late."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    import fcntl  # where there is none, there is no make either

    alone = "read" in request.fixturenames
    folder = tmp_path_factory.getbasetemp().parent
    with (folder / "turn.lock").open("a") as turn, (folder / "browser.lock").open("a") as lock:
        fcntl.flock(turn, fcntl.LOCK_EX)  # who waits is next: else one process kept the lock for two minutes of tests
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield


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


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server of this machine."""
    opened = Site()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()
