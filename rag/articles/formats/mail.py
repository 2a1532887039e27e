"""Mail and saved pages -> articles: .eml, .msg, .mbox and .mhtml."""

import email
import email.policy
import re
import struct
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.dating import StatedDate, stated_date
from rag.articles.formats.content import FileContent, visible_text
from rag.articles.formats.limits import require_within
from rag.articles.formats.mail_parts import read_parts
from rag.articles.formats.records import html_text, with_notes
from rag.articles.formats.web import web_page
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

BROKEN_OUTLOOK = (
    OSError,
    ValueError,
    OverflowError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    LookupError,
    struct.error,
)
"""What python-oxmsg and olefile raise for a damaged message."""
NAMED_MESSAGES = 5
"""Messages of a mailbox without a text that are noted one by one; the rest is counted."""
_MESSAGE = re.compile(rb"^From [^\n]{1,200}\d{4}[^\n]{0,20}\r?\n(?=[\w-]+:)", re.MULTILINE)


def mail(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of a message, with its subject as title and the day it was sent; attachments are noted."""
    try:
        message = _parsed(content)
        text, attached = read_parts(message)
    except (LookupError, ValueError, AttributeError, RecursionError) as error:
        raise ArticleError(file, "is a broken mail message") from error
    if not text.strip():
        raise ArticleError(file, "is a mail message without a text")
    subject, sent = " ".join(str(message.get("subject", "")).split()), str(message.get("date", ""))
    day = stated_date(sent, "Date header")
    return FileContent(text, subject, (day,) if day else (), notes=_attachment_notes(attached))


def outlook_mail(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The text of a message of Outlook, with its subject as title and the day it was sent; attachments are noted."""
    from oxmsg import Message

    try:
        message = Message.load(content)
        stated = (message.body, message.html_body, message.subject)
        text, markup, subject = ((value or "").strip("\0 \r\n") for value in stated)
        sent = message.sent_date
        attached = [attachment.file_name or "one without a name" for attachment in message.attachments]
    except BROKEN_OUTLOOK as error:
        raise ArticleError(file, "is a broken .msg message") from error
    text = visible_text(text) or html_text(markup)
    if not text.strip():
        raise ArticleError(file, "is a mail message without a text")
    day = (StatedDate("Date header", sent.date()),) if sent else ()
    return FileContent(text, " ".join(subject.split()), day, notes=_attachment_notes(attached))


def _attachment_notes(names: list[str]) -> tuple[str, ...]:
    return (f"attachments were not read: {', '.join(names[:5])}",) if names else ()


def mailbox(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """The messages of an mbox file, named by their number."""
    from dataclasses import replace

    edges = [*(match.start() for match in _MESSAGE.finditer(content)), len(content)]
    held = f"holds {len(edges) - 1} messages"
    require_within(file, held, len(edges) - 1, settings.file_articles, "file_articles")
    articles, lost = [], []
    for number, (start, end) in enumerate(pairwise(edges), start=1):
        try:
            message = mail(file, content[start:end].partition(b"\n")[2], settings)
        except ArticleError as error:
            lost.append(f"message {number} {error.reason}")
            continue
        articles.append(replace(message, name=str(number)))
    if not articles:
        raise ArticleError(file, "holds no mail message with a text")
    more = (f"{len(lost) - NAMED_MESSAGES} more messages were not read",) if len(lost) > NAMED_MESSAGES else ()
    return with_notes(tuple(articles), (*lost[:NAMED_MESSAGES], *more))


def saved_page(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The web page in an .mhtml file."""
    for part in _parsed(content).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                return web_page(file, page, settings)
    raise ArticleError(file, "holds no web page")


def _parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
