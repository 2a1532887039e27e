"""What the page tells -> what it shows: one method an event, each with the session of whoever sent it."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count

from rag import render
from rag.chat.conversation_html import turns
from rag.chat.examples import examples
from rag.chat.exchanges import Exchange, Scope
from rag.chat.export import as_html, as_markdown
from rag.chat.feedback import Feedback
from rag.chat.library import library, narrowed, welcome
from rag.chat.questions import Desk
from rag.chat.sessions import Reader, Session, Sessions, fresh
from rag.chat.signing import Sealer
from rag.chat.source_panel import Highlight, gone, reader, way
from rag.chat.uploads import Uploads
from rag.errors import RagError
from rag.text.spans import Span

EXAMPLES = 5
"""Questions offered on the first page."""
CHOSEN = 1000
"""Most articles a question can be narrowed to."""
HINT = "Press a number in an answer, and the article opens at the sentence it quotes."
NO_SOURCE = f'<div class="source empty"><p>{HINT}</p></div>'
Sent = Mapping[str, object]
"""What the browser sent with an event: anything at all."""


class Events:
    """Everything the page can ask of the server.

    Args:
        desk: answers questions.
        sessions: who is at the page.
        sealer: signs what browsers keep.
        feedback: where likes go.
        uploads: the readers' own articles; None when the library may not be changed.
        title: heading of the first page.
    """

    def __init__(
        self, desk: Desk, sessions: Sessions, sealer: Sealer, feedback: Feedback, uploads: Uploads | None, title: str
    ) -> None:
        self.sessions = sessions
        self._desk = desk
        self._assistant = desk.assistant
        self._sealer = sealer
        self._feedback = feedback
        self._uploads = uploads
        self._title = title
        self._numbers = count()
        self._examples: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # for which articles, and which

    def ask(self, who: Reader, sent: Sent) -> Iterator[str]:
        """The conversation with one more question, again with each sentence; with `turn`, in that turn's place."""
        session = self.sessions.of(who)
        turn = _number(sent, "turn")
        if turn is not None:
            session.chat = session.chat.before(turn)
        for chat in self._desk.ask(session, _words(sent, "text"), who.name or who.tab):
            if chat.exchanges[-1].stage == "asking":
                yield turns(chat, next(session.drawings))
        yield self._conversation(who)

    def answer(self, who: Reader, question: str) -> dict[str, object]:
        """One answer outside any conversation, as plain values.

        Raises:
            RagError: it cannot be answered, or this reader asks too often.
        """
        return self._desk.answer(question, who.name or who.tab).to_dict()

    def stop(self, who: Reader, sent: Sent) -> None:
        """End the answer that is being written; what stands of it stays."""
        self.sessions.of(who).stop.set()

    def show(self, who: Reader, sent: Sent) -> str:
        """The conversation as it is."""
        return self._conversation(who)

    def new(self, who: Reader, sent: Sent) -> str:
        """An empty conversation."""
        self.sessions.of(who).turn_to(fresh())
        return self._conversation(who)

    def resume(self, who: Reader, sent: Sent) -> str:
        """A conversation that this browser kept; the present one when it was not sealed here for this reader."""
        session = self.sessions.of(who)
        chat = self._sealer.open(_words(sent, "sealed"), who.name)
        if chat is not None:
            session.turn_to(chat)
        return self._conversation(who)

    def like(self, who: Reader, sent: Sent) -> str:
        """The conversation with an answer liked or disliked, which is written down with the word that came with it."""
        session = self.sessions.of(who)
        turn, exchange = _turn(session, sent)
        if exchange is not None:
            word = _words(sent, "word").strip()
            marked = replace(exchange, liked=_words(sent, "liked") == "True", explained=bool(word))
            session.chat = session.chat.changed(turn, marked)
            self._feedback.keep(session.chat, turn, word)
        return self._conversation(who)

    def cite(self, who: Reader, sent: Sent) -> str:
        """The article of a citation, open at the sentence it quotes, with what else is cited from it."""
        turn, exchange = _turn(self.sessions.of(who), sent)
        if exchange is None or exchange.answer is None:
            return NO_SOURCE
        cited = render.cited(exchange.answer)
        number = _number(sent, "number")
        wanted = next((one for one in cited if one.number == number), None)
        if wanted is None:
            return NO_SOURCE
        marks = [
            Highlight(Span(one.start, one.end), one.number, one is wanted)
            for one in cited
            if one.article == wanted.article
        ]
        return self._read(wanted.article, wanted.title, marks, way(turn, cited, wanted.number))

    def nearest(self, who: Reader, sent: Sent) -> str:
        """The article of a passage that was nearest to a question, open at that passage."""
        _, exchange = _turn(self.sessions.of(who), sent)
        hits = render.nearest(exchange.answer) if exchange and exchange.answer else ()
        number = _number(sent, "number")
        if number is None or number >= len(hits):
            return NO_SOURCE
        passage = hits[number].passage
        marks = [Highlight(Span(one.start, one.end), 0, open=True) for one in passage.sentences]
        return self._read(passage.article, passage.title, marks)

    def article(self, who: Reader, sent: Sent) -> str:
        """An article from its beginning."""
        return self._read(_words(sent, "article"), "Article", [])

    def library(self, who: Reader, sent: Sent) -> str:
        """The list of articles, narrowed by `query`."""
        with contextlib.suppress(RagError):
            entries = self._assistant.articles()
            scope = self.sessions.of(who).scope
            return library(entries, scope, _words(sent, "query"), editable=self._uploads is not None)
        return library((), Scope())

    def remove(self, who: Reader, sent: Sent) -> str:
        """The list of articles without one that is forgotten."""
        if self._uploads is not None:
            with contextlib.suppress(RagError):
                self._uploads.remove(_words(sent, "article"))
        return self.library(who, sent)

    def scope(self, who: Reader, sent: Sent) -> str:
        """What the next questions are asked within: dates and articles."""
        session = self.sessions.of(who)
        entries = self._assistant.articles()
        chosen = sent.get("articles")
        known = {entry.id for entry in entries}
        wanted = [id for id in chosen[:CHOSEN] if id in known] if isinstance(chosen, list) else []
        session.scope = Scope(_date(sent, "after"), _date(sent, "before"), tuple(wanted) or None)
        return narrowed(session.scope, entries)

    def export(self, who: Reader, sent: Sent) -> dict[str, object]:
        """The conversation as a file for the browser to save: `kind` is markdown or html."""
        chat = self.sessions.of(who).chat
        web = sent.get("kind") == "html"
        return {
            "n": next(self._numbers),
            "name": "chat.html" if web else "chat.md",
            "type": "text/html" if web else "text/markdown",
            "text": as_html(chat) if web else as_markdown(chat),
        }

    def _conversation(self, who: Reader) -> str:
        session = self.sessions.of(who)
        drawing = next(session.drawings)
        chat = session.chat
        if chat.exchanges:
            return turns(chat, drawing, self._sealer.seal(chat, who.name))
        return f"{self._welcome()}{turns(chat, drawing)}"

    def _welcome(self) -> str:
        try:
            entries = self._assistant.articles()
        except RagError:
            return welcome(self._title, (), ())
        ids = tuple(entry.id for entry in entries)
        if self._examples[0] != ids:
            self._examples = (ids, examples(self._assistant, EXAMPLES))
        return welcome(self._title, entries, self._examples[1])

    def _read(self, article: str, title: str, marks: list[Highlight], bar: str = "") -> str:
        try:
            return reader(self._assistant.article(article), marks, bar)
        except RagError:
            return gone(title)


def _turn(session: Session, sent: Sent) -> tuple[int, Exchange | None]:
    turn = _number(sent, "turn")
    exchanges = session.chat.exchanges
    return (turn, exchanges[turn]) if turn is not None and turn < len(exchanges) else (-1, None)


def _words(sent: Sent, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _number(sent: Sent, name: str) -> int | None:
    value = sent.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def _date(sent: Sent, name: str) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(_words(sent, name))
    return None
