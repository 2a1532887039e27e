"""The list of articles and the scope of a question, as they are shown."""

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from .conftest import Open, Running, Serve, ask, serious

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(240)
DISPUTED = "In what year did Kosovo become independent?"
UNKNOWN = "What is the capital of France?"
BRIDGE = b"Lindholm opens its bridge\n\n4 May 2024\n\nThe bridge of Lindholm was opened by Ada Berg on Saturday."


def total(page: "Page", articles: int) -> None:
    page.wait_for_function(f"document.querySelector('.total').textContent === '{articles}'")


def drawn_again(page: "Page") -> None:
    page.evaluate("document.querySelector('.library').classList.add('before')")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector(".library:not(.before)")


def test_dates_say_which_articles_they_leave_out_and_one_press_includes_them(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#after", "2022-01-01")
    page.wait_for_selector("#narrowed >> text=3 undated articles are left out")
    page.wait_for_function("document.querySelectorAll('.entries .out').length === 4")
    ask(page, DISPUTED)
    assert not page.locator(".disagreement").count()
    page.click("#narrowed >> text=include")
    page.wait_for_selector("#narrowed >> text=Undated articles are included")
    ask(page, DISPUTED)
    assert page.locator(".disagreement .value").all_inner_texts() == ["2008", "2013"]
    assert "with undated articles" in page.locator(".scope").last.inner_text()
    assert page.locator(".entries .out").count() == 1


def test_dates_between_which_nothing_can_lie_are_named_as_such(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#after", "2023-01-01")
    page.fill("#before", "2021-01-01")
    page.wait_for_selector("#narrowed >> text=No article can lie from 1 January 2023 until 1 January 2021.")
    ask(page, DISPUTED)
    assert "The first day is after the last" in page.inner_text(".problem")


def test_the_scope_outlives_a_reload_and_a_refusal_names_it(chat: Running, read: Open) -> None:
    page = read(chat)
    page.check("[data-choose^='004']")
    page.wait_for_selector("#narrowed .chip")
    page.reload()
    page.wait_for_selector("#narrowed .chip")
    assert page.locator("[data-choose]:checked").count() == 1
    ask(page, UNKNOWN)
    assert page.inner_text(".refusal") == "The chosen article does not say."


@pytest.mark.parametrize("width", [1280, 390])
def test_one_collection_is_asked_listed_and_named(serve: Serve, read: Open, shelves: Path, width: int) -> None:
    running = serve(articles=shelves)
    page = read(running, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    if width < 860:
        page.click("button[data-event=articles]")
    page.wait_for_selector("#collection >> visible=true")
    assert page.locator("#collection option").all_inner_texts() == ["all collections", "kosovo (5)", "town (2)"]
    page.select_option("#collection", "town")
    page.wait_for_selector(".library .count >> text=2 articles in town, newest first.")
    assert page.locator(".entries li").count() == 2
    assert serious(page) == []
    if width < 860:
        page.click("button[data-event=close]")
    page.wait_for_selector("#narrowed .chip >> text=town")
    ask(page, DISPUTED)
    assert page.inner_text(".refusal") == "The articles of this collection do not say."
    assert page.inner_text(".scope") == "Asked within: town"
    page.reload()
    page.wait_for_selector("#narrowed .chip >> text=town")
    ask(page, "Who opened the bridge?")
    assert "Ada Berg" in page.locator(".answer").last.inner_text()
    page.click("button[aria-label='Ask all articles again']")
    page.wait_for_function("document.querySelectorAll('.entries li').length === 7")
    ask(page, DISPUTED)
    assert page.locator(".disagreement").count() == 1


def test_a_collection_that_is_gone_stays_asked_and_says_so(serve: Serve, read: Open, shelves: Path) -> None:
    running = serve(articles=shelves)
    page = read(running)
    page.select_option("#collection", "town")
    page.wait_for_selector(".library .count >> text=2 articles in town")
    running.assistant.remove("town/bridge.txt")
    running.assistant.remove("town/fair.txt")
    ask(page, DISPUTED)
    page.wait_for_selector(".library .count >> text=Nothing is in town any more.")
    assert page.input_value("#collection") == "town"
    assert page.inner_text(".refusal") == "The articles of this collection do not say."


def test_the_list_is_searched_by_date_and_an_empty_one_shows_the_way_back(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#find", "december 2022")
    page.wait_for_function("document.querySelectorAll('.entries:not(.in-text) li').length === 1")
    page.fill("#find", "2021-09")
    page.wait_for_function("document.querySelectorAll('.entries li').length === 1")
    page.fill("#find", "elephants")
    page.click("text=Show all 5")
    page.wait_for_function("document.querySelectorAll('.entries li').length === 5")


def test_the_list_is_searched_by_text_and_opens_the_sentence_that_was_found(chat: Running, read: Open) -> None:
    page = read(chat)
    page.fill("#find", "former policeman")
    page.wait_for_selector(".library .count >> text=No title, file name, date or text has these words.")
    page.fill("#find", "blocking border crossings")  # the articles have "block", "blocked" and "crossing"
    page.wait_for_selector(".library h3 >> text=In the text")
    assert page.locator(".entries li").count() < 5
    words = page.locator(".in-text .found").first.locator("b").all_inner_texts()
    assert {word.lower()[:5] for word in words} <= {"block", "borde", "cross"}
    assert serious(page) == []
    sentence = page.locator(".in-text .found").first.inner_text()
    page.locator(".in-text .found").first.click()
    page.wait_for_selector("mark.open")
    assert " ".join(page.inner_text("mark.open").split()) == sentence


def test_words_in_the_open_article_are_counted_and_reached(chat: Running, read: Open) -> None:
    page = read(chat, reduced_motion="reduce")
    ask(page, DISPUTED)
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    before = page.inner_html(".paper")
    page.click("button[aria-label='Find in this article']")
    page.keyboard.type("VUCIC")
    page.wait_for_function("/^1 of [2-9]/.test(document.querySelector('.within output').textContent)")
    places = int(page.inner_text(".within output").split()[-1])
    text = page.inner_text(".paper").casefold().replace("č", "c").replace("ć", "c")
    assert places == text.count("vucic")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".within output >> text=2 of {places}")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(f".within output >> text={places} of {places}")
    shown = "[...CSS.highlights.get('found-here')][0].getBoundingClientRect().top"
    assert 0 < page.evaluate(shown) < 800
    assert serious(page) == []
    page.keyboard.type(" and an owl")
    page.wait_for_selector(".within output >> text=none")
    page.keyboard.press("Escape")
    page.wait_for_selector(".within", state="hidden")
    assert page.inner_html(".paper") == before
    assert page.evaluate("document.activeElement.dataset.event") == "within"


def test_what_others_add_is_listed_after_the_next_answer(serve: Serve, read: Open) -> None:
    running = serve()
    page = read(running)
    total(page, 5)
    assert httpx.post(
        f"{running.url}/v1/articles", params={"name": "bridge.txt"}, content=BRIDGE, timeout=60
    ).is_success
    ask(page, UNKNOWN)
    total(page, 6)


def test_files_dropped_beside_a_source_leave_it_open_and_a_removal_reaches_the_first_page(
    serve: Serve, read: Open
) -> None:
    page = read(serve())
    ask(page, DISPUTED)
    page.locator(".answer .mark").first.click()
    page.wait_for_selector("mark.open")
    page.evaluate(
        """text => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "bridge.txt"));
        for (const name of ["dragover", "drop"])
            document.querySelector("#source").dispatchEvent(
                new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: carried}));
    }""",
        BRIDGE.decode(),
    )
    total(page, 6)
    assert page.locator("mark.open").is_visible()
    page.click("text=New chat")
    page.wait_for_selector(".welcome >> text=6 articles")
    remove = page.locator("button[aria-label^='Remove Lindholm']")
    remove.click()
    remove.click()
    page.wait_for_selector(".welcome >> text=5 articles")


def test_the_list_drawn_again_between_two_presses_keeps_the_question_and_the_focus(serve: Serve, read: Open) -> None:
    page = read(serve())
    remove = page.locator("button.remove").last
    remove.click()
    drawn_again(page)
    assert remove.inner_text() == "Remove?"
    page.keyboard.press("Enter")
    total(page, 4)
    page.locator("[data-choose]").last.check()
    page.wait_for_selector("#narrowed .chip")
    drawn_again(page)
    assert page.locator("[data-choose]").last.evaluate("box => box === document.activeElement")
