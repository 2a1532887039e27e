"""Any text -> HTML text: what others wrote never becomes markup, and cannot turn the text around it."""

import html
import re
import unicodedata
from datetime import date

from rag import render

TITLE_CHARS = 160
"""Characters of a title shown: two lines of the panel."""
_HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u206f\u00ad\U000e0000-\U000e007f]")
"""Characters that show nothing but hide or reorder what stands beside them; joiners that scripts need stay."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def text(value: str) -> str:
    """The text as HTML, fit for content and for double-quoted attributes."""
    return html.escape(_CONTROL.sub("", _HIDDEN.sub("", value)), quote=True)


def line(value: str, limit: int = TITLE_CHARS) -> str:
    """The text as HTML on one line, cut at a word with an ellipsis; untitled when nothing of it can be seen."""
    words = " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", value)).split())
    if len(words) > limit:
        cut = words[:limit].rsplit(" ", 1)[0]
        words = (cut if len(cut) > limit // 2 else words[:limit]) + " …"
    return text(words).replace(" …", "&nbsp;…") or "untitled"


def day(published: date | None) -> str:
    """A publication date as a `time` element, or undated."""
    if published is None:
        return "undated"
    return f'<time datetime="{published.isoformat()}">{render.day(published)}</time>'


def icon(name: str) -> str:
    """An icon of the page's sprite, hidden from screen readers: the button around it has the name."""
    return f'<svg class="icon" aria-hidden="true"><use href="#i-{name}"/></svg>'


def button(event: str, label: str, content: str, kind: str = "", **data: object) -> str:
    """A button that tells the page an event.

    Args:
        event: name of the event.
        label: what a screen reader says; empty when the content says it.
        content: HTML inside.
        kind: class of the button.
        data: what the event carries.
    """
    carried = "".join(f' data-{name}="{text(str(value))}"' for name, value in data.items())
    named = f' aria-label="{text(label)}" title="{text(label)}"' if label else ""
    return f'<button type="button" class="{kind}" data-event="{event}"{named}{carried}>{content}</button>'
