"""Pages of a real local server: what is fetched, what is refused, and why."""

import gzip
import socket
import time
from datetime import date
from pathlib import Path

import httpcore
import pytest
from typer.testing import CliRunner

from rag.articles import load_articles
from rag.cli import app
from rag.errors import WebError
from rag.settings import Settings
from rag.web import download_page, download_pages
from rag.web.transport import is_public
from tests.web_site import BODY, Site


@pytest.fixture
def local() -> Settings:
    return Settings(web_private=True, web_pause=0, web_seconds=20)


def names(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix().split("/", 1)[1] for file in folder.rglob("*") if file.is_file())


def test_a_page_becomes_a_file_that_is_read_as_an_article(site: Site, local: Settings, tmp_path: Path) -> None:
    site.page("/2021/pier")
    (file,) = download_pages(f"{site.address}/2021/pier", tmp_path, local).files
    (article,) = load_articles(file, tmp_path).articles
    assert article.id.endswith("/2021/pier.html")
    assert (article.title, BODY in article.text) == ("Tolvik shuts pier", True)
    assert all(agent.startswith("rag/") for agent in site.agents)


def test_the_encoding_that_a_server_states_counts(site: Site, local: Settings, tmp_path: Path) -> None:
    site.page("/a.txt", "Café Müller closed.".encode("cp1250"), "text/plain; charset=windows-1250")
    (file,) = download_pages(f"{site.address}/a.txt", tmp_path, local).files
    assert file.read_text(encoding="utf-8-sig") == "Café Müller closed."


@pytest.mark.parametrize("zipped", [False, True])
def test_a_sitemap_lists_pages_and_since_leaves_older_ones_out(
    site: Site,
    local: Settings,
    tmp_path: Path,
    zipped: bool,  # noqa: FBT001
) -> None:
    listed = [("/old", "<lastmod>2019-01-01</lastmod>"), ("/new", "<lastmod>2021-03-12T08:00Z</lastmod>"), ("/any", "")]
    urls = "".join(f"<url><loc>{site.address}{path}</loc>{day}</url>" for path, day in listed)
    content = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    site.page("/pages.xml", gzip.compress(content) if zipped else content, "application/xml")
    site.page("/sitemap.xml", "<sitemapindex><sitemap><loc>/pages.xml</loc></sitemap></sitemapindex>", "text/xml")
    for path, _ in listed:
        site.page(path)
    downloads = download_pages(f"{site.address}/sitemap.xml", tmp_path, local, date(2021, 1, 1))
    assert (names(tmp_path), downloads.skipped, downloads.failed) == (["any.html", "new.html"], 1, ())
    assert "/old" not in site.asked


@pytest.mark.parametrize(
    "feed",
    [
        "<rss><channel><item><link>{0}/a</link><pubDate>Fri, 12 Mar 2021 08:00:00 GMT</pubDate></item>"
        "<item><guid>{0}/b?id=1</guid></item><item><link>{0}/gone</link></item></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        '<entry><link href="/a"/><updated>2021-03-12T08:00:00Z</updated></entry>'
        '<entry><link rel="self" href="/x"/><link rel="alternate" href="/b?id=1"/></entry>'
        '<entry><link href="/gone"/></entry></feed>',
    ],
)
def test_a_feed_lists_pages_and_one_that_is_gone_is_told(
    site: Site, local: Settings, tmp_path: Path, feed: str
) -> None:
    site.page("/feed", feed.format(site.address), "application/rss+xml")
    site.page("/a")
    site.page("/b?id=1")
    downloads = download_pages(f"{site.address}/feed", tmp_path, local)
    assert [page.address for page in downloads.failed] == [f"{site.address}/gone"]
    assert "answered with status 404" in downloads.failed[0].reason
    assert names(tmp_path)[0] == "a.html"
    assert len(downloads.files) == 2


def test_robots_txt_is_honoured_and_asked_once(site: Site, local: Settings, tmp_path: Path) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private*secret\nAllow: /\n", "text/plain")
    site.page("/private/secret")
    site.page("/open")
    urls = "".join(f"<url><loc>{site.address}{path}</loc></url>" for path in ("/private/secret", "/open"))
    site.page("/sitemap.xml", f"<urlset>{urls}</urlset>", "text/xml")
    downloads = download_pages(f"{site.address}/sitemap.xml", tmp_path, local)
    assert [page.reason for page in downloads.failed] == [
        f"{site.address}/robots.txt does not allow {site.address}/private/secret."
    ]
    assert site.asked.count("/robots.txt") == 1
    assert "/private/secret" not in site.asked


def test_a_site_whose_robots_txt_fails_is_left_alone(site: Site, local: Settings, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = (503, {}, b"")
    site.page("/a")
    with pytest.raises(WebError, match=r"robots\.txt answered with status 503"):
        download_pages(f"{site.address}/a", tmp_path, local)
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
def test_an_address_of_this_machine_is_refused_unless_allowed(site: Site, tmp_path: Path, host: str) -> None:
    port = site.address.rpartition(":")[2]
    with pytest.raises(WebError, match=r"private network. If it is meant: RAG_WEB_PRIVATE=true"):
        download_pages(f"http://{host}:{port}/a", tmp_path, Settings(web_pause=0))
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *(("8.8.8.8", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("192.168.1.1", False)),
        *(("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False)),
        *(("::1", False), ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:10.0.0.1", False)),
        *(("64:ff9b:1::7f00:1", False), ("::127.0.0.1", False), ("::ffff:0:127.0.0.1", False), ("fec0::1", False)),
        *(("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("224.0.0.1", False), ("255.255.255.255", False)),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001
    assert is_public(address) == public


@pytest.mark.parametrize("address", ["http://[::1", "http://a\x01b/", "http://\u2100/", "http://xn--a/"])
def test_an_address_that_is_none_is_refused_by_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(WebError, match="is no address"):
        download_pages(address, tmp_path, Settings(web_pause=0))


@pytest.fixture
def elsewhere(site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names with the addresses that a name server gives; the public 8.8.8.8 is the local server."""
    known: dict[str, list[str]] = {}
    found, connect = socket.getaddrinfo, httpcore.SyncBackend.connect_tcp

    def answer(host: str, port: int, family: int = 0, type: int = 0) -> object:
        if host not in known:
            return found(host, port, family, type)
        addresses = known[host]
        given = [addresses.pop(0)] if len(addresses) > 1 and addresses[0] == "8.8.8.8" else addresses
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in given]

    def to_site(self: httpcore.SyncBackend, host: str, port: int, *rest: object) -> object:
        return connect(self, "127.0.0.1" if host == "8.8.8.8" else host, port, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", to_site)
    return known


def test_a_redirect_to_a_private_address_is_refused(
    site: Site, elsewhere: dict[str, list[str]], tmp_path: Path
) -> None:
    elsewhere["news.example"] = ["8.8.8.8"]
    port = site.address.rpartition(":")[2]
    site.answers["/a"] = (302, {"Location": f"{site.address}/secret"}, b"")
    site.page("/secret")
    with pytest.raises(WebError, match=r"127\.0\.0\.1, an address of a private network"):
        download_pages(f"http://news.example:{port}/a", tmp_path, Settings(web_pause=0))
    assert "/secret" not in site.asked


def test_a_name_that_also_leads_to_a_private_address_is_refused(
    site: Site, elsewhere: dict[str, list[str]], tmp_path: Path
) -> None:
    elsewhere["news.example"] = ["10.0.0.1", "8.8.8.8"]
    with pytest.raises(WebError, match=r"10\.0\.0\.1, an address of a private network"):
        download_pages("http://news.example/a", tmp_path, Settings(web_pause=0))


def test_a_name_server_that_changes_its_mind_is_not_believed(
    site: Site, elsewhere: dict[str, list[str]], tmp_path: Path
) -> None:
    elsewhere["news.example"] = ["8.8.8.8", "127.0.0.1"]  # public when first asked, private afterwards
    port = site.address.rpartition(":")[2]
    site.answers["/robots.txt"] = (404, {"Connection": "close"}, b"")
    site.page("/a")
    with pytest.raises(WebError, match="private network"):
        download_pages(f"http://news.example:{port}/a", tmp_path, Settings(web_pause=0))
    assert "/a" not in site.asked


def test_redirects_are_followed_a_few_times(site: Site, local: Settings, tmp_path: Path) -> None:
    site.answers["/a"] = (301, {"Location": "/b"}, b"")
    site.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    site.page("/b")
    assert download_pages(f"{site.address}/a", tmp_path, local).files[0].name == "b.html"
    with pytest.raises(WebError, match="more than 5 redirects"):
        download_pages(f"{site.address}/loop", tmp_path, local)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://example.org/a", "no address of the web"),
        ("http:///a", "no address of the web"),
        ("http://no-such-host.invalid/a", r"no-such-host\.invalid cannot be found .* Are you online\?"),
        ("http://127.0.0.1:9/a", "cannot be fetched"),
    ],
)
def test_what_cannot_be_fetched_says_why(local: Settings, tmp_path: Path, address: str, reason: str) -> None:
    with pytest.raises(WebError, match=reason):
        download_pages(address, tmp_path, local)


def test_too_much_too_many_and_no_format_name_their_limit(site: Site, local: Settings, tmp_path: Path) -> None:
    site.page("/big", "a" * 5000)
    site.page("/bomb", gzip.compress(b"a" * 5000))
    site.answers["/bomb"][1]["Content-Encoding"] = "gzip"
    site.page("/a.png", b"\x89PNG", "image/png")
    site.page("/sitemap.xml", "<urlset>" + f"<url><loc>{site.address}/big</loc></url><url><loc>/a</loc></url></urlset>")
    small = local.model_copy(update={"article_bytes": 2000, "web_pages": 1})
    for path in ("/big", "/bomb"):
        with pytest.raises(WebError, match="sends more than RAG_ARTICLE_BYTES=2000"):
            download_pages(site.address + path, tmp_path, small)
    with pytest.raises(WebError, match=r"of no known format \(image/png\)"):
        download_pages(f"{site.address}/a.png", tmp_path, small)
    with pytest.raises(WebError, match="lists 2 pages, more than RAG_WEB_PAGES=1"):
        download_pages(f"{site.address}/sitemap.xml", tmp_path, small)


def test_a_single_page_is_fetched_without_a_file_and_a_list_of_pages_is_none(site: Site, local: Settings) -> None:
    site.page("/2021/pier")
    page = download_page(f"{site.address}/2021/pier", local)
    assert page.name.endswith("_2021_pier.html")
    assert BODY.encode() in page.content
    long = "/" + "/".join(["harbour"] * 20)
    for path in (f"{long}/a", f"{long}/b"):
        site.page(path)
    names = {download_page(site.address + path, local).name for path in (f"{long}/a", f"{long}/b")}
    assert len(names) == 2
    assert max(map(len, names)) < 100
    site.page("/sitemap.xml", "<urlset></urlset>", "text/xml")
    with pytest.raises(WebError, match="rag ingest"):
        download_page(f"{site.address}/sitemap.xml", local)


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        with pytest.raises(WebError, match="cannot be fetched"):
            download_pages(address, tmp_path, Settings(web_private=True, web_seconds=0.5))
        assert time.monotonic() - begun < 30


def test_names_of_files_stay_below_the_folder(site: Site, local: Settings, tmp_path: Path) -> None:
    paths = ["/%2e%2e/%2e%2e/etc/passwd", "/a%2Fb/..%5Cc", "/", "/x.html?page=2", "/x.html?page=3", "/" + "y" * 300]
    for path in paths:
        site.page(path)
    files = [download_pages(site.address + path, tmp_path, local).files[0] for path in paths]
    assert all(file.resolve().is_relative_to(tmp_path.resolve()) for file in files)
    assert len({*files}) == len(paths)


def test_the_command_fetches_and_indexes_what_it_fetched(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_WEB_PRIVATE", "true")
    monkeypatch.setenv("RAG_WEB_PAUSE", "0")
    monkeypatch.setenv("RAG_READER", "none")
    site.page("/sitemap.xml", f"<urlset><url><loc>/pier</loc></url><url><loc>{site.address}/gone</loc></url></urlset>")
    site.page("/pier")
    result = CliRunner().invoke(app, ["ingest", f"{site.address}/sitemap.xml"])
    assert result.exit_code == 1
    assert f"{site.address}/sitemap.xml: 1 fetched, 1 failed" in result.output
    assert f"skipped {site.address}/gone: {site.address}/gone answered with status 404." in result.output
    assert ".rag-pages: 1 added, 0 updated, 0 removed" in result.output
    assert [file.name for file in (tmp_path / ".rag-pages").rglob("*.html")] == ["pier.html"]
