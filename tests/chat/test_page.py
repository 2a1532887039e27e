"""The page in a real browser: reading, asking, following a citation, keeping a chat."""

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.articles.formats.word import word_document
from rag.assistant import Assistant
from rag.chat.server import ServeOptions
from rag.settings import Settings

from .conftest import Open, Running, Serve, ask, payloads

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(180)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"
DISPUTED = "In what year did Kosovo become independent?"
UNKNOWN = "What is the capital of France?"


def totals(page: "Page", articles: int) -> None:
    """Wait until the page counts so many articles: the list is asked for when the page opens and comes later."""
    page.wait_for_function(f"document.querySelector('.total').textContent === '{articles}'")


def test_sentences_arrive_one_after_the_other(serve: Serve, read: Open) -> None:
    chat = serve()
    page = read(chat)
    chat.assistant.gate = threading.Semaphore(0)
    page.fill("#question", ROADBLOCKS)
    page.press("#question", "Enter")
    page.wait_for_selector(".reading")
    counts: list[int] = []
    for _ in range(2):
        chat.assistant.gate.release()
        page.wait_for_function(f"document.querySelectorAll('.sentence').length > {len(counts)}")
        counts.append(page.locator(".sentence").count())
    assert counts == [1, 2]
    chat.assistant.gate.release(20)
    page.wait_for_selector(".foot")
    assert page.inner_text(".cost") == "Quoted word for word"
    assert re.search(r"quotes · \d", page.get_attribute(".cost", "title") or "")


def test_a_mark_opens_the_article_at_the_very_sentence_it_cites(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    marks = page.locator(".answer .mark")
    for number in range(marks.count()):
        quote = marks.nth(number).get_attribute("data-quote")
        marks.nth(number).click()
        page.wait_for_function(f"document.querySelector('.where')?.innerText.startsWith('Source {number + 1}')")
        marked = page.eval_on_selector("mark.open", "mark => mark.textContent")
        assert marked == quote
        assert page.locator("mark.open").is_visible()
    assert "27 December 2022" in page.inner_text(".kicker")
    assert page.inner_text("#source h2").startswith("Serbia has ordered its military")


def test_the_next_and_previous_citation_are_one_press_away(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.locator(".answer .mark").first.click()
    page.click("button[aria-label='Next citation']")
    page.wait_for_function("document.querySelector('.where').innerText.startsWith('Source 2')")
    page.locator("#source h2").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('.where').innerText.startsWith('Source 1')")
    assert page.locator(".answer .mark.current").inner_text() == "1"


def test_hovering_a_mark_previews_its_quote(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    mark = page.locator(".answer .mark").first
    mark.hover()
    assert str(mark.get_attribute("data-quote")) in page.inner_text("#preview")
    page.mouse.move(1, 1)
    page.wait_for_selector("#preview", state="detached")


def test_an_unanswered_question_shows_the_nearest_passages(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, UNKNOWN)
    assert page.inner_text(".refusal") == "The articles do not say."
    page.locator(".nearest .passage").first.click()
    page.wait_for_selector("mark.open")


def test_a_disagreement_stands_side_by_side_with_dates(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, DISPUTED)
    assert page.locator(".disagreement .value").all_inner_texts() == ["2008", "2013"]
    assert "27 December 2022" in page.inner_text(".disagreement")
    boxes = page.eval_on_selector_all(
        ".disagreement section", "all => all.map(section => section.getBoundingClientRect().toJSON())"
    )
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]


def test_the_newest_question_comes_to_the_top_and_its_answer_in_view(chat: Running, read: Open) -> None:
    page = read(chat, reduced_motion="reduce", viewport={"width": 1100, "height": 560})
    for question in (ROADBLOCKS, DISPUTED, ROADBLOCKS):
        ask(page, question)
    tops = page.evaluate("""() => ['#conversation', '.turn']
        .map(one => [...document.querySelectorAll(one)].at(-1).getBoundingClientRect().top)""")
    assert abs(tops[1] - tops[0]) < 2  # measured at once: what to ask next draws the turn anew
    assert page.locator(".sentence").last.is_visible()


def test_a_follow_up_is_understood_and_tells_what_was_searched_for(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "When did Kosovo declare independence?")
    ask(page, "Who recognized it?")
    assert page.inner_text(".searched").startswith("Read together with “When did Kosovo declare independence?”")
    assert "recogni" in page.locator(".answer").last.inner_text()


def test_files_can_be_dropped_anywhere_on_the_page(serve: Serve, read: Open) -> None:
    page = read(serve())
    page.evaluate("""() => {
        const carried = new DataTransfer();
        carried.items.add(new File(["Ada Berg opened the bridge of Lindholm."], "bridge.txt"));
        for (const name of ["dragover", "drop"])
            document.querySelector("#conversation").dispatchEvent(
                new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: carried}));
    }""")
    page.wait_for_selector(".sent >> text=Added")
    page.wait_for_function("document.querySelector('.total').textContent === '6'")


def test_examples_from_the_corpus_are_answered(chat: Running, read: Open) -> None:
    page = read(chat)
    page.wait_for_selector(".example")
    offered = page.locator(".example").all_inner_texts()
    assert len(offered) >= 3
    page.locator(".example").first.click()
    page.wait_for_selector(".foot")
    assert page.inner_text(".question") == offered[0]
    assert page.locator(".sentence").count()


def test_stop_ends_an_answer_at_once_and_keeps_what_stands(serve: Serve, read: Open) -> None:
    chat = serve()
    page = read(chat)
    chat.assistant.gate = threading.Semaphore(1)
    page.fill("#question", ROADBLOCKS)
    page.press("#question", "Enter")
    page.wait_for_selector(".sentence")
    page.click("button[aria-label='Stop']")
    page.wait_for_selector(".foot")
    assert page.inner_text(".cost").startswith("Stopped.")
    assert page.locator(".sentence").count() == 1
    chat.assistant.gate = None
    ask(page, UNKNOWN)
    assert page.locator(".turn").count() == 2


def test_a_new_chat_is_not_undone_by_the_answer_it_leaves_behind(serve: Serve, read: Open) -> None:
    running = serve()
    page = read(running)
    gate = running.assistant.gate = threading.Semaphore(1)
    page.fill("#question", ROADBLOCKS)
    page.press("#question", "Enter")
    page.wait_for_selector(".sentence")
    page.click("button[data-event=new]")
    page.wait_for_selector(".welcome")
    gate.release(20)
    running.assistant.gate = None
    page.wait_for_function("!document.body.classList.contains('busy')")
    ask(page, UNKNOWN)
    assert page.locator(".question").all_inner_texts() == [UNKNOWN]


def test_a_question_can_be_asked_again_and_edited(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    ask(page, UNKNOWN)
    page.locator("button[aria-label='Edit the question']").first.click()
    assert page.input_value("#question") == ROADBLOCKS
    page.fill("#question", DISPUTED)
    page.press("#question", "Enter")
    page.wait_for_selector(".disagreement")
    assert page.locator(".question").all_inner_texts() == [DISPUTED, UNKNOWN]
    before = page.locator(".turn").first.get_attribute("data-turn")
    page.locator("button[aria-label='Ask again']").first.click()
    page.wait_for_function(f"document.querySelector('.turn').dataset.turn !== '{before}'")
    page.wait_for_selector(".disagreement")
    assert page.locator(".turn").count() == 2


def test_copying_takes_the_citations_along(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.click("button[aria-label='Copy with citations']")
    page.wait_for_function("document.querySelector('#status').textContent.startsWith('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[1]" in copied
    assert "27 December 2022" in copied


def test_chats_are_kept_in_the_browser_and_come_back(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.reload()
    page.wait_for_selector(".sentence")
    page.click("text=New chat")
    page.wait_for_selector(".welcome")
    ask(page, UNKNOWN)
    page.click("button[data-event=chats]")
    assert page.locator(".popover .name").all_inner_texts() == [UNKNOWN, ROADBLOCKS]
    page.click(f".popover >> text={ROADBLOCKS}")
    page.wait_for_selector(".sentence")
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    page.click("button[data-event=chats]")
    page.locator("button[aria-label^='Forget the chat']").first.click()
    assert page.locator(".popover .name").count() == 1


def test_a_chat_is_exported_with_its_sources(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    for kind, mark in (("Markdown", "# Why did Serbs"), ("HTML", "<!doctype html>")):
        page.click("button[data-event=chats]")
        with page.expect_download() as waiting:
            page.click(f".saves >> text={kind}")
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert text.startswith(mark)
        assert "27 December 2022" in text
    page.click("button[data-event=chats]")
    with page.expect_download() as waiting:
        page.click(".saves >> text=Word")
    assert "27 December 2022" in word_document(Path("a.docx"), Path(waiting.value.path()).read_bytes(), Settings()).text


def test_a_quote_is_copied_with_its_source(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.locator(".answer .mark").first.click()
    page.click(".steps button[data-event=copy]")
    page.wait_for_function("document.querySelector('#status').textContent.startsWith('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{page.inner_text('mark.open')}”")
    assert page.inner_text(".kicker .file") in copied


def test_two_users_do_not_see_each_other(chat: Running, read: Open) -> None:
    first, second = read(chat), read(chat)
    ask(first, ROADBLOCKS)
    ask(second, UNKNOWN)
    ask(first, DISPUTED)
    assert first.locator(".question").all_inner_texts() == [ROADBLOCKS, DISPUTED]
    assert second.locator(".question").all_inner_texts() == [UNKNOWN]


def test_an_article_is_added_asked_about_and_removed(serve: Serve, read: Open) -> None:
    page = read(serve())
    bridge = "Lindholm opens its bridge\n\n4 May 2024\n\nThe bridge of Lindholm was opened by Ada Berg on Saturday."
    page.set_input_files("#files", payloads(("bridge.txt", bridge.encode())))
    page.wait_for_selector(".sent >> text=Added")
    page.wait_for_selector(".entries >> text=Lindholm opens its bridge")
    totals(page, 6)
    ask(page, "Who opened the bridge of Lindholm?")
    assert "Ada Berg" in page.inner_text(".answer")
    page.click("text=Articles 6")
    remove = page.locator("button[aria-label^='Remove Lindholm']")
    remove.click()
    assert remove.inner_text() == "Remove?"
    remove.click()
    totals(page, 5)
    ask(page, "Who opened the bridge of Lindholm?")
    assert page.locator(".refusal").count() == 1


def test_examples_that_come_late_hold_up_no_page_and_wipe_no_answer(
    serve: Serve, read: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    searching, late = threading.Event(), threading.Event()

    def slow(assistant: Assistant, number: int) -> tuple[str, ...]:
        searching.set()
        late.wait(20)
        return ("The slow example",)

    monkeypatch.setattr("rag.chat.questions.example_questions", slow)
    page = read(serve())
    assert searching.wait(20)
    assert page.locator(".welcome h1").is_visible()
    ask(page, UNKNOWN)
    with page.expect_response(lambda response: "page_examples" in response.url):
        late.set()
    page.wait_for_function("!document.querySelector('.welcome') && document.querySelectorAll('.refusal').length === 1")


def test_files_that_are_no_articles_are_refused_one_by_one(serve: Serve, read: Open) -> None:
    page = read(serve())
    files = payloads(("budget.ods", b"PK"), ("empty.txt", b" \n"), ("photo.txt", bytes(range(256)) * 9))
    page.set_input_files("#files", files)
    page.wait_for_function("document.querySelectorAll('.sent .wrong').length === 3")
    refusals = page.locator(".sent .wrong").all_inner_texts()
    for name, why in (("budget.ods", "no known format"), ("empty.txt", "is empty"), ("photo.txt", "binary")):
        assert any(name in refusal and why in refusal for refusal in refusals)
    totals(page, 5)


def test_filters_hold_for_the_next_question_and_are_shown_with_its_answer(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#after", "2022-01-01")
    page.wait_for_selector("#narrowed >> text=1 January 2022")
    ask(page, "Who put troops on high alert?")
    assert "from 1 January 2022" in page.inner_text(".scope")
    assert page.locator(".sources .day").all_inner_texts() == ["27 December 2022"]
    page.click("button[aria-label='Ask all articles again']")
    page.wait_for_function("document.querySelectorAll('.chip').length === 0")
    page.check("[data-choose^='004']")
    page.wait_for_selector("#narrowed .chip")
    ask(page, ROADBLOCKS)
    assert "1 chosen article" in page.locator(".scope").last.inner_text()


def test_the_library_is_searched_by_title(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#find", "military deploys")
    page.wait_for_function("document.querySelectorAll('.entries li').length === 1")
    page.click(".entries .link")
    page.wait_for_selector("#source h2 >> text=Kosovo Military Deploys to Serbian Border")


def test_light_and_dark_are_kept(chat: Running, read: Open) -> None:
    page = read(chat, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.click("button[aria-label='Light or dark']")
    light = page.evaluate(background)
    assert light != dark
    page.reload()
    page.wait_for_selector(".welcome")
    assert page.evaluate(background) == light


def test_on_a_phone_the_source_is_a_sheet(chat: Running, read: Open) -> None:
    page = read(chat, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    ask(page, ROADBLOCKS)
    assert not page.locator("#source").is_visible()
    page.locator(".answer .mark").nth(1).tap()
    page.wait_for_selector("#right[role=dialog] mark.open")
    assert page.evaluate("document.querySelector('#right').getBoundingClientRect().width") == 390
    page.keyboard.press("Escape")
    page.wait_for_selector("#source", state="hidden")
    page.wait_for_function("document.activeElement.className.startsWith('mark')")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_read_only_offers_no_way_to_change_the_library(serve: Serve, read: Open) -> None:
    page = read(serve(ServeOptions(read_only=True)))
    page.wait_for_selector(".entries li")
    assert not page.locator(".drop").is_visible()
    assert page.locator(".entries .remove").count() == 0
