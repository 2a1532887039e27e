"""Chat -> a file of its own: Markdown, or one HTML page that needs no other file."""

from rag import render
from rag.chat.exchanges import Chat, Exchange
from rag.chat.markup import render_template


def export_markdown(chat: Chat) -> str:
    """The chat as Markdown, each answer with its sources."""
    return "\n".join(
        f"## {_one_line(exchange.question)}\n\n{_markdown_answer(exchange)}" for exchange in chat.exchanges
    )


def _one_line(question: str) -> str:
    return " ".join(question.split()).replace("<", "\\<").replace("[", "\\[").replace("!", "\\!")


def _markdown_answer(exchange: Exchange) -> str:
    return render.markdown(exchange.answer) if exchange.answer else f"{exchange.problem or 'No answer.'}\n"


def export_html(chat: Chat) -> str:
    """The chat as one HTML page without scripts or links."""
    return render_template(
        "export",
        chat=chat,
        labels=render,
        cited=render.shown_citations,
        footer=render.footer,
        marks=render.format_marks,
        split_at_answer=render.split_at_answer,
        voices=render.format_side,
    )
