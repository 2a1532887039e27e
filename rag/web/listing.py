"""Sitemap or feed -> the addresses of its pages, with their days."""

import zlib
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from rag.articles.dating import metadata_date

GZIP = b"\x1f\x8b"


class Link(NamedTuple):
    """A page that a sitemap or feed lists."""

    address: str
    day: date | None
    """Of publication or of the last change; None where it states none."""


class Listing(NamedTuple):
    """What a sitemap or feed lists."""

    pages: tuple[Link, ...]
    sitemaps: tuple[Link, ...] = ()
    """Further sitemaps, of the index of a large site."""


def read_listing(content: bytes, most: int) -> Listing | None:
    """The links of a sitemap, an index of sitemaps, an RSS or Atom feed; None where the content is none of them.

    Args:
        content: as a server sent it, packed by gzip or not.
        most: largest size in bytes to which it may unpack; the rest is ignored.
    """
    from lxml import etree

    content = _unpacked(content, most)
    if content.lstrip()[:1] != b"<":
        return None
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    kind = etree.QName(root).localname.lower() if root is not None else ""
    if kind == "urlset":
        return Listing(tuple(_places(root, "url")))
    if kind == "sitemapindex":
        return Listing((), tuple(_places(root, "sitemap")))
    return Listing(tuple(_entries(root))) if kind in ("rss", "rdf", "feed") else None


def _unpacked(content: bytes, most: int) -> bytes:
    if not content.startswith(GZIP):
        return content
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, most)
    except zlib.error:
        return b""


def _places(root: Any, name: str) -> Iterator[Link]:  # noqa: ANN401 - lxml has no types
    for place in root.iter(f"{{*}}{name}"):
        if address := _text(place, "loc"):
            yield Link(address, metadata_date(_text(place, "lastmod")))


def _entries(root: Any) -> Iterator[Link]:  # noqa: ANN401 - lxml has no types
    for entry in root.iter("{*}item", "{*}entry"):
        links = [link.get("href") for link in entry.iter("{*}link") if link.get("rel", "alternate") == "alternate"]
        address = next((link for link in links if link), "") or _text(entry, "link") or _text(entry, "guid")
        days = (metadata_date(_text(entry, name)) for name in ("pubDate", "published", "date", "updated"))
        if address:
            yield Link(address, next((day for day in days if day), None))


def _text(parent: Any, name: str) -> str:  # noqa: ANN401 - lxml has no types
    element = parent.find(f"{{*}}{name}")
    return (element.text or "").strip() if element is not None else ""
