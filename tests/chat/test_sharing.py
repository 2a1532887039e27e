"""A link to a chat: whoever logs in reads it with its sources, nobody changes it, and its owner ends it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from rag.chat.exchanges import Chat, Exchange
from rag.chat.login import add_user
from rag.chat.server import ServeOptions
from rag.chat.sharing import Shares, share_query
from rag.chat.signing import ChatSigner
from rag.embedding import Embedder
from rag.errors import ShareError

from .conftest import Open, Running, ask, log_in, serious, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(300)
DISPUTED = "In what year did Kosovo become independent?"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def guarded(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("guarded")
    for name in ("ada", "ben"):
        add_user(folder / "users.txt", name, PASSWORD)
    with serving(minilm, folder, ServeOptions(users=folder / "users.txt")) as running:
        yield running


def enter(page: "Page", name: str) -> None:
    log_in(page, name, PASSWORD)
    page.wait_for_selector(".welcome, .shared")


def test_a_link_opens_the_chat_for_another_user_who_can_only_read_it(guarded: Running, read: Open) -> None:
    ada = read(guarded, wait="form")
    enter(ada, "ada")
    ask(ada, DISPUTED)
    ada.click("button[data-event=chats]")
    ada.click("text=Make a link")
    link = ada.input_value(".shares input")
    assert serious(ada) == []

    phone = {"viewport": {"width": 390, "height": 600}, "reduced_motion": "reduce"}
    ben = read(guarded, wait="form", path=link.removeprefix(guarded.url), **phone)
    ben.wait_for_url("**again=1")  # he might have been logged in
    enter(ben, "ben")
    assert ben.inner_text(".shared").startswith("Shared by ada on ")
    ben.wait_for_selector(".turn")
    assert ben.evaluate("document.querySelector('#conversation').scrollTop") == 0  # whose it is stands above it
    assert ben.locator(".disagreement .value").all_inner_texts() == ["2008", "2013"]
    ben.locator(".answer .mark").first.click()
    ben.wait_for_selector("mark.open")
    assert ben.locator("#question, button[aria-label='Ask again'], button[aria-label='Good answer']").count() == 1
    assert not ben.locator("#question").is_visible()
    assert serious(ben) == []

    token = link.rpartition("=")[2]
    body = {"data": [{"chat": f"shared-{token}", "text": "What is KFOR?", "turn": "forged"}]}
    asked = httpx.post(f"{guarded.url}/gradio_api/run/page_ask", json=body, auth=("ben", PASSWORD), timeout=60)
    assert "What is KFOR?" not in asked.text
    ben.reload()
    ben.wait_for_selector(".shared")
    assert ben.locator(".turn").count() == 1

    ada.click("text=Stop sharing")
    ada.wait_for_selector("text=Make a link")
    ben.reload()
    ben.wait_for_selector(".shared >> text=This chat is not shared, or not any more.")
    ben.click("text=Ask questions of your own")
    ben.wait_for_selector(".welcome")


def test_beside_a_shared_chat_articles_are_read_and_neither_added_nor_chosen(guarded: Running, read: Open) -> None:
    chat = Chat("chat-of-ada", (Exchange("What is KFOR?", stage="stopped", id="one"),))
    folder = guarded.assistant.settings.chat_folder
    token = Shares(folder / "shared", ChatSigner(folder / "key")).share(chat, "ada")
    page = read(guarded, wait="form")
    enter(page, "ben")
    page.fill("#after", "2022-01-01")
    page.wait_for_selector("#narrowed >> text=Asking within")
    page.goto(f"{guarded.url}/?shared={token}&again=1")
    page.wait_for_selector(".shared-chat .entries li")
    for control in (".drop", "#collection", ".dates", "[data-choose]", ".entries .remove", "#narrowed"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator(".entries .out").count() == 0
    page.locator(".entries .link").first.click()
    page.wait_for_selector(".paper")
    page.click("text=Ask questions of your own")
    page.wait_for_selector("#narrowed >> text=Asking within")
    assert page.locator(".drop").is_visible()


def test_without_login_there_is_nobody_to_share_with(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, DISPUTED)
    page.click("button[data-event=chats]")
    page.wait_for_selector("text=Save as")
    assert not page.locator("text=Make a link").is_visible()


def test_the_way_through_the_login_leads_to_the_chat_and_nowhere_else(guarded: Running) -> None:
    token = "a" * 24
    first = httpx.get(f"{guarded.url}/?shared={token}&next=//evil.example", timeout=60)
    assert (first.status_code, first.headers["location"]) == (303, f"./login?shared={token}")
    page = httpx.get(f"{guarded.url}/login?shared={token}", timeout=60).text
    assert f'content="0; url=./?shared={token}&amp;again=1"' in page
    assert "refresh" not in httpx.get(f"{guarded.url}/login?shared={token}&again=1", timeout=60).text
    data = {"name": "ada", "password": PASSWORD}
    entered = httpx.post(f"{guarded.url}/login?shared={token}", data=data, timeout=60)
    assert entered.headers["location"] == f"./?shared={token}"
    assert share_query("shared=../../etc/passwd") == ""


def test_only_the_owner_ends_a_link_and_a_file_opens_under_its_own_name_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = Shares(tmp_path / "shared", ChatSigner(tmp_path / "key"))
    chat = Chat("chat-of-ada", (Exchange("What is KFOR?", stage="stopped", id="one"),))
    token = shares.share(chat, "ada")
    shares.end(chat.id, "ben")
    opened = shares.open(token)
    assert opened
    assert (opened.owner, opened.chat) == ("ada", chat)
    assert shares.share(chat, "ada") == token
    other = tmp_path / "shared" / f"{'b' * 24}.json"
    other.write_bytes((tmp_path / "shared" / f"{token}.json").read_bytes())
    assert shares.open("b" * 24) is None
    monkeypatch.setattr("rag.chat.sharing.MOST_SHARED", 2)
    with pytest.raises(ShareError):
        shares.share(Chat("another-chat"), "ada")
    shares.end(chat.id, "ada")
    assert shares.open(token) is None
