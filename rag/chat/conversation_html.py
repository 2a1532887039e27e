"""Exchanges -> HTML: the conversation as the left column shows it."""

from rag import render
from rag.answering.answer import Answer, Citation
from rag.chat.exchanges import Chat
from rag.chat.feedback import COMMENT_CHARS
from rag.chat.markup import keep_ellipsis, render_template
from rag.retrieval import Hit

PREVIEW_CHARS = 420
"""Characters of a quote in a hover preview."""


def render_conversation(chat: Chat, drawing: int, signed: str = "") -> str:
    """The whole conversation.

    Args:
        chat: its exchanges.
        drawing: number of this rendering; the page drops one that comes after a newer one.
        signed: the chat as the browser keeps it; empty for one that is not to be kept.
    """
    return render_template(
        "conversation",
        chat=chat,
        drawing=drawing,
        signed=signed,
        busy=any(exchange.stage == "asking" for exchange in chat.exchanges),
        comment_chars=COMMENT_CHARS,
        labels=render,
        markdown=render.markdown,
        footer=render.footer,
        nearest=render.nearest_hits,
        snippet=_snippet,
        split_at_answer=render.split_at_answer,
        preview=_preview,
        citations_by_number=_citations_by_number,
        citations_by_article=_citations_by_article,
    )


def _snippet(hit: Hit) -> str:
    return keep_ellipsis(render.snippet(hit))


def _preview(citation: Citation) -> str:
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
