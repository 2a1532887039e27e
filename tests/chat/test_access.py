"""Everyone can read: axe finds nothing serious, and the keyboard goes all the way."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Open, Running, Serve, ask, serious

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.timeout(240)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page(chat: Running, read: Open, scheme: str) -> None:
    page = read(chat, color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_selector(".entries li")
    assert serious(page) == []
    ask(page, "In what year did Kosovo become independent?")
    ask(page, "What is the capital of France?")
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    page.click("button[data-event=chats]")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_something_is_wrong(chat: Running, read: Open, scheme: str) -> None:
    page = read(chat, cuts=True, color_scheme=scheme, reduced_motion="reduce")
    ask(page, ROADBLOCKS)
    page.click("button[aria-label='Ask again']")
    page.wait_for_selector(".undo:not([hidden])")
    page.fill("#after", "2022-01-01")
    page.wait_for_selector("#narrowed >> text=left out")
    page.wait_for_selector(".entries .out")
    for path in ("**/gradio_api/run/**", "**/page/icon.svg"):
        page.route(path, lambda route: route.abort())
    page.fill("#question", "Why?")
    page.press("#question", "Enter")
    page.wait_for_selector(".offline:not([hidden])")
    page.fill("#question", "Why? " * 1000)
    page.click("button[data-event=chats]")
    page.click("button[data-event=rename]")
    assert serious(page) == []


def test_axe_finds_nothing_on_a_phone(chat: Running, read: Open) -> None:
    page = read(chat, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, reduced_motion="reduce")
    ask(page, ROADBLOCKS)
    assert serious(page) == []
    page.locator(".answer .mark").first.tap()
    page.wait_for_selector("mark.open")
    assert serious(page) == []


def test_the_keyboard_goes_all_the_way(chat: Running, read: Open) -> None:
    page = read(chat)
    page.keyboard.type(ROADBLOCKS)
    page.keyboard.press("Enter")
    page.wait_for_selector(".foot")
    page.locator(".answer .mark").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Source 2: Serbia has ordered")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.open")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    page.locator("button[data-event=chats]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".popover:not([hidden])")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.event") == "chats"


def test_the_first_tab_skips_to_the_question(chat: Running, read: Open) -> None:
    page = read(chat)
    first = page.locator("a[href], button, input, textarea").first
    assert first.get_attribute("class") == "skip"
    first.focus()
    assert first.bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "question"


def test_those_who_asked_for_calm_see_no_motion(chat: Running, read: Open) -> None:
    page = read(chat, reduced_motion="reduce")
    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).animationName !== 'none').length"
    assert page.evaluate(moving) == 0


def test_axe_finds_nothing_on_the_login_page(serve: Serve, read: Open, tmp_path: Path) -> None:
    from rag.chat.login import add_user
    from rag.chat.server import ServeOptions

    users = tmp_path / "users.txt"
    add_user(users, "ada", "correct horse battery")
    page = read(serve(ServeOptions(users=users)), wait="text=Log in")
    assert serious(page) == []
