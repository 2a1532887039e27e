"""Parts of a mail message -> its text: every part that a reader of the message sees, each in one form."""

from collections.abc import Iterator
from email.message import EmailMessage
from typing import NamedTuple

from rag.articles.formats.content import visible_text
from rag.articles.formats.records import html_text

FORMS = ("plain", "markdown", "html")
"""Kinds of text that are read, the first preferred where a message has several forms of one text."""


class MailText(NamedTuple):
    """The text of a message, and the names of its parts that were not read."""

    text: str
    attached: list[str]


class _Part(NamedTuple):
    """Text of a part, or the name of one that was not read."""

    text: str
    form: str = ""
    attached: str = ""


def read_parts(message: EmailMessage) -> MailText:
    """The text of a message and of those forwarded in it."""
    parts = [*_parts(message)]
    texts = [part.text.strip("\r\n") for part in parts if part.text.strip()]
    return MailText("\n\n".join(texts), [part.attached for part in parts if part.attached])


def _parts(part: EmailMessage) -> Iterator[_Part]:
    kind, form = part.get_content_maintype(), part.get_content_subtype()
    inner = [child for child in part.get_payload() if isinstance(child, EmailMessage)] if part.is_multipart() else []
    if part.get_content_type() == "message/rfc822":
        yield from (read for child in inner for read in _parts(child))
    elif kind == "text" and form in FORMS and not part.is_attachment():
        content = str(part.get_content())
        yield _Part(html_text(content) if form == "html" else visible_text(content), form)
    elif kind != "multipart":
        yield _Part("", attached=part.get_filename() or "one without a name")
    elif form == "alternative":
        yield from _preferred([[*_parts(child)] for child in inner])
    else:
        yield from (read for child in inner for read in _parts(child))


def _preferred(alternatives: list[list[_Part]]) -> list[_Part]:
    """The alternative in the first form that has a text; what is attached within another is attached, too."""
    shown = [[part for part in parts if part.text.strip()] for parts in alternatives]
    best = min((parts for parts in shown if parts), key=lambda parts: FORMS.index(parts[0].form), default=[])
    return [*best, *(part for parts in alternatives for part in parts if part.attached)]
