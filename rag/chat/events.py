"""Events of the page -> HTML: one method an event, each given the user who sent it and the data sent with it."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count

from rag import render
from rag.chat.conversation_html import render_conversation
from rag.chat.examples import example_questions
from rag.chat.exchanges import Exchange, Scope
from rag.chat.export import export_html, export_markdown
from rag.chat.feedback import Feedback
from rag.chat.library import render_library, render_scope, render_welcome
from rag.chat.questions import QuestionService
from rag.chat.sessions import Session, Sessions, User, new_chat
from rag.chat.signing import ChatSigner
from rag.chat.source_panel import Highlight, Navigation, render_missing_article, render_no_source, render_source
from rag.chat.uploads import Uploads
from rag.errors import RagError
from rag.text.spans import Span

EXAMPLES = 5
"""Example questions on the first page."""
MAX_CHOSEN = 1000
"""Most articles a question can be narrowed to."""
EventData = Mapping[str, object]
"""Data of an event as the browser sent it, unchecked."""


class Events:
    """Handles every event of the page.

    Args:
        service: answers questions.
        sessions: one for each user and tab.
        signer: signs the chats that browsers keep.
        feedback: where likes and dislikes are written.
        uploads: adds and removes articles; None when the library is read-only.
        title: heading of the first page.
    """

    def __init__(
        self,
        service: QuestionService,
        sessions: Sessions,
        signer: ChatSigner,
        feedback: Feedback,
        uploads: Uploads | None,
        title: str,
    ) -> None:
        self.sessions = sessions
        self._service = service
        self._assistant = service.assistant
        self._signer = signer
        self._feedback = feedback
        self._uploads = uploads
        self._title = title
        self._numbers = count()
        self._examples: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # ids of the articles, and their questions

    def ask(self, user: User, data: EventData) -> Iterator[str]:
        """The conversation with one more question, again with each sentence; with `turn`, in that turn's place."""
        session = self.sessions.get(user)
        turn = _number(data, "turn")
        if turn is not None:
            session.chat = session.chat.before(turn)
        for chat in self._service.ask(session, _string(data, "text"), user.name or user.tab):
            if chat.exchanges[-1].stage == "asking":
                yield render_conversation(chat, next(session.drawings))
        yield self._conversation(user)

    def answer(self, user: User, question: str) -> dict[str, object]:
        """One answer outside any chat, as plain values.

        Raises:
            RagError: it cannot be answered, or this user asks too often.
        """
        return self._service.answer(question, user.name or user.tab).to_dict()

    def stop(self, user: User, data: EventData) -> None:
        """End the answer that is being written; the sentences written so far stay."""
        self.sessions.get(user).stop.set()

    def show(self, user: User, data: EventData) -> str:
        """The conversation as it is."""
        return self._conversation(user)

    def new(self, user: User, data: EventData) -> str:
        """An empty conversation."""
        self.sessions.get(user).switch_to(new_chat())
        return self._conversation(user)

    def resume(self, user: User, data: EventData) -> str:
        """A conversation that this browser kept; the present one when it was not signed here for this user."""
        session = self.sessions.get(user)
        chat = self._signer.open(_string(data, "sealed"), user.name)
        if chat is not None:
            session.switch_to(chat)
        return self._conversation(user)

    def like(self, user: User, data: EventData) -> str:
        """The conversation with an answer liked or disliked; both are written to the feedback file with the comment."""
        session = self.sessions.get(user)
        turn, exchange = _turn(session, data)
        if exchange is not None:
            comment = _string(data, "word").strip()
            marked = replace(exchange, liked=_string(data, "liked") == "True", explained=bool(comment))
            session.chat = session.chat.with_replaced(turn, marked)
            self._feedback.record(session.chat, turn, comment)
        return self._conversation(user)

    def cite(self, user: User, data: EventData) -> str:
        """The article of a citation, open at the sentence it quotes, with the other citations of the same article."""
        turn, exchange = _turn(self.sessions.get(user), data)
        if exchange is None or exchange.answer is None:
            return render_no_source()
        cited = render.shown_citations(exchange.answer)
        number = _number(data, "number")
        opened = next((citation for citation in cited if citation.number == number), None)
        if opened is None:
            return render_no_source()
        marks = [
            Highlight(Span(citation.start, citation.end), citation.number, citation is opened)
            for citation in cited
            if citation.article == opened.article
        ]
        navigation = Navigation(turn, tuple(citation.number for citation in cited), opened.number)
        return self._source(opened.article, opened.title, marks, navigation)

    def nearest(self, user: User, data: EventData) -> str:
        """The article of a passage that was nearest to a question, open at that passage."""
        _, exchange = _turn(self.sessions.get(user), data)
        hits = render.nearest_hits(exchange.answer) if exchange and exchange.answer else ()
        number = _number(data, "number")
        if number is None or number >= len(hits):
            return render_no_source()
        passage = hits[number].passage
        marks = [Highlight(Span(sentence.start, sentence.end), 0, open=True) for sentence in passage.sentences]
        return self._source(passage.article, passage.title, marks)

    def article(self, user: User, data: EventData) -> str:
        """An article from its beginning."""
        return self._source(_string(data, "article"), "Article", [])

    def library(self, user: User, data: EventData) -> str:
        """The list of articles, narrowed by `query`."""
        with contextlib.suppress(RagError):
            entries = self._assistant.articles()
            scope = self.sessions.get(user).scope
            return render_library(entries, scope, _string(data, "query"), editable=self._uploads is not None)
        return render_library((), Scope())

    def remove(self, user: User, data: EventData) -> str:
        """The list of articles after one was removed."""
        if self._uploads is not None:
            with contextlib.suppress(RagError):
                self._uploads.remove(_string(data, "article"))
        return self.library(user, data)

    def scope(self, user: User, data: EventData) -> str:
        """Set the scope of the next questions, dates and articles, and show it."""
        session = self.sessions.get(user)
        entries = self._assistant.articles()
        sent = data.get("articles")
        known = {entry.id for entry in entries}
        chosen = [id for id in sent[:MAX_CHOSEN] if id in known] if isinstance(sent, list) else []
        session.scope = Scope(_date(data, "after"), _date(data, "before"), tuple(chosen) or None)
        return render_scope(session.scope, entries)

    def export(self, user: User, data: EventData) -> dict[str, object]:
        """The conversation as a file for the browser to save: `kind` is markdown or html."""
        chat = self.sessions.get(user).chat
        html = data.get("kind") == "html"
        return {
            "n": next(self._numbers),
            "name": "chat.html" if html else "chat.md",
            "type": "text/html" if html else "text/markdown",
            "text": export_html(chat) if html else export_markdown(chat),
        }

    def _conversation(self, user: User) -> str:
        session = self.sessions.get(user)
        drawing = next(session.drawings)
        chat = session.chat
        if chat.exchanges:
            return render_conversation(chat, drawing, self._signer.sign(chat, user.name))
        return f"{self._welcome()}{render_conversation(chat, drawing)}"

    def _welcome(self) -> str:
        try:
            entries = self._assistant.articles()
        except RagError:
            return render_welcome(self._title, (), ())
        ids = tuple(entry.id for entry in entries)
        if self._examples[0] != ids:
            self._examples = (ids, example_questions(self._assistant, EXAMPLES))
        return render_welcome(self._title, entries, self._examples[1])

    def _source(self, article: str, title: str, marks: list[Highlight], navigation: Navigation | None = None) -> str:
        try:
            return render_source(self._assistant.article(article), marks, navigation)
        except RagError:
            return render_missing_article(title)


def _turn(session: Session, data: EventData) -> tuple[int, Exchange | None]:
    turn = _number(data, "turn")
    exchanges = session.chat.exchanges
    return (turn, exchanges[turn]) if turn is not None and turn < len(exchanges) else (-1, None)


def _string(data: EventData, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _number(data: EventData, name: str) -> int | None:
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def _date(data: EventData, name: str) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(_string(data, name))
    return None
