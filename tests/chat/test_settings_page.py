"""The page of settings: who may see it, what it shows, and what it never shows."""

from pathlib import Path

import httpx
import pytest

from rag.chat.login import add_user
from rag.chat.server import ServeOptions
from rag.chat.settings_page import Operators

from .conftest import Open, Running, Serve, log_in, serious

pytestmark = pytest.mark.timeout(240)
KEY = "sk-very-secret-key"
PASSWORD = "correct horse battery"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    file = tmp_path / "users.txt"
    for name in ("ada", "ben"):
        add_user(file, name, PASSWORD)
    return file


def test_on_this_machine_the_page_tells_what_runs_and_never_a_key(
    serve: Serve, read: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    running = serve(chat_title=f"News {KEY}", confidence=0.25)  # a key typed into the wrong place
    page = read(running)
    page.click("#to-settings")
    page.wait_for_selector("h1 >> text=Settings")
    shown = page.inner_text("main")
    assert "quotes, word for word; RAG_LLM=quotes" in shown
    assert "0.25\nconfidence below which the articles are said not to say it" in shown
    assert "RAG_CONFIDENCE\n0.25 set" in shown
    assert "News ***" in shown
    assert KEY not in page.content()
    assert serious(page) == []
    page.click("text=Back to the chat")
    page.wait_for_selector(".welcome")


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_the_page_can_be_read_in_the_dark_and_on_a_phone(chat: Running, read: Open, options: dict[str, object]) -> None:
    page = read(chat, path="/settings", wait="h1", **options)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_comes_through_a_proxy_is_not_this_machine(chat: Running) -> None:
    refused = httpx.get(f"{chat.url}/settings", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60)
    assert (refused.status_code, "RAG_CHAT_OPERATORS" in refused.text) == (403, True)


def test_where_users_log_in_only_operators_see_it(serve: Serve, read: Open, users: Path) -> None:
    running = serve(ServeOptions(users=users), chat_operators="ada, eve")
    assert httpx.get(f"{running.url}/settings", timeout=60).status_code == 401
    for name, status in (("ada", 200), ("ben", 403)):
        assert httpx.get(f"{running.url}/settings", auth=(name, PASSWORD), timeout=60).status_code == status
        page = read(running, wait="form")
        log_in(page, name, PASSWORD)
        page.wait_for_selector(".welcome")
        assert page.locator("#to-settings").is_visible() == (status == 200)


@pytest.mark.parametrize(
    ("names", "login", "loopback", "user", "seen"),
    [
        ("", True, False, "ada", False),
        ("", False, False, "", False),  # --force, and nobody named
        ("*", False, False, "", True),
        ("*", True, False, "ben", True),
        ("ada", False, True, "", True),
    ],
)
def test_nobody_is_an_operator_by_chance(names: str, *, login: bool, loopback: bool, user: str, seen: bool) -> None:
    assert Operators(names, login=login, loopback=loopback).admits(user, {}) == seen
