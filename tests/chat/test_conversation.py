"""Turns and their evidence: what is edited, asked again and left behind, and what the panel may show beside it."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from rag.answering.answer import Answer

from .conftest import Open, Running, Serve, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(240)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"
DISPUTED = "In what year did Kosovo become independent?"
UNKNOWN = "What is the capital of France?"
BOX_OF_QUOTE = "document.querySelector('mark.open').getBoundingClientRect()"


def questions(page: "Page") -> list[str]:
    return page.locator(".question").all_inner_texts()


def edit_first(page: "Page", question: str) -> None:
    page.locator("button[aria-label='Edit the question']").first.click()
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(f".question >> text={question}")
    page.wait_for_function("!document.body.classList.contains('busy')")


def test_after_an_edit_no_evidence_of_the_old_answer_is_shown(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, DISPUTED)
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    edit_first(page, ROADBLOCKS)
    assert page.locator("#source mark").count() == 0
    assert page.locator(".mark.current").count() == 0


def test_a_source_goes_when_its_number_gets_another_quote_while_the_answer_is_written(
    serve: Serve, read: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = serve()
    quotes, written = (running.assistant.ask(question) for question in (DISPUTED, ROADBLOCKS))
    finished = threading.Event()

    def stream(*_: object, **__: object) -> Iterator[Answer]:
        yield quotes
        finished.wait(20)
        yield written

    monkeypatch.setattr(running.assistant, "stream", stream)
    page = read(running)
    page.fill("#question", DISPUTED)
    page.press("#question", "Enter")
    page.locator(".asking .mark").first.click()
    page.wait_for_selector("mark.open")
    finished.set()
    page.wait_for_selector(".foot")
    assert page.locator("#source mark").count() == 0


def test_a_source_says_to_which_of_several_answers_it_belongs(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, DISPUTED)
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    assert not page.locator(".belongs").is_visible()
    ask(page, UNKNOWN)
    assert page.inner_text(".belongs") == f"From the answer to “{DISPUTED}”"


def test_what_followed_an_edited_question_stays_and_the_edit_can_be_undone(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, DISPUTED)
    ask(page, UNKNOWN)
    edit_first(page, ROADBLOCKS)
    assert questions(page) == [ROADBLOCKS, UNKNOWN]
    page.click("text=Undo")
    page.wait_for_selector(".disagreement")
    assert questions(page) == [DISPUTED, UNKNOWN]
    page.reload()
    page.wait_for_selector(".disagreement")
    assert questions(page) == [DISPUTED, UNKNOWN]


def test_asking_an_earlier_question_again_keeps_the_later_ones(chat: Running, read: Open) -> None:
    page = read(chat)
    for question in (DISPUTED, ROADBLOCKS, UNKNOWN):
        ask(page, question)
    page.locator("button[aria-label='Ask again']").first.click()
    page.wait_for_selector(".undo:not([hidden])")
    assert questions(page) == [DISPUTED, ROADBLOCKS, UNKNOWN]


def test_pressing_a_mark_again_goes_back_to_its_sentence_below_the_title_of_its_article(
    chat: Running, read: Open
) -> None:
    page = read(chat, reduced_motion="reduce", viewport={"width": 1280, "height": 420})
    ask(page, ROADBLOCKS)
    mark = page.locator(".answer .mark").first
    mark.click()
    page.wait_for_selector("mark.open")
    page.wait_for_selector(".citations.past")
    title = page.inner_text("#source h2")
    assert page.inner_text(".whose .name").rstrip(" …\N{NO-BREAK SPACE}") in title
    assert page.inner_text(".kicker").startswith(page.inner_text(".whose .day"))
    for back in (mark, page.locator(".where")):
        page.evaluate("document.querySelector('#source').scrollTo(0, 1e6)")
        back.click()
        page.wait_for_function(f"(box => box.top > 0 && box.bottom < innerHeight)({BOX_OF_QUOTE})")


def test_the_title_stays_above_a_source_on_a_phone_too(chat: Running, read: Open) -> None:
    page = read(chat, viewport={"width": 390, "height": 844})
    ask(page, ROADBLOCKS)
    page.locator(".answer .mark").nth(1).click()
    page.wait_for_selector("mark.open")
    page.wait_for_selector(".whose .name")  # visible


def test_a_completed_question_can_be_asked_as_it_stands(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "When did Kosovo declare independence?")
    ask(page, "Who recognized it?")
    page.click("text=Ask it as it stands")
    page.wait_for_selector(".searched", state="detached")
    page.wait_for_function("!document.body.classList.contains('busy')")
    assert questions(page)[1] == "Who recognized it?"


def test_an_answer_under_way_says_that_more_comes(chat: Running, read: Open) -> None:
    page = read(chat)
    gate = chat.assistant.gate = threading.Semaphore(1)
    try:
        page.fill("#question", ROADBLOCKS)
        page.press("#question", "Enter")
        page.wait_for_selector(".sentence")
        assert page.locator(".more").is_visible()
        gate.release(20)
        page.wait_for_selector(".foot")
        assert not page.locator(".more").count()
    finally:
        chat.assistant.gate = None


def test_a_question_that_is_too_long_is_said_to_be_and_stays(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#question", "Why? " * 1000)
    page.press("#question", "Enter")
    assert "at most 4,000 characters. Shorten it by 999." in page.inner_text(".long")
    assert len(page.input_value("#question")) == 5000
    page.fill("#question", "Why?")
    assert not page.locator(".long").is_visible()


def test_a_chat_is_renamed_and_found_by_its_name(chat: Running, read: Open) -> None:
    page = read(chat)
    for question in (DISPUTED, ROADBLOCKS, UNKNOWN, "What is KFOR?", "Why?", "Who put troops on high alert?"):
        ask(page, question)
        page.click("text=New chat")
        page.wait_for_selector(".welcome")
    page.click("button[data-event=chats]")
    page.click(f"button[aria-label='Rename the chat: {ROADBLOCKS}']")
    page.keyboard.type("For the report")
    page.keyboard.press("Enter")
    page.fill("#chats input[type=search]", "REPORT")
    assert page.locator("#chats .name:visible").all_inner_texts() == ["For the report"]
    page.click("#chats >> text=For the report")
    page.wait_for_selector(".sentence")
    ask(page, UNKNOWN)
    page.click("button[data-event=chats]")
    assert page.locator("#chats .name").first.inner_text() == "For the report"
