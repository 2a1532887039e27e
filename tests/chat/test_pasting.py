"""Web addresses and texts are added as articles: the same limits as for files, and nothing of a private network."""

import httpx
import pytest

from rag.chat.server import ServeOptions
from tests.web_site import BODY, Site

from .conftest import Open, Running, Serve, ask, payloads, serious

pytestmark = pytest.mark.timeout(240)
LIST = "is a list of pages; add one of them"
NOT_PUBLIC = "cannot be reached on the public internet"
TEXT = "Lindholm opens its bridge\n\n4 May 2024\n\nThe bridge of Lindholm was opened by Ada Berg on Saturday."


def _add(chat: Running, content: str = "", **query: str) -> httpx.Response:
    return httpx.post(f"{chat.url}/v1/articles", params=query, content=content.encode(), timeout=60)


def test_an_address_and_a_text_are_added_and_asked_about(serve: Serve, read: Open, site: Site) -> None:
    site.page("/2021/pier")
    page = read(serve(web_private=True, web_pause=0), reduced_motion="reduce")
    page.fill("#paste", f" {site.address}/2021/pier\n")
    page.press("#paste", "Enter")
    page.wait_for_selector(".entries >> text=Tolvik shuts pier")
    page.fill("#paste", TEXT)
    page.press("#paste", "Enter")
    assert page.input_value("#paste") == f"{TEXT}\n"
    page.click("[aria-label='Add what was pasted']")
    page.wait_for_selector(".entries >> text=Lindholm opens its bridge")
    assert page.input_value("#paste") == ""
    ask(page, "Who opened the bridge of Lindholm?")
    assert "Ada Berg" in page.inner_text(".answer")
    ask(page, "Why did Tolvik close its northern pier?")
    assert "cracks" in page.locator(".answer").last.inner_text()
    assert serious(page) == []


def test_what_is_refused_says_why_and_can_be_mended(chat: Running, read: Open, site: Site) -> None:
    page = read(chat)
    address = f"{site.address}/secret"
    page.fill("#paste", address)
    page.press("#paste", "Enter")
    page.wait_for_selector(f".sent .wrong >> text=Not added: it {NOT_PUBLIC}.")
    assert page.input_value("#paste") == address
    assert site.asked == []


def test_what_is_too_large_says_so_before_it_is_sent(serve: Serve, read: Open) -> None:
    page = read(serve(article_bytes=3000))
    page.set_input_files("#files", payloads(("large.txt", b"A word. " * 1000), ("small.txt", b"Ada Berg sings.")))
    page.wait_for_selector(".sent .wrong >> text=Not added: it is larger than 0 MB; split it.")
    page.wait_for_selector(".entries >> text=Ada Berg sings")
    page.fill("#paste", TEXT * 40)
    page.click("[aria-label='Add what was pasted']")
    page.wait_for_function("document.querySelectorAll('.sent .wrong').length === 2")
    assert page.input_value("#paste") == TEXT * 40


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{0}/",
        "http://localhost:{0}/",
        "http://127.1:{0}/",
        "http://2130706433:{0}/",
        "http://0.0.0.0:{0}/",
        "http://[::1]:{0}/",
        "http://[::ffff:127.0.0.1]:{0}/",
        "http://user@127.0.0.1:{0}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.0.1/",
        "http://no-such-host.invalid/",
    ],
)
def test_no_private_address_is_asked_and_none_is_told_from_an_unknown_name(
    chat: Running, site: Site, address: str
) -> None:
    refused = _add(chat, url=address.format(site.address.rpartition(":")[2]))
    assert (refused.status_code, refused.json()["error"]["message"]) == (422, NOT_PUBLIC)
    assert site.asked == []


def test_files_and_other_schemes_are_no_addresses(chat: Running) -> None:
    for address in ("file:///etc/passwd", "ftp://example.org/a", "/etc/passwd"):
        assert _add(chat, url=address).json()["error"]["message"] == "is no address of the web"


def test_pages_have_the_limits_of_files(serve: Serve, site: Site) -> None:
    chat = serve(web_private=True, web_pause=0, chat_rate=5, article_bytes=3000)
    site.page(
        "/feed", f"<rss><channel><item><link>{site.address}/a</link></item></channel></rss>", "application/rss+xml"
    )
    site.page("/big", "a" * 5000)
    site.page("/a.png", b"\x89PNG", "image/png")
    site.page("/a")
    reasons = {"/feed": LIST, "/big": "is larger than 0 MB", "/a.png": "is of no known format (image/png)"}
    reasons["/gone"] = "answered with status 404"
    for path, reason in reasons.items():
        assert _add(chat, url=site.address + path).json()["error"]["message"] == reason
    added = _add(chat, url=f"{site.address}/a").json()
    assert BODY in chat.assistant.article(added["article"]).text
    assert _add(chat, url=f"{site.address}/a").status_code == 429


def test_a_text_is_named_by_its_words_and_replaces_no_other(serve: Serve) -> None:
    chat = serve()
    first, second = _add(chat, TEXT).json(), _add(chat, f"{TEXT} It rained.").json()
    assert first["title"] == second["title"] == "Lindholm opens its bridge"
    assert first["article"] != second["article"]
    assert first["article"].startswith("Lindholm opens its bridge ")
    assert _add(chat, TEXT).json()["updated"]
    assert "is empty" in _add(chat, " \n").text


def test_nothing_is_fetched_where_articles_can_only_be_read(serve: Serve, site: Site) -> None:
    chat = serve(ServeOptions(read_only=True), web_private=True)
    assert _add(chat, url=f"{site.address}/a").status_code == 403
    assert site.asked == []
