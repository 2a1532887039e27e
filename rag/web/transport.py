"""Host -> connection: resolves a name once, refuses private addresses, and connects to the address it looked at."""

import ipaddress
import socket
from collections.abc import Iterable, Iterator

import httpcore
import httpx

from rag.errors import WebError

SOCKET_OPTION = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
NOT_PUBLIC = "cannot be reached on the public internet"
"""One reason for names that are unknown and names of a private network, so that a reader cannot tell which exist."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""Forms of IPv4 addresses that are local (RFC 8215), or no longer in use on the public internet."""


def is_public(address: str) -> bool:
    """Whether an address is of the public internet, and holds no private one inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip.is_site_local or any(ip in network for network in _TRANSLATED):
            return False
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded and not is_public(str(embedded)):
            return False
    return ip.is_global and not ip.is_multicast


def resolve(host: str, port: int, *, private: bool) -> list[str]:
    """The addresses of a host.

    Args:
        host: a name or an address.
        port: to connect to.
        private: whether addresses of private networks are allowed.

    Raises:
        WebError: it has none, or any of them is private: a name that leads to both is a trap.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebError(
            f"{host} cannot be found ({error}). Are you online? A page that you saved yourself: rag ingest FILE",
            NOT_PUBLIC,
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    hidden = [address for address in addresses if not private and not is_public(address)]
    if hidden:
        raise WebError(
            f"{host} leads to {hidden[0]}, an address of a private network. If it is meant: RAG_WEB_PRIVATE=true",
            NOT_PUBLIC,
        )
    return addresses


class GuardedBackend(httpcore.SyncBackend):
    """Connects to addresses that were looked at, so that no second answer of a name server is believed.

    Args:
        private: whether addresses of private networks are allowed.
    """

    def __init__(self, *, private: bool) -> None:
        super().__init__()
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of a host that answers."""
        *others, last = resolve(host, port, private=self._private)
        for address in others:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx.BaseTransport):
    """The transport of an `httpx.Client` whose every connection, also of a redirect, goes through `GuardedBackend`.

    Proxies of the environment are not used: a proxy would resolve names itself.

    Args:
        private: whether addresses of private networks are allowed.
    """

    def __init__(self, *, private: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=GuardedBackend(private=private)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()
