"""Views of the whole folder on the page: asked for in plain words, shown as rows, each line with its source."""

import pytest

from .conftest import Open, Running, ask

pytestmark = pytest.mark.timeout(240)


def test_views_are_headings_and_rows_whose_marks_open_their_sources(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "What are the articles about?")
    assert "5 articles" in page.inner_text(".view.overview > .remark")
    assert page.locator(".view.overview .rows > li").count() == 5
    page.locator(".view .mark").first.click()
    page.wait_for_selector("mark.open")
    page.locator(".view .label button").nth(1).click()
    page.wait_for_function("document.querySelector('#source')?.innerText.includes('Serbian troops are on high alert')")
    ask(page, "Give me a timeline.")
    assert page.locator(".view.timeline .label b").first.inner_text() == "1990s"
    ask(page, "Compare article 002 and article 003")
    assert page.locator(".view.comparison h3").first.inner_text() == "They differ"


def test_after_a_refusal_a_question_that_is_offered_is_asked_and_answered(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "What is the capital of France?")
    page.wait_for_selector(".instead .example")
    offered = page.locator(".instead .example")
    question = offered.first.inner_text()
    assert offered.count() == 3
    offered.first.click()
    page.wait_for_selector(".turn:nth-of-type(2) .answer .mark")
    assert page.locator(".question").all_inner_texts() == ["What is the capital of France?", question]


def test_below_the_last_answer_stand_questions_that_the_articles_answer(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "Why did Serbs put up roadblocks in December 2022?")
    page.wait_for_selector(".instead.next .example")
    offered = page.locator(".instead .example").all_inner_texts()
    assert 0 < len(offered) <= 3
    assert "Why did Serbs put up roadblocks in December 2022?" not in offered
    assert all(chat.assistant.ask(question).sure for question in offered)
    ask(page, "What is KFOR?")
    page.wait_for_selector(".turn:last-child .instead.next .example")
    assert page.locator(".instead:visible").count() == 1
    page.reload()
    page.wait_for_selector(".turn:last-child .instead.next .example")


def test_small_talk_is_answered_in_a_sentence(chat: Running, read: Open) -> None:
    page = read(chat)
    ask(page, "hi")
    assert page.inner_text(".refusal").startswith("Hello. I answer from 5 articles")
    assert page.locator(".nearest").count() == 0
