"""Address + environment -> an HTTP client: which proxy, which certificates; imported with the first request."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import lru_cache
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.llm.dialects import NormalizingTransport

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_SCHEMES = {"socks": "socks5"}
"""What desktops write, and what httpx calls it."""


def http_client(choice: ModelChoice, seconds: float) -> httpx.Client:
    """A connection pool for one model with this timeout.

    The environment is read here and not by httpx, which fails on ranges and IPv6 addresses in NO_PROXY, and takes a CA
    from it only together with the proxies.

    Raises:
        ModelError: the proxy or the certificates of the environment cannot be used.
    """
    proxy = proxy_of(choice)
    secure = choice.address.lower().startswith("https:")
    named = [os.environ.get(name, "") if secure else "" for name in _CERTIFICATES]
    try:
        transport = NormalizingTransport(httpx.HTTPTransport(verify=_trusted(*named), trust_env=False, proxy=proxy))
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        shown = without_password(proxy or "")
        raise ModelError(
            f"The proxy {shown} of the environment cannot be used: {error} Unset it, or set NO_PROXY."
        ) from error
    return httpx.Client(timeout=seconds, follow_redirects=True, trust_env=False, transport=transport)


def proxy_of(choice: ModelChoice) -> str | None:
    """The proxy that the environment names for a model; None for one on this machine, or in NO_PROXY."""
    if choice.on_this_machine:
        return None
    address = urlsplit(choice.address)
    named = {scheme: proxy.strip() for scheme, proxy in getproxies().items()}
    proxy = named.get(address.scheme) or named.get("all")
    if not proxy or _is_exempt(address.hostname or "", address.port, named.get("no", "")):
        return None
    scheme, separator, rest = proxy.partition("://")
    return f"{_SCHEMES.get(scheme.lower(), scheme.lower())}://{rest}" if separator else f"http://{proxy}"


def without_password(proxy: str) -> str:
    """An address fit to be shown."""
    scheme, _, rest = proxy.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}".removeprefix("://")


def _is_exempt(host: str, port: int | None, exempt: str) -> bool:
    """Whether NO_PROXY names a host: as a name, the end of one, an address, a range of them, with or without port."""
    return any(_names(entry.lower(), host.lower(), port) for entry in exempt.replace(",", " ").split())


def _names(entry: str, host: str, port: int | None) -> bool:
    entry = entry.rpartition("://")[2]
    name, wanted_port = _split_port(entry)
    if wanted_port and wanted_port != str(port):
        return False
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except ValueError:  # one of them is a name
        suffix = name.removeprefix("*").removeprefix(".")
        return host == suffix or host.endswith(f".{suffix}") or fnmatch(host, name)


def _split_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name + (rest if rest.startswith("/") else ""), rest.partition(":")[2]
    name, colon, port = entry.partition(":")
    return (entry, "") if ":" in port else (name, port if colon else "")


@lru_cache(maxsize=4)
def _trusted(file: str, folder: str) -> ssl.SSLContext:
    """The certificates of the file or folder of the environment, else those of httpx; reading them takes 20 ms."""
    try:
        return httpx.create_ssl_context(trust_env=bool(file or folder))
    except OSError as error:
        name = f"SSL_CERT_FILE={file}" if file else f"SSL_CERT_DIR={folder}"
        raise ModelError(
            f"The certificates of {name} cannot be read ({error}). Name a PEM file, or unset it."
        ) from error


@contextmanager
def environment_without_proxies() -> Iterator[None]:
    """The process without proxies and certificates in its environment, for a package that reads them and needs none."""
    named = {name: value for name, value in os.environ.items() if name.upper() in (*_PROXIES, *_CERTIFICATES)}
    for name in named:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(named)
