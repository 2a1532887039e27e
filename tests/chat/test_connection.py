"""Nothing is lost when the network breaks, the server restarts, the page is reloaded, or another tab is opened."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from rag.embedding import Embedder

from .conftest import Open, ask
from .site import Site, site_behind_proxy

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(240)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"
DISPUTED = "In what year did Kosovo become independent?"
UNKNOWN = "What is the capital of France?"


@pytest.fixture(scope="module")
def shared_site(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_behind_proxy(minilm, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    yield shared_site
    shared_site.server.assistant.gate = None
    shared_site.proxy.restore()


def enter(page: "Page", question: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")


def questions(page: "Page") -> list[str]:
    return page.locator(".question").all_inner_texts()


def wait_for_end(page: "Page") -> None:
    page.wait_for_function("!document.body.classList.contains('busy')")


def wait_for_loss(page: "Page") -> str:
    page.wait_for_selector(".offline:not([hidden])")
    return page.inner_text(".offline")


def test_a_cut_leaves_the_conversation_and_the_press_is_carried_out_afterwards(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    ask(page, ROADBLOCKS)
    ask(page, DISPUTED)
    site.proxy.cut()
    page.locator(".answer .mark").first.click()
    assert wait_for_loss(page).startswith("No connection.")
    assert questions(page) == [ROADBLOCKS, DISPUTED]
    site.proxy.restore()
    page.wait_for_selector("mark.open")
    page.wait_for_selector(".offline", state="hidden")
    ask(page, UNKNOWN)
    assert questions(page) == [ROADBLOCKS, DISPUTED, UNKNOWN]


def test_a_restarted_server_goes_on_with_the_chat(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    ask(page, ROADBLOCKS)
    site.kill()
    site.start()
    page.click("button[aria-label='Good answer']")
    page.wait_for_selector("button[aria-label='Good answer'][aria-pressed=true]")
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    ask(page, UNKNOWN)
    assert questions(page) == [ROADBLOCKS, UNKNOWN]


def test_a_question_stays_in_the_box_until_the_server_is_back_and_is_then_asked(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    ask(page, ROADBLOCKS)
    site.kill()
    enter(page, DISPUTED)
    assert "Your question is kept" in wait_for_loss(page)
    assert page.input_value("#question") == DISPUTED
    assert not page.locator(".toast-wrap :visible").count(), "the page speaks in its own voice"
    site.start()
    page.wait_for_selector(".disagreement")
    wait_for_end(page)
    assert questions(page) == [ROADBLOCKS, DISPUTED]
    page.wait_for_function("document.querySelector('#question').value === ''")


def test_words_typed_while_the_server_is_away_stay(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    site.kill()
    enter(page, DISPUTED)
    wait_for_loss(page)
    page.fill("#question", "And what else")
    site.start()
    page.wait_for_selector(".disagreement")
    assert page.input_value("#question") == "And what else"


def test_a_question_that_was_not_sent_can_be_taken_back(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    page.wait_for_selector(".example")  # the offered questions come after the page
    site.proxy.cut()
    page.locator(".example").first.click()
    wait_for_loss(page)
    example = page.input_value("#question")
    page.click("button[aria-label='Stop']")
    wait_for_end(page)
    site.proxy.restore()
    page.wait_for_selector(".offline", state="hidden")
    assert page.input_value("#question") == example != ""
    assert not questions(page)


def test_an_answer_goes_on_while_the_network_is_cut(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    gate = site.server.assistant.gate = threading.Semaphore(1)
    enter(page, ROADBLOCKS)
    page.wait_for_selector(".sentence")
    site.proxy.cut()
    assert "The answer comes" in wait_for_loss(page)
    gate.release(20)
    site.proxy.restore()
    page.wait_for_selector(".foot")
    wait_for_end(page)
    assert page.locator(".sentence").count() > 1


def test_an_answer_that_a_restart_interrupts_is_asked_again(site: Site, read: Open) -> None:
    page = read(site.running, cuts=True)
    ask(page, DISPUTED)
    site.server.assistant.gate = threading.Semaphore(1)
    enter(page, ROADBLOCKS)
    page.wait_for_selector(".asking .sentence")
    site.server.assistant.gate.release(20)
    site.kill()
    wait_for_loss(page)
    site.start()
    wait_for_end(page)
    assert questions(page) == [DISPUTED, ROADBLOCKS]
    assert page.locator(".turn").last.locator(".sentence").count() > 1


def test_a_reload_in_the_middle_of_an_answer_keeps_it(site: Site, read: Open) -> None:
    page = read(site.running)
    gate = site.server.assistant.gate = threading.Semaphore(1)
    enter(page, ROADBLOCKS)
    page.wait_for_selector(".sentence")
    page.fill("#question", "half a thought")
    page.reload()
    page.wait_for_selector(".asking .sentence")
    assert page.input_value("#question") == "half a thought"
    gate.release(20)
    page.wait_for_selector(".foot")
    assert questions(page) == [ROADBLOCKS]


def test_two_tabs_of_one_chat_lose_neither_question(site: Site, read: Open) -> None:
    first = read(site.running)
    ask(first, ROADBLOCKS)
    second = first.context.new_page()
    kept = first.evaluate("sessionStorage.getItem('rag.chat')")
    second.add_init_script(f"sessionStorage.setItem('rag.chat', {kept!r})")  # as a browser does that copies a tab
    second.goto(site.running.url)
    second.wait_for_selector(".sentence")
    ask(first, DISPUTED)
    enter(second, UNKNOWN)
    second.wait_for_selector(".refusal")
    assert questions(second) == [ROADBLOCKS, DISPUTED, UNKNOWN]


def test_the_first_page_is_whole_on_a_slow_machine(site: Site, read: Open) -> None:
    page = read(site.running)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    for _ in range(2):
        page.reload()
        page.wait_for_selector(".welcome")
        page.wait_for_selector(".entries li")
        assert page.inner_text(".total") == "5"
        assert page.locator("h1:visible", has_text="What do the articles say?").count() == 1
