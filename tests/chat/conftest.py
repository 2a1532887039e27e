"""A chat that really runs, on a port of its own, and a browser to read it with."""

import shutil
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Unpack

import pytest

from rag.answering.answer import Answer, Turn
from rag.assistant import Assistant
from rag.chat import server
from rag.embedding import Embedder
from rag.index import Index
from rag.library import Bounds
from rag.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FilePayload, Page

SEEDS = Path("seeds").resolve()
CHROMIUM = shutil.which("chromium") or ""
SECONDS = 30_000
"""Longest wait for anything the browser shows, in milliseconds."""


class Paced(Assistant):
    """An assistant whose sentences a test lets through one by one."""

    gate: threading.Semaphore | None = None

    def stream(
        self, question: str, history: Sequence[Turn] = (), **bounds: Unpack[Bounds]
    ) -> Generator[Answer, None, None]:
        for answer in super().stream(question, history, **bounds):
            if self.gate is not None:
                self.gate.acquire(timeout=20)
            yield answer


@dataclass
class Running:
    """A chat that serves."""

    url: str
    assistant: Paced
    folder: Path


Serve = Callable[..., Running]


@contextmanager
def serving(
    embedder: Embedder, folder: Path, options: server.ServeOptions | None = None, articles: Path = SEEDS, **more: object
) -> Iterator[Running]:
    import uvicorn

    settings = Settings.model_validate(
        {"index_dir": folder / ".rag", "articles_dir": articles, "llm": "quotes", **more}
    )
    if articles == SEEDS and not settings.index_dir.exists():
        shutil.copytree(_index_of_seeds().name, settings.index_dir)
    assistant = Paced(settings, embedder, Index.open(settings, embedder))
    assistant.articles()
    config = uvicorn.Config(
        server.create_app(assistant, options or server.ServeOptions()),
        port=0,
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield Running(f"http://127.0.0.1:{port}", assistant, folder)
    running.should_exit = True
    thread.join(10)
    assistant.close()


@cache
def _index_of_seeds() -> "TemporaryDirectory[str]":
    """A folder that holds it, to be copied: embedding the seeds takes longer than all else that starts a chat."""
    folder = TemporaryDirectory(prefix="rag-seeds-")
    with Assistant.open(Settings(index_dir=Path(folder.name), llm="quotes", reader="none")) as assistant:
        assistant.sync(SEEDS)
    return folder


@pytest.fixture(scope="session")
def chat(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One chat over the five seeds, for tests that change nothing others would miss."""
    with serving(minilm, tmp_path_factory.mktemp("chat"), chat_rate=10_000) as running:
        yield running


@pytest.fixture
def serve(minilm: Embedder, tmp_path: Path) -> Iterator[Serve]:
    """Start a chat of a test's own."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(options: server.ServeOptions | None = None, articles: Path = SEEDS, **more: object) -> Running:
            return stack.enter_context(serving(minilm, tmp_path, options, articles, **more))

        yield start


@pytest.fixture
def shelves(tmp_path: Path) -> Path:
    """A folder of two collections: the five seeds, and two articles on a town."""
    folder = tmp_path / "articles"
    shutil.copytree(SEEDS, folder / "kosovo")
    (folder / "town").mkdir()
    (folder / "town" / "bridge.txt").write_text(
        "Lindholm opens its bridge\n\n4 May 2024\n\nThe bridge of Lindholm was opened by Ada Berg on Saturday.",
        encoding="utf-8",
    )
    (folder / "town" / "fair.txt").write_text("The fair\n\nLindholm holds a fair each spring.", encoding="utf-8")
    return folder


@pytest.fixture(scope="package")  # its event loop runs as long as it lives, and tests of other stages need their own
def browser() -> "Iterator[Browser]":
    if not CHROMIUM:
        pytest.skip("no Chromium here; install it: make browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


Open = Callable[..., "Page"]


@pytest.fixture
def read(browser: "Browser") -> "Iterator[Open]":
    """Open a chat in a window of its own; afterwards no window may have complained or asked another host.

    With `cuts`, a window may say that requests failed while its connection was broken, and nothing else.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def start(
        running: Running, *, wait: str = ".welcome, .turn", path: str = "/", cuts: bool = False, **options: object
    ) -> "Page":
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=running.url)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        listen(page, running.url, complaints, "net::ERR_" if cuts else None)
        page.goto(f"{running.url}{path}")
        page.wait_for_selector(wait)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not complaints


def listen(page: "Page", url: str, complaints: list[str], expected: str | None = None) -> None:
    def check_message(kind: str, text: str) -> None:
        if kind in ("error", "warning") and not (expected and expected in text):
            complaints.append(text)

    page.on("console", lambda message: check_message(message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(f"error {error}"))
    page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    page.on("popup", lambda popup: complaints.append(f"popup {popup.url}"))

    def check_host(address: str) -> None:
        if not address.startswith((url, "data:", "blob:")):
            complaints.append(f"asked {address}")

    page.on("request", lambda request: check_host(request.url))


def payloads(*files: tuple[str, bytes]) -> "list[FilePayload]":
    """Files as a browser is handed them."""
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]


def log_in(page: "Page", name: str, password: str) -> None:
    """Send the form of the login page; what comes then is the caller's to wait for."""
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")


def ask(page: "Page", question: str) -> None:
    """Ask, and wait until the answer is whole."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.turn').length > {turns} && !document.body.classList.contains('busy')"
    )


def serious(page: "Page") -> list[str]:
    """What axe has against the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical", "moderate")
        for node in violation["nodes"]
    ]
