"""No test reaches another host, or a model that the developer's own environment names; one browser runs at a time."""

import os
import socket
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import pytest

from rag.embedding import Embedder, Vectors, open_embedder
from rag.reading import Reader, open_reader
from rag.settings import Settings
from tests.postgres_server import PostgresServer
from tests.processes import BROWSER, group
from tests.web_site import Site

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: tests wait for Chromium, servers and commands that they start."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadFileScheduling | None":
    """Of several processes one runs all tests that look at a page."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False  # else the files with the most tests came first, whatever they take
    scheduling = LoadFileScheduling(config, log)
    scheduling._split_scope = group  # its own groups, by marks, rename node ids, which pytest 9.2 does not allow
    return scheduling


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: group(item.nodeid) != BROWSER)


@pytest.fixture(autouse=True)
def browser_first(request: pytest.FixtureRequest) -> None:
    """The processes without the browser leave it the processor: a browser that waits for its turn draws late."""
    if "PYTEST_XDIST_WORKER" in os.environ and group(request.node.nodeid) != BROWSER:
        _give_way()


@cache
def _give_way() -> None:
    os.nice(10)


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
