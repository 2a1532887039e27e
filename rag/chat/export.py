"""Chat -> a file of its own: Markdown, Word, PDF, one HTML page that needs no other file, or the articles it cites."""

import base64
import re
from collections.abc import Callable
from datetime import date

from rag import render
from rag.chat.conversation_html import scope_text
from rag.chat.exchanges import Chat, Exchange
from rag.chat.export_template import render_export
from rag.chat.pdf_export import export_pdf
from rag.chat.references import export_bibtex, export_csl
from rag.chat.word_export import export_word
from rag.text.day_names import format_date

NAME_CHARS = 60
"""Longest name of an exported file, without its suffix."""
_MARK = re.compile(r"(?<!\\)\[(\d+)\]")
_SOURCE = re.compile(r"^(\d+)\. ", re.MULTILINE)
_UNNAMED = re.compile(r"[\W_]+")


def export_file(chat: Chat, kind: str, day: date) -> dict[str, str]:
    """The chat as a file for a browser to save: `name`, `type`, and `text` or, of a binary one, `base64`.

    Args:
        chat: to export.
        kind: html, word, pdf, bibtex or csl; anything else is markdown.
        day: of the export.
    """
    suffix, type_, export = _KINDS.get(kind, _KINDS["markdown"])
    content = export(chat, day)
    file = {"name": export_name(chat, suffix), "type": type_}
    if isinstance(content, bytes):
        return {**file, "base64": base64.b64encode(content).decode()}
    return {**file, "text": content}


def export_name(chat: Chat, suffix: str) -> str:
    """A file name from the chat's first question: why-did-serbs-put-up-roadblocks.md."""
    words = _UNNAMED.sub("-", chat.title.casefold())[:NAME_CHARS].strip("-")
    return f"{words or 'chat'}{suffix}"


def export_markdown(chat: Chat, day: date) -> str:
    """The chat as Markdown, each answer with its scope and its sources, to which its marks link as footnotes.

    Args:
        chat: to export.
        day: of the export.
    """
    turns = (
        f"## {_one_line(one.question)}\n\n{_as_footnotes(_markdown_answer(one), number)}"
        for number, one in enumerate(chat.exchanges, start=1)
    )
    return "\n".join([f"# {_one_line(chat.title)}\n\nExported on {format_date(day)}.\n", *turns])


def _one_line(question: str) -> str:
    return " ".join(question.split()).replace("<", "\\<").replace("[", "\\[").replace("!", "\\!")


def _markdown_answer(exchange: Exchange) -> str:
    within = scope_text(exchange.scope)
    answer = render.markdown(exchange.answer) if exchange.answer else f"{exchange.problem or 'No answer.'}\n"
    return f"Asked within: {within}\n\n{answer}" if within else answer


def _as_footnotes(answer: str, number: int) -> str:
    """The answer with its marks and sources as footnotes of their own: [1] of the second answer is [^2-1]."""
    return _SOURCE.sub(rf"[^{number}-\1]: ", _MARK.sub(rf"[^{number}-\1]", answer))


def export_html(chat: Chat, day: date) -> str:
    """The chat as one HTML page without scripts, which links to nothing but its own parts.

    Args:
        chat: to export.
        day: of the export.
    """
    return render_export("export", chat, day, voices=render.format_side)


_KINDS: dict[str, tuple[str, str, Callable[[Chat, date], str | bytes]]] = {
    "markdown": (".md", "text/markdown", export_markdown),
    "html": (".html", "text/html", export_html),
    "word": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", export_word),
    "pdf": (".pdf", "application/pdf", export_pdf),
    "bibtex": (".bib", "application/x-bibtex", lambda chat, _: export_bibtex(chat)),
    "csl": (".json", "application/vnd.citationstyles.csl+json", lambda chat, _: export_csl(chat)),
}
"""Kind -> suffix, media type, and what writes it."""
