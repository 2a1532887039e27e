"""Likes and dislikes are kept up to a limit; what is not kept is not shown as kept."""

import json
from pathlib import Path

import httpx
import pytest

from rag.chat.exchanges import Chat, Exchange
from rag.chat.feedback import Feedback
from rag.errors import FeedbackError

from .conftest import Open, Running, Serve, ask

pytestmark = pytest.mark.timeout(300)


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
