"""Chat + template -> an export's text: what HTML, Word and PDF show of a chat in the same way."""

from datetime import date

from rag import render
from rag.chat.conversation_html import refusal_text, scope_text
from rag.chat.exchanges import Chat
from rag.chat.markup import render_template
from rag.chat.references import format_reference


def render_export(name: str, chat: Chat, day: date, **values: object) -> str:
    """The template of an export.

    Args:
        name: of the template.
        chat: to export.
        day: of the export.
        values: that this export has besides, or in another form.
    """
    shared = {
        "chat": chat,
        "exported": day,
        "reference": format_reference,
        "labels": render,
        "scope_text": scope_text,
        "refusal": refusal_text,
        "cited": render.shown_citations,
        "nearest": render.nearest_hits,
        "snippet": render.snippet,
        "split_at_answer": render.split_at_answer,
        "in_brackets": render.in_brackets,
    }
    return render_template(name, **{**shared, **values})
