"""Templates and values -> HTML: text of others never becomes markup, and cannot hide or reorder the text around it.

Both hold by construction: every `{{ value }}` of a template passes `visible`, then Jinja's escaping.
"""

import base64
import re
import unicodedata
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rag.text.day_names import format_date

TEMPLATES = Path(__file__).parent / "templates"
TITLE_CHARS = 160
"""Characters of a title shown: two lines of the panel."""
LONG_WORD = 40
"""Longest word that keeps its marks beside it on a narrow screen."""
_HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u206f\u00ad\U000e0000-\U000e007f]")
"""Characters that show nothing but hide or reorder what stands beside them; joiners that scripts need stay."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that show nothing, and those that XML forbids."""


def render_template(name: str, **values: object) -> str:
    """The template of a name with its values, as HTML, or as what its suffix says; a value it lacks is an error."""
    return _environment().get_template(name if "." in name else f"{name}.html").render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "line": line,
        "day": format_date,
        "count": count,
        "split_last_word": split_last_word,
        "base64": _base64,
    }
    return environment


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _finalize(value: object) -> object:
    """Every value before it is escaped; the output of a macro was finalized and escaped inside it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def visible(text: str) -> str:
    """The text without control characters and without those that hide or reorder others."""
    return text if text.isprintable() else _CONTROL.sub("", _HIDDEN.sub("", text))


def line(text: str, limit: int = TITLE_CHARS) -> str:
    """The text on one line, cut at a word with an ellipsis; "untitled" when nothing of it can be seen."""
    words = " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", text)).split())
    if len(words) > limit:
        cut = words[:limit].rsplit(" ", 1)[0]
        words = (cut if len(cut) > limit // 2 else words[:limit]) + " …"
    return keep_ellipsis(visible(words)) or "untitled"


def keep_ellipsis(text: str) -> str:
    """The text with each ellipsis kept on the line of the word before it."""
    return text.replace(" …", "\N{NO-BREAK SPACE}…")


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 article, 2,000 articles."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def split_last_word(text: str) -> tuple[str, str]:
    """The text before its last word, and that word; the whole text and nothing when the word is too long to keep."""
    start, space, last = text.rpartition(" ")
    return (text, "") if len(last) > LONG_WORD else (start + space, last)
