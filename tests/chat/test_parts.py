"""The parts of the page without a browser: signed chats, sessions, rate limits, files, examples."""

import base64
import io
import json
import re
import stat
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from markupsafe import escape

from rag.articles.formats.word import word_document
from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.conversation_html import render_conversation
from rag.chat.exchanges import MAX_EXCHANGES, Chat, Exchange, Scope
from rag.chat.export import export_file, export_html, export_markdown, export_name
from rag.chat.feedback import Feedback
from rag.chat.library import render_library, render_scope
from rag.chat.markup import TEMPLATES, line, render_template
from rag.chat.metrics import Metrics
from rag.chat.questions import QuestionService
from rag.chat.sessions import RateLimit, Session, Sessions, User
from rag.chat.signing import ChatSigner
from rag.chat.source_panel import Highlight, render_source
from rag.chat.uploads import Uploads
from rag.errors import ArticleError
from rag.index import Entry
from rag.settings import Settings
from rag.suggestions import example_questions

from .conftest import Running

ROADBLOCKS = "Why did Serbs put up roadblocks in December 2022?"
UNKNOWN = "What is the capital of France?"
SIGNED_BY_0_1 = (
    "G9KkIkN_ZLp-hno-I2ZhAspkFjY0qBl0c3yGH1K9FXR4nJ1PywoCMQz8lZKz-AFe_AnBg3jIttndYmxqm8WVZf_dVhEfCIK3"
    "ZDIzmZnAO1gZwMbCwgCNtsfQUS7YboLTQFm9hMrY9mIsSyZntCfTSHKU1lWUrUQqlAmwVUplCgNzOTTUSqLnjkm95bs54FJH"
    "hf1cDRS7SoMWPZOrnhjy-dUqJmmYjpW0Kd8fwYzPRkUMS-iWVcf-QO4pozEy-nCDWuRM5d1nrcvfJSrylj-rxPizwGtOTQN9"
    "zbmfrwDghC0="
)
"""A chat as release 0.1 signed it for "ada" with the key bytes(range(32))."""


@pytest.fixture(scope="module")
def answered_chat(chat: Running) -> Chat:
    """A chat with an answer, a refusal and a failure."""
    service = QuestionService(Readers(chat.assistant), RateLimit(2, lambda: 0.0), Metrics())
    session = Session(Chat("a-chat-of-ours"))
    for question in (ROADBLOCKS, UNKNOWN, "One too many?"):
        answer(service, session, question)
    return session.chat


def answer(service: QuestionService, session: Session, question: str) -> Exchange:
    """Ask, and wait until the answer is whole."""
    service.ask(session, Exchange(question, id=question), User("", "me"))
    while session.chat.asking:
        time.sleep(0.01)
    return session.chat.exchanges[-1]


def test_a_conversation_holds_answers_refusals_and_failures(answered_chat: Chat) -> None:
    assert [exchange.stage for exchange in answered_chat.exchanges] == ["answered", "answered", "failed"]
    assert [exchange.answer.status for exchange in answered_chat.exchanges if exchange.answer] == [
        "answered",
        "abstained",
    ]
    assert "Ask again in 60 seconds" in answered_chat.exchanges[2].problem
    assert [turn.question for turn in answered_chat.history] == [ROADBLOCKS, UNKNOWN]


def test_an_empty_question_is_refused_in_the_chat(chat: Running) -> None:
    service = QuestionService(Readers(chat.assistant), RateLimit(9, lambda: 0.0), Metrics())
    assert answer(service, Session(Chat("a")), "   ").problem.startswith("The question is empty")


def test_an_unforeseen_error_is_shown_without_its_details(chat: Running, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Assistant):
        def __init__(self) -> None: ...

        def stream(self, *_: object, **__: object) -> "object":  # type: ignore[override]
            raise ZeroDivisionError("secret")

    failed = answer(
        QuestionService(Readers(Broken()), RateLimit(9, lambda: 0.0), Metrics()), Session(Chat("a")), "Why?"
    )
    assert failed.stage == "failed"
    assert "secret" not in failed.problem
    assert "secret" in caplog.text
    assert "Why?" not in caplog.text
    verbose = QuestionService(Readers(Broken()), RateLimit(9, lambda: 0.0), Metrics(), log_questions=True)
    answer(verbose, Session(Chat("a")), "Why?")
    assert "'Why?'" in caplog.text


def test_what_was_withheld_searched_for_and_noticed_is_shown(answered_chat: Chat) -> None:
    answer = answered_chat.exchanges[0].answer
    assert answer
    verdict = replace(answer.sentences[0].verdict, label="unsupported", reason="no source says <so>")
    held = replace(answer.sentences[0], text="The moon fell.", verdict=verdict)
    full = replace(answer, withheld=(held,), searched="Serbs roadblocks", notice="The model did not answer in time.")
    drawn = render_conversation(Chat("x", (Exchange("Why?", stage="answered", answer=full),)), 1)
    assert "1 sentence withheld" in drawn
    assert "no source says &lt;so&gt;" in drawn
    assert "Searched for “Serbs roadblocks”" in drawn
    assert "did not answer in time" in drawn


def test_a_question_taken_as_it_stands_offers_its_other_reading(answered_chat: Chat) -> None:
    answer = answered_chat.exchanges[0].answer
    assert answer
    taken = replace(answer, alternative="Who is the mayor? (tram)")
    drawn = render_conversation(Chat("x", (Exchange("Who is the mayor?", stage="answered", answer=taken),)), 1)
    assert 'data-event="alone" data-turn="" data-question="Who is the mayor? (tram)"' in " ".join(drawn.split())


def test_what_can_be_followed_up_on_is_neither_a_greeting_nor_the_words_of_a_refusal(answered_chat: Chat) -> None:
    (exchange,) = answered_chat.exchanges[:1]
    assert exchange.answer
    hello = replace(exchange, answer=replace(exchange.answer, form="remark"))
    foreign = replace(exchange, answer=replace(exchange.answer, status="abstained", text="It looks like German."))
    assert [turn.answer for turn in Chat("x", (hello, foreign)).history] == ["The articles do not say."]


def test_a_signed_chat_opens_as_it_was(answered_chat: Chat, tmp_path: Path) -> None:
    opened = ChatSigner(tmp_path / "key").open(ChatSigner(tmp_path / "key").sign(answered_chat, "ada"), "ada")
    assert opened is not None
    assert [exchange.question for exchange in opened.exchanges] == [
        exchange.question for exchange in answered_chat.exchanges
    ]
    first, kept = answered_chat.exchanges[0].answer, opened.exchanges[0].answer
    assert first
    assert kept == replace(first, hits=())


def test_a_signed_chat_opens_for_no_one_else_and_not_altered(answered_chat: Chat, tmp_path: Path) -> None:
    signer = ChatSigner(tmp_path / "key")
    signed = signer.sign(answered_chat, "ada")
    assert signer.open(signed, "ben") is None
    assert ChatSigner(tmp_path / "other").open(signed, "ada") is None
    for place in (5, 60, len(signed) - 9):
        altered = signed[:place] + ("A" if signed[place] != "A" else "B") + signed[place + 1 :]
        assert signer.open(altered, "ada") is None
    for nonsense in ("", "AAAA", "\ud800", "x" * 500_000):
        assert signer.open(nonsense, "ada") is None


def test_a_chat_that_an_earlier_release_signed_still_opens(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(bytes(range(32)))
    signer = ChatSigner(tmp_path / "key")
    opened = signer.open(SIGNED_BY_0_1, "ada")
    assert opened is not None
    assert opened.id == "abc"
    assert [exchange.question for exchange in opened.exchanges] == ["Who closed the border?", "Why?"]
    assert opened.exchanges[0].scope == Scope(articles=("a.txt",))
    assert signer.open(SIGNED_BY_0_1, "ben") is None


def test_the_signing_key_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    ChatSigner(tmp_path / "chat" / "key")
    assert stat.S_IMODE((tmp_path / "chat" / "key").stat().st_mode) == 0o600


def test_sessions_belong_to_a_user_and_a_chat() -> None:
    sessions = Sessions(limit=3)
    ada = sessions.get(User("ada", "::1"), "chat")
    assert sessions.get(User("ada", "::2"), "chat") is ada, "from the phone, too"
    assert sessions.get(User("ben", "::1"), "chat") is not ada
    assert sessions.get(User("ada", "::1"), "other") is not ada
    stop = ada.begin(Exchange("Why?", id="one"))
    sessions.get(User("", "::1"), "more")
    assert len(sessions) == 3
    assert stop, "the oldest went, and what it waited for was stopped"
    assert stop.is_set()


def test_a_question_that_is_sent_twice_is_asked_once(chat: Running) -> None:
    service = QuestionService(Readers(chat.assistant), RateLimit(9, lambda: 0.0), Metrics())
    session = Session(Chat("a"))
    for _ in range(2):
        answer(service, session, ROADBLOCKS)
    assert len(session.chat.exchanges) == 1


def test_what_was_stopped_stays_stopped(answered_chat: Chat) -> None:
    session = Session(Chat("a"))
    asked = Exchange("Why?", id="one")
    stop = session.begin(asked)
    assert stop
    session.stop()
    assert not session.write(replace(asked, stage="answered", answer=answered_chat.exchanges[0].answer), stop)
    assert [exchange.stage for exchange in session.chat.exchanges] == ["stopped"]


def test_a_rate_lets_so_many_through_a_minute() -> None:
    now = [0.0]
    rate = RateLimit(2, lambda: now[0])
    assert [rate.take("a"), rate.take("a"), rate.take("b")] == [0, 0, 0]
    now[0] = 10
    assert rate.take("a") == 50
    now[0] = 61
    assert rate.take("a") == 0


def test_a_chat_forgets_its_oldest_exchanges() -> None:
    chat = Chat("x")
    for number in range(MAX_EXCHANGES + 5):
        chat = chat.with_exchange(Exchange(f"Question {number}", id=f"{number}"))
    assert len(chat.exchanges) == MAX_EXCHANGES
    assert chat.exchanges[-1].question == f"Question {MAX_EXCHANGES + 4}"
    assert 'data-full="true"' in render_conversation(chat, 1), "and the page says so"


def test_examples_are_answered_and_about_different_people(chat: Running) -> None:
    questions = example_questions(chat.assistant, 4)
    assert len(questions) == 4
    assert all(chat.assistant.ask(question).status == "answered" for question in questions)
    assert example_questions(chat.assistant, 4) == questions


def test_a_like_is_kept_with_what_it_takes_to_ask_again(answered_chat: Chat, tmp_path: Path) -> None:
    liked = replace(answered_chat.exchanges[1], liked=True)
    Feedback(tmp_path / "feedback.jsonl").record(answered_chat, liked, "right to refuse" + "!" * 900)
    line = json.loads((tmp_path / "feedback.jsonl").read_text(encoding="utf-8"))
    assert (line["question"], line["status"], line["liked"]) == (UNKNOWN, "abstained", True)
    assert line["history"][0][0] == ROADBLOCKS
    assert len(line["word"]) == 500


DAY = date(2026, 5, 4)


def test_an_export_holds_every_question_and_its_sources(answered_chat: Chat) -> None:
    for export in (export_markdown(answered_chat, DAY), export_html(answered_chat, DAY)):
        assert ROADBLOCKS in export
        assert UNKNOWN in export
        assert "27 December 2022" in export
        assert "The articles do not say." in export
        assert "Nearest, but not an answer" in export


def test_an_export_says_when_it_was_made_within_what_it_was_asked_and_what_was_withheld(answered_chat: Chat) -> None:
    exchange = answered_chat.exchanges[0]
    assert exchange.answer
    held = replace(exchange.answer.sentences[0], text="The moon fell.")
    scoped = replace(exchange, scope=Scope(after=date(2022, 1, 1)), answer=replace(exchange.answer, withheld=(held,)))
    chat = Chat("x", (scoped, replace(answered_chat.exchanges[1], scope=Scope(articles=("a.txt",)))))
    for export in (export_markdown(chat, DAY), export_html(chat, DAY)):
        assert "4 May 2026" in export
        assert "Asked within: from 1 January 2022" in export
        assert "The moon fell." in export
    page = export_html(chat, DAY)
    assert "The chosen article does not say." in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert export_name(chat, ".md") == "why-did-serbs-put-up-roadblocks-in-december-2022.md"


def test_the_marks_of_a_markdown_export_link_to_their_sources(answered_chat: Chat) -> None:
    export = export_markdown(replace(answered_chat, exchanges=answered_chat.exchanges[:1] * 2), DAY)
    defined = re.findall(r"^\[\^(\d-\d)\]: ", export, re.MULTILINE)
    used = re.findall(r"\[\^(\d-\d)\](?!:)", export)
    assert set(used) == set(defined)
    assert {name[0] for name in defined} == {"1", "2"}
    assert len(defined) == len(set(defined))


def test_a_word_document_has_a_footnote_for_each_mark_and_all_that_the_page_shows(answered_chat: Chat) -> None:
    exchange = answered_chat.exchanges[0]
    assert exchange.answer
    held = replace(exchange.answer.sentences[0], text="The moon <fell> & rose.")
    scoped = replace(exchange, scope=Scope(after=date(2022, 1, 1)), answer=replace(exchange.answer, withheld=(held,)))
    file = export_file(replace(answered_chat, exchanges=(scoped, *answered_chat.exchanges[1:])), "word", DAY)
    content = base64.b64decode(file["base64"])
    assert file["name"].endswith(".docx")
    assert docx.Document(io.BytesIO(content)).core_properties.title == ROADBLOCKS
    text = word_document(Path("chat.docx"), content, Settings()).text
    shown = ("4 May 2026", "Asked within: from 1 January 2022", "The moon <fell> & rose.", "Nearest, but not an answer")
    for part in (*shown, *(f"“{citation.quote}”" for citation in exchange.answer.citations)):
        assert part in text


def test_the_cited_articles_are_exported_as_references_each_once(answered_chat: Chat) -> None:
    cited = {citation.article for one in answered_chat.exchanges if one.answer for citation in one.answer.citations}
    items = json.loads(export_file(answered_chat, "csl", DAY)["text"])
    assert [item["id"] for item in items] == list(dict.fromkeys(item["id"] for item in items))
    assert {item["id"] for item in items} == cited
    assert {"date-parts": [[2022, 12, 27]]} in [item.get("issued") for item in items]
    bibtex = export_file(answered_chat, "bibtex", DAY)["text"]
    assert bibtex.count("@misc{") == len(cited)
    assert "  date = {2022-12-27}," in bibtex


def test_an_exported_page_has_nothing_live_in_it() -> None:
    chat = Chat("x", (Exchange("<img src=x onerror=alert(1)>", problem="<script>"),))
    export = export_html(chat, DAY)
    assert "<img" not in export
    assert "<script" not in export
    assert "default-src 'none'" in export
    assert "<img" not in export_markdown(chat, DAY).replace("\\<img", "")
    assert export_name(Chat("x", (Exchange("???"),)), ".md") == "chat.md"


def test_of_two_highlights_that_overlap_the_open_one_stays(chat: Running) -> None:
    from rag.text.spans import Span

    article = chat.assistant.article("002_852ae79f1da61285.txt")
    marks = [Highlight(Span(0, 40), 1, False), Highlight(Span(20, 60), 2, True)]
    shown = render_source(article, marks)
    assert shown.count("<mark") == 1
    assert f'data-number="2">{escape(article.text[20:60])}</mark>' in shown


def test_a_large_library_is_listed_in_part_and_questions_by_words() -> None:
    entries = [
        Entry(f"a{number}.txt", f"Report {number}", date(2020, 1, 1), f"/a{number}.txt", 1) for number in range(500)
    ]
    listed = render_library(entries, Scope())
    assert listed.count("<li>") == 200
    assert "200 of 500 articles shown" in listed
    assert render_library(entries, Scope(), "report 499").count("<li>") == 1
    assert render_library((), Scope()).count("<li>") == 0


def test_the_scope_is_shown_in_words() -> None:
    entries = [Entry("a.txt", "Bridge opens", None, "/a.txt", 1)]
    shown = render_scope(Scope(date(2024, 5, 4), None, ("a.txt",)), entries)
    assert "Bridge opens" in shown
    assert "4 May 2024" in shown
    assert 'class="chip"' not in render_scope(Scope(), entries)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;"),
        ("‮txt.exe", "txt.exe"),
        ("a​b﻿c\x00d", "abcd"),
        ("نیم‌فاصله", "نیم‌فاصله"),
    ],
)
def test_text_is_escaped_and_shows_what_it_is(raw: str, shown: str) -> None:
    assert f"<h1>{shown}</h1>" in render_template("welcome", title=raw, total=0, first=None, last=None)


def test_no_template_switches_escaping_off() -> None:
    for template in filter(Path.is_file, TEMPLATES.rglob("*")):
        content = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe", content), template.name
        assert "autoescape" not in content, template.name


def test_a_title_with_an_ellipsis_is_escaped_once() -> None:
    entry = Entry("a.txt", "Bridge & tunnel " * 20, None, "/a.txt", 1)
    assert "&amp;amp;" not in render_library([entry], Scope())
    assert "nbsp" not in render_library([entry], Scope())


def test_long_and_empty_titles_take_one_line() -> None:
    assert len(line("word " * 2000)) < 170
    assert len(line("x" * 10_000)) < 170
    assert line(" \u200b\n ") == "untitled"


class TestUploads:
    @pytest.fixture
    def uploads(self, chat: Running, tmp_path: Path) -> Uploads:
        return Uploads(tmp_path / "uploads", chat.assistant)

    def test_a_damaged_new_version_leaves_the_old_one(self, uploads: Uploads, chat: Running, tmp_path: Path) -> None:
        added = uploads.add("note.txt", b"Ada Berg opened the bridge.")
        with pytest.raises(ArticleError, match="binary"):
            uploads.add("note.txt", b"\x00\x01\x02" * 50)
        assert (tmp_path / "uploads" / "note.txt").read_bytes() == b"Ada Berg opened the bridge."
        assert "Ada Berg" in chat.assistant.article(added.article).text
        uploads.remove(added.article)
        assert not list((tmp_path / "uploads").iterdir())

    def test_removing_an_article_that_was_not_uploaded_leaves_its_file(
        self, serve_seed: "tuple[Uploads, Path]"
    ) -> None:
        uploads, file = serve_seed
        uploads.remove(file.name)
        assert file.exists()

    @pytest.fixture
    def serve_seed(self, chat: Running, tmp_path: Path) -> "tuple[Uploads, Path]":
        folder = tmp_path / "mine"
        folder.mkdir()
        file = folder / "mine.txt"
        file.write_text("Ben Berg closed the bridge.", encoding="utf-8")
        chat.assistant.sync(folder)
        return Uploads(tmp_path / "uploads", chat.assistant), file
