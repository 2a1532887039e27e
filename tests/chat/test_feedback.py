"""Likes and dislikes are kept up to a limit; what is not kept is not shown as kept."""

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from rag.chat.exchanges import Chat, Exchange
from rag.chat.feedback import Feedback
from rag.errors import FeedbackError

from .conftest import Open, Running, Serve, ask

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.timeout(300)
ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"


def test_a_like_is_refused_when_the_file_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chat = Chat("a-chat", (Exchange("Why?", id="one", stage="failed", problem="no", liked=True),))
    monkeypatch.setattr("rag.chat.feedback.FEEDBACK_BYTES", 100)
    likes = Feedback(tmp_path / "feedback.jsonl")
    likes.record(chat, chat.exchanges[0])
    with pytest.raises(FeedbackError, match="No more likes and dislikes are kept"):
        likes.record(chat, chat.exchanges[0])
    assert "feedback.jsonl is full. Move it away" in caplog.text
    (tmp_path / "feedback.jsonl").unlink()
    likes.record(chat, chat.exchanges[0])


def test_one_user_likes_no_more_often_than_they_may_ask(serve: Serve) -> None:
    running = serve(chat_rate=2)

    def send(name: str, **data: str) -> str:
        body = {"data": [{"chat": "the-chat-of-ada", "turn": "one", **data}]}
        reply = httpx.post(f"{running.url}/gradio_api/run/page_{name}", json=body, timeout=60)
        return json.dumps(reply.json()["data"][0]["value"])

    send("ask", text="What is KFOR?")
    replies = [send("like", liked=str(number % 2 == 0)) for number in range(3)]
    assert ["many likes and dislikes in a minute" in reply for reply in replies] == [False, False, True]
    assert len((running.folder / ".rag-chat" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    shown = send("ask", text="Who is Albin Kurti?", turn="two")
    while 'aria-busy=\\"true' in shown:
        shown = send("follow")
    assert "many questions" not in shown


def test_a_like_that_is_not_kept_is_not_shown_as_kept(
    chat: Running, read: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.chat.feedback.FEEDBACK_BYTES", -1)
    (chat.folder / ".rag-chat").mkdir(exist_ok=True)
    (chat.folder / ".rag-chat" / "feedback.jsonl").touch()
    page = read(chat)
    ask(page, "Why did Serbs put up roadblocks in December 2022?")
    page.click("button[aria-label='Good answer']")
    page.wait_for_selector("#status >> text=No more likes and dislikes are kept here.")
    assert page.get_attribute("button[aria-label='Good answer']", "aria-pressed") == "false"


def test_a_dislike_with_its_word_is_kept_as_an_eval_case(serve: Serve, read: Open) -> None:
    chat = serve()
    page = read(chat)
    ask(page, ROADBLOCKS)
    page.click("button[aria-label='Bad answer']")
    page.wait_for_selector("button[aria-label='Bad answer'][aria-pressed=true]")
    page.fill(".why input", "the third sentence is beside the point")
    page.press(".why input", "Enter")
    page.wait_for_selector(".why", state="detached")
    file = chat.folder / ".rag-chat" / "feedback.jsonl"
    last = json.loads(wait_for_lines(file, 2)[-1])
    assert (last["question"], last["liked"], last["word"]) == (
        ROADBLOCKS,
        False,
        "the third sentence is beside the point",
    )
    article = chat.assistant.article(last["evidence"][0]["article"])
    assert last["evidence"][0]["quote"] in article.text


def test_a_word_that_is_being_typed_outlives_a_new_drawing_of_its_turn(serve: Serve, read: Open) -> None:
    page, held = read(serve()), list["Route"]()
    page.route("**/page_suggest", lambda route: held.append(route))
    ask(page, ROADBLOCKS)
    page.click("button[aria-label='Bad answer']")
    page.fill(".why input", "beside the point")
    while not held:  # the request for what to ask next, whose reply draws the turn again
        page.wait_for_timeout(20)
    held[0].continue_()
    page.wait_for_selector(".turn .next")
    assert page.input_value(".why input") == "beside the point"
    assert page.evaluate("document.activeElement.closest('.why') !== null")


def wait_for_lines(file: Path, count: int) -> list[str]:
    for _ in range(200):
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        if len(lines) >= count:
            return lines
        threading.Event().wait(0.02)
    pytest.fail(f"{file} never had {count} lines")
