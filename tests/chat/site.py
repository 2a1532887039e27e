"""A chat behind a proxy that a test can cut, and whose server it can kill and start again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from evals.benchmarks.proxy import Proxy
from rag.embedding import Embedder

from .conftest import Running, serving


class Site:
    """A chat behind a proxy; its address stays when the server is restarted, its memory does not."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self.proxy = Proxy()
        self.folder = folder
        self._embedder = embedder
        self._server = ExitStack()
        self.start()

    @property
    def running(self) -> Running:
        """The chat as a browser reaches it."""
        return Running(self.proxy.url, self.server.assistant, self.folder)

    def start(self) -> None:
        """Start a server that knows nothing of the one before but its folder."""
        self.server = self._server.enter_context(serving(self._embedder, self.folder, chat_rate=10_000))
        self.proxy.target = urlsplit(self.server.url).port or 0
        self.proxy.restore()

    def kill(self) -> None:
        """End the server, and every connection to it."""
        self.proxy.cut()
        self._server.close()


@contextmanager
def site_behind_proxy(embedder: Embedder, folder: Path) -> Iterator[Site]:
    """A site, ended afterwards."""
    site = Site(embedder, folder)
    yield site
    site.kill()
    site.proxy.close()
