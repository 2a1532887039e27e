"""Web address -> what a server sends for it, within limits and what its robots.txt allows."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpcore
import httpx
from protego import Protego

from rag import __version__
from rag.errors import WebError
from rag.settings import Settings
from rag.web.transport import GuardedTransport

AGENT = "rag"
"""The name by which a robots.txt may address us."""
REDIRECTS = 5
"""Most redirects of one page."""
ROBOTS_BYTES = 500_000
"""Largest robots.txt read; RFC 9309 asks for at least as much."""
LONGEST_DELAY = 30.0
"""Seconds; a longer delay that a robots.txt asks for between two pages is cut to it."""
_FOREIGN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpx.HTTPError, httpx.InvalidURL)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent."""

    address: str
    """Where it came from, after redirects."""
    content: bytes
    media_type: str
    """Of the Content-Type header, in small letters; empty where it states none."""
    charset: str


class _Missing(WebError):
    """The server says that there is nothing at the address."""


class WebClient:
    """Fetches pages one after another; to be closed.

    Args:
        settings: limits of size and time, the pause between pages, whether private addresses are allowed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._robots: dict[str, Protego | None] = {}
        self._last: dict[str, float] = {}  # origin -> when it was last asked
        self._client = httpx.Client(
            transport=GuardedTransport(private=settings.web_private),
            headers={"User-Agent": f"{AGENT}/{__version__}", "Accept": "*/*"},
            timeout=settings.web_seconds,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, address: str) -> Fetched:
        """What stands at an address.

        Raises:
            WebError: it is no web address, private, refused by robots.txt, unreachable, too large or too slow.
        """
        return self._follow(address, self._settings.article_bytes, obey=True)

    def _follow(self, address: str, most: int, *, obey: bool) -> Fetched:
        deadline = time.monotonic() + self._settings.web_seconds
        for _ in range(REDIRECTS + 1):
            if obey:
                self._require_allowed(address)
            try:
                answer = self._get(address, most, deadline)
            except _FOREIGN as error:
                raise WebError(f"{address} cannot be fetched ({error or type(error).__name__}).") from error
            if isinstance(answer, Fetched):
                return answer
            address = answer
        raise WebError(f"{address} is reached only by more than {REDIRECTS} redirects.", "leads round in a circle")

    def _get(self, address: str, most: int, deadline: float) -> Fetched | str:
        """What a server sends, or the address it redirects to."""
        with self._client.stream("GET", _web_url(address)) as response:
            if response.has_redirect_location:
                return str(response.url.join(response.headers["location"]))
            if response.status_code >= 400:
                kind = _Missing if response.status_code < 500 else WebError
                status = f"answered with status {response.status_code}"
                raise kind(f"{address} {status}.", status)
            content = bytearray()
            for block in response.iter_bytes():
                content += block
                if len(content) > most:
                    size = f"sends more than RAG_ARTICLE_BYTES={most}. Raise it, if it is meant."
                    raise WebError(f"{address} {size}", f"is larger than {most / 1e6:.0f} MB")
                if time.monotonic() > deadline:
                    limit = f"RAG_WEB_SECONDS={self._settings.web_seconds:g}"
                    raise WebError(f"{address} takes longer than {limit}.", "takes too long")
            media_type, _, _ = response.headers.get("content-type", "").partition(";")
            return Fetched(address, bytes(content), media_type.strip().lower(), response.charset_encoding or "")

    def _require_allowed(self, address: str) -> None:
        url = _web_url(address)
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        robots = self._robots[origin]
        if robots and not robots.can_fetch(address, AGENT):
            raise WebError(f"{origin}/robots.txt does not allow {address}.", "may not be read by programs (robots.txt)")
        self._wait(origin, float(robots.crawl_delay(AGENT) or 0) if robots else 0.0)

    def _read_robots(self, origin: str) -> Protego | None:
        """Its rules; None where it has none. A server that fails to say may not be asked for more (RFC 9309)."""
        try:
            fetched = self._follow(f"{origin}/robots.txt", ROBOTS_BYTES, obey=False)
        except _Missing:
            return None
        return Protego.parse(fetched.content.decode("utf-8", errors="replace"))

    def _wait(self, origin: str, delay: float) -> None:
        pause = min(max(delay, self._settings.web_pause), LONGEST_DELAY)
        if origin in self._last:
            time.sleep(max(0.0, self._last[origin] + pause - time.monotonic()))
        self._last[origin] = time.monotonic()


def _web_url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        host = url.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise WebError(f"{address} is no address ({error}).", "is no address of the web") from error
    if url.scheme not in ("http", "https") or not host:
        raise WebError(f"{address} is no address of the web (http:// or https://).", "is no address of the web")
    return url
