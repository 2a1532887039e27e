"""Exchanges -> HTML: the conversation as the left column shows it."""

from rag import render
from rag.answering.answer import REFUSAL, Answer, Citation
from rag.chat.exchanges import MAX_EXCHANGES, Chat, Exchange, Scope
from rag.chat.feedback import COMMENT_CHARS
from rag.chat.markup import count, keep_ellipsis, line, render_template
from rag.chat.sharing import SharedChat
from rag.retrieval import Hit
from rag.text.day_names import format_date

PREVIEW_CHARS = 420
"""Characters of a quote in a hover preview."""


def render_conversation(
    chat: Chat, drawing: int, signed: str = "", library: int = 0, *, operator: bool = False, read_only: bool = False
) -> str:
    """The whole conversation.

    Args:
        chat: its exchanges.
        drawing: version of the chat; the page drops one that comes after a newer one.
        signed: the chat as the browser keeps it; empty for one that is not to be kept.
        library: fingerprint of the articles, by which the page sees that its list is old; 0 while it does not matter.
        operator: whether the user may see the settings.
        read_only: whether it is another user's, in which nothing can be asked or judged.
    """
    return render_template(
        "conversation",
        chat=chat,
        drawing=drawing,
        signed=signed,
        library=library,
        operator=operator,
        read_only=read_only,
        busy=chat.asking is not None,
        max_exchanges=MAX_EXCHANGES,
        comment_chars=COMMENT_CHARS,
        labels=render,
        markdown=render.markdown,
        footer=render.footer,
        origin=_origin,
        refusal=refusal_text,
        scope_text=scope_text,
        nearest=render.nearest_hits,
        snippet=_snippet,
        split_at_answer=render.split_at_answer,
        preview=preview_text,
        citations_by_number=_citations_by_number,
        citations_by_article=_citations_by_article,
    )


def render_shared(chat: Chat, drawing: int, shared: SharedChat | None) -> str:
    """A shared chat, which can only be read, below whose it is; a line in its place when it is shared no longer.

    Args:
        chat: with the id that the page gives it.
        drawing: as for `render_conversation`.
        shared: None when there is none.
    """
    head = render_template("shared", shared=shared)
    return f"{head}{render_conversation(chat, drawing, read_only=True)}"


def scope_text(scope: Scope) -> str:
    """A scope in words: "sport, from 1 January 2022, 2 chosen articles"; empty for every article."""
    parts = [
        line(scope.collection) if scope.collection else "",
        f"from {format_date(scope.after)}" if scope.after else "",
        f"until {format_date(scope.before)}" if scope.before else "",
        "with undated articles" if scope.dated and scope.undated else "",
        count(len(scope.articles), "chosen article") if scope.articles is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def refusal_text(exchange: Exchange, answer: Answer) -> str:
    """The text of an answer without sentences, with the articles that were asked: not all of them said nothing."""
    scope = exchange.scope
    if answer.text != REFUSAL or not scope.bounded:
        return answer.text
    if scope.articles is None:
        of = ["this collection"] * (scope.collection is not None) + ["these dates"] * scope.dated
        return f"The articles of {' and '.join(of)} do not say."
    if len(scope.articles) == 1:
        return "The chosen article does not say."
    return "The chosen articles do not say."


def _origin(answer: Answer) -> str:
    """Where the sentences of an answer come from, in the words of a reader; empty when it has none."""
    if not answer.sentences:
        return ""
    return "Quoted word for word" if answer.mode == "quotes" else f"Written by {answer.mode}, each sentence checked"


def _snippet(hit: Hit) -> str:
    return keep_ellipsis(render.snippet(hit))


def preview_text(citation: Citation) -> str:
    """The quote of a citation as a hover preview shows it, cut after `PREVIEW_CHARS`."""
    quote = citation.quote
    return quote if len(quote) <= PREVIEW_CHARS else quote[:PREVIEW_CHARS] + "…"


def _citations_by_number(answer: Answer) -> dict[int, Citation]:
    return {citation.number: citation for citation in answer.citations}


def _citations_by_article(answer: Answer) -> list[list[Citation]]:
    """The cited articles in the order of their first citation, each with its citations."""
    articles: dict[str, list[Citation]] = {}
    for citation in render.shown_citations(answer):
        articles.setdefault(citation.article, []).append(citation)
    return list(articles.values())
