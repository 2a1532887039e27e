"""Events that read: the sources of a chat, one's own or one that was shared -> HTML of the right column."""

from pathlib import Path

from rag import render
from rag.articles import Article
from rag.articles.pdf_pages import read_pdf_page
from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.conversation_html import preview_text
from rag.chat.event_data import EventData, read_number, read_string
from rag.chat.exchanges import Chat, Exchange
from rag.chat.references import format_reference
from rag.chat.sessions import Session, Sessions, User
from rag.chat.sharing import SharedChat, Shares, shared_token
from rag.chat.source_panel import (
    Highlight,
    Navigation,
    PageView,
    render_missing_article,
    render_no_source,
    render_pdf_page,
    render_source,
)
from rag.errors import ArticleError, RagError
from rag.text.spans import Span


class SourceEvents:
    """Handles the events that open a source.

    Args:
        readers: have the articles that each user may read.
        sessions: one for each user and chat.
        shares: the chats that users share; None where nobody logs in.
    """

    def __init__(self, readers: Readers, sessions: Sessions, shares: Shares | None) -> None:
        self.sessions = sessions
        self._readers = readers
        self._shares = shares

    def cite(self, user: User, data: EventData) -> str:
        """The article of a citation, open at the sentence it quotes, with the other citations of the same article."""
        exchange, number = self._exchange(user, data), read_number(data, "number")
        cited = render.shown_citations(exchange.answer) if exchange and exchange.answer else ()
        opened = next((citation for citation in cited if citation.number == number), None)
        if opened is None:
            return render_no_source()
        marks = [
            Highlight(Span(citation.start, citation.end), citation.number, citation is opened)
            for citation in cited
            if citation.article == opened.article
        ]
        return self._source(user, opened.article, opened.title, marks, _navigation(exchange, number))

    def nearest(self, user: User, data: EventData) -> str:
        """The article of a passage that was nearest to a question, open at that passage."""
        exchange = self._exchange(user, data)
        hits = render.nearest_hits(exchange.answer) if exchange and exchange.answer else ()
        number = read_number(data, "number")
        if exchange is None or number is None or number >= len(hits):
            return render_no_source()
        passage = hits[number].passage
        marks = [Highlight(Span(sentence.start, sentence.end), 0, open=True) for sentence in passage.sentences]
        return self._source(user, passage.article, passage.title, marks, Navigation(exchange, (), 0))

    def article(self, user: User, data: EventData) -> str:
        """An article from its beginning, or open at the offsets `start` and `end`."""
        start, end = read_number(data, "start"), read_number(data, "end")
        opened = start is not None and end is not None and start < end
        marks = [Highlight(Span(start or 0, end or 0), 0, open=True)] if opened else []
        return self._source(user, read_string(data, "article"), "Article", marks)

    def pdf(self, user: User, data: EventData) -> str:
        """A page of the PDF that an article was read from, with the part of its text from `start` to `end` marked.

        Data:
            page: number of the page, from 1; without one the page that holds the part.
            turn, number: of the citation or passage that is open.
        """
        navigation = _navigation(self._exchange(user, data), read_number(data, "number"))
        quoted = Span(read_number(data, "start") or 0, read_number(data, "end") or 0)
        try:
            article = self._reader(user).article(read_string(data, "article"))
        except RagError:
            return render_missing_article("Article")
        return render_pdf_page(article, _page_view(article, quoted, read_number(data, "page")), navigation)

    def _session(self, user: User, data: EventData) -> Session:
        """The session of the chat that the page shows; of a shared one, a session of its own that nothing keeps."""
        id = read_string(data, "chat")
        token = shared_token(id)
        if not token:
            return self.sessions.get(user, id)
        shared = self._shared(user, token)
        return Session(Chat(id, shared.chat.exchanges if shared else ()))

    def _shared(self, user: User, token: str) -> SharedChat | None:
        """A shared chat, to whoever may read all that its owner may: it tells of any of that, and how much there is."""
        shared = self._shares.open(token) if self._shares else None
        return shared if shared and self._readers.reads_as_much(user.name, shared.owner, shared.groups) else None

    def _reader(self, user: User) -> Assistant:
        return self._readers.of(user.name)

    def _exchange(self, user: User, data: EventData) -> Exchange | None:
        return self._session(user, data).chat.exchange(read_string(data, "turn"))

    def _source(
        self, user: User, article: str, title: str, marks: list[Highlight], navigation: Navigation | None = None
    ) -> str:
        try:
            return render_source(self._reader(user).article(article), marks, navigation)
        except RagError:
            return render_missing_article(title)


def _navigation(exchange: Exchange | None, number: int | None) -> Navigation | None:
    """The bar above a citation of an exchange, or above a passage that was near when no citation has the number."""
    if exchange is None or exchange.answer is None:
        return None
    cited = {citation.number: citation for citation in render.shown_citations(exchange.answer)}
    if number is None or number not in cited:
        return Navigation(exchange, (), 0)
    opened = cited[number]
    return Navigation(exchange, tuple(cited), number, preview_text(opened), format_reference(opened))


def _page_view(article: Article, quoted: Span, number: int | None) -> PageView:
    if Path(article.source).suffix.lower() != ".pdf":
        return PageView(quoted, None, "is no PDF")
    share = quoted.start / max(len(article.text), 1)
    try:
        sentence = article.text[quoted.start : quoted.end]
        return PageView(quoted, read_pdf_page(Path(article.source), sentence, share, number))
    except ArticleError as error:
        return PageView(quoted, None, error.reason)
