"""Web address -> files in a folder: one page, or every page of a sitemap or feed."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from rag.articles.formats import FORMATS
from rag.errors import WebError
from rag.settings import Settings
from rag.web.fetching import Fetched, WebClient
from rag.web.listing import Link, Listing, read_listing

SITEMAPS = 50
"""Most sitemaps of one index that are read."""
PART_CHARS = 80
"""Longest part of a file's path."""
NAME_BYTES = 80
"""Longest name of a single page, in UTF-8, without checksum and suffix."""
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "text/csv": ".csv",
    "application/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_TEXT = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/csv")
_UNSAFE = re.compile(r"[^\w.()+@,=-]")


class PageFailure(NamedTuple):
    """A page that could not be fetched, and why."""

    address: str
    reason: str


class Downloads(NamedTuple):
    """What was fetched."""

    files: tuple[Path, ...]
    failed: tuple[PageFailure, ...] = ()
    skipped: int = 0
    """Pages of the list that are older than asked for."""


class WebPage(NamedTuple):
    """A page that was fetched."""

    name: str
    """Of a file for it: host and path, with the suffix of its format."""
    content: bytes


def download_pages(address: str, folder: Path, settings: Settings, since: date | None = None) -> Downloads:
    """Fetch a page, or the pages of a sitemap or feed, into files of a folder; a page that failed is told.

    Args:
        address: of a page, a sitemap, an index of sitemaps, an RSS or Atom feed.
        folder: for the files, one folder a host; a file that is there is written anew.
        settings: limits.
        since: first day of the pages wanted from a sitemap or feed; those without a day are fetched.

    Raises:
        WebError: the address itself cannot be fetched, or lists more pages than `settings.web_pages`.
    """
    with WebClient(settings) as client:
        first = client.fetch(address)
        listing = read_listing(first.content, settings.article_bytes)
        if listing is None:
            return Downloads((_save(first, folder),))
        failed: list[PageFailure] = []
        listed = [*dict.fromkeys(_pages(client, first.address, listing, settings, failed))]
        wanted = [link for link in listed if not since or not link.day or link.day >= since]
        if len(wanted) > settings.web_pages:
            raise WebError(
                f"{address} lists {len(wanted)} pages, more than RAG_WEB_PAGES={settings.web_pages}."
                " Narrow it: --since DATE, or raise the limit."
            )
        files = [*_fetch_all(client, wanted, folder, failed)]
    return Downloads(tuple(files), tuple(failed), len(listed) - len(wanted))


def download_page(address: str, settings: Settings) -> WebPage:
    """Fetch one page, and write nothing.

    Args:
        address: of a page; not of a sitemap or feed.
        settings: limits.

    Raises:
        WebError: it cannot be fetched, or lists other pages.
    """
    with WebClient(settings) as client:
        page = client.fetch(address)
    if read_listing(page.content, settings.article_bytes) is not None:
        raise WebError(f"{address} lists pages. Read them: rag ingest {address}", "is a list of pages; add one of them")
    return WebPage(_flat_name(_relative_path(page.address, _suffix(page))), _marked(page))


def _flat_name(path: Path) -> str:
    """A path as the name of one file; a long one ends in a checksum."""
    stem = "_".join([*path.parts[:-1], path.stem])
    if len(stem.encode()) <= NAME_BYTES:
        return stem + path.suffix
    start = stem.encode()[:NAME_BYTES].decode(errors="ignore")
    return f"{start}-{hashlib.sha256(stem.encode()).hexdigest()[:10]}{path.suffix}"


def _pages(
    client: WebClient, base: str, listing: Listing, settings: Settings, failed: list[PageFailure]
) -> Iterator[Link]:
    yield from (link._replace(address=urljoin(base, link.address)) for link in listing.pages)
    for link in listing.sitemaps[:SITEMAPS]:
        try:
            fetched = client.fetch(urljoin(base, link.address))
        except WebError as error:
            failed.append(PageFailure(link.address, str(error)))
            continue
        inner = read_listing(fetched.content, settings.article_bytes) or Listing(())
        yield from (page._replace(address=urljoin(fetched.address, page.address)) for page in inner.pages)


def _fetch_all(client: WebClient, links: list[Link], folder: Path, failed: list[PageFailure]) -> Iterator[Path]:
    for link in links:
        try:
            yield _save(client.fetch(link.address), folder)
        except WebError as error:
            failed.append(PageFailure(link.address, str(error)))


def _save(page: Fetched, folder: Path) -> Path:
    file = folder / _relative_path(page.address, _suffix(page))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_marked(page))
    except OSError as error:
        raise WebError(f"{file} cannot be written ({error.strerror}). Set RAG_PAGES_DIR.") from error
    return file


def _marked(page: Fetched) -> bytes:
    """The page in UTF-8 with its mark where the server states another encoding, which the page need not repeat."""
    if page.media_type not in _TEXT or not page.charset:
        return page.content
    try:
        return page.content.decode(page.charset).encode("utf-8-sig")
    except (LookupError, UnicodeError):
        return page.content


def _suffix(page: Fetched) -> str:
    named = Path(urlsplit(page.address).path).suffix.lower()
    if suffix := _SUFFIXES.get(page.media_type):
        return named if named in FORMATS and page.media_type == "text/plain" else suffix
    if named in FORMATS and page.media_type in ("", "application/octet-stream", "binary/octet-stream"):
        return named
    unknown = f"is of no known format ({page.media_type or 'no media type'})"
    raise WebError(f"{page.address} {unknown}.", unknown)


def _relative_path(address: str, suffix: str) -> Path:
    """A path that names the page: host, then the parts of its path; what would clash or is long ends in a checksum."""
    url = urlsplit(address)
    parts = [_UNSAFE.sub("_", unquote(part)).strip(".")[:PART_CHARS] for part in url.path.split("/")]
    *folders, name = [part for part in parts if part] or ["index"]
    stem = name.removesuffix(suffix) or "index"
    if url.query or len(name) == PART_CHARS:
        stem += "-" + hashlib.sha256(address.encode()).hexdigest()[:10]
    host = _UNSAFE.sub("_", url.netloc.rpartition("@")[2]) or "_"
    return Path(host, *folders, stem + suffix)
