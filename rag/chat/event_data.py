"""Data of an event as a browser sent it -> values; whatever is not of the wanted kind counts as not sent."""

import contextlib
from collections.abc import Iterable, Mapping
from datetime import date

from rag.chat.exchanges import Scope
from rag.index import Entry
from rag.text.words import encodable

EventData = Mapping[str, object]
"""Data of an event as the browser sent it, unchecked."""
MAX_CHOSEN = 1000
"""Most articles a question can be narrowed to."""
COLLECTION_CHARS = 1000
"""Longest name of a collection."""


def read_string(data: EventData, name: str) -> str:
    """A text, without lone surrogates, which no page and no database takes; empty when none was sent."""
    value = data.get(name)
    return encodable(value) if isinstance(value, str) else ""


def read_number(data: EventData, name: str) -> int | None:
    """A number from 0, sent as a number or in digits; None when none was sent."""
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def read_day(data: EventData, name: str) -> date | None:
    """A day, sent in ISO format; None when none was sent."""
    with contextlib.suppress(ValueError):
        return date.fromisoformat(read_string(data, name))
    return None


def read_scope(data: EventData, entries: Iterable[Entry]) -> Scope:
    """The scope that the page sent; ids of articles that are gone are left out, and may leave none."""
    sent, chosen = data.get("articles"), None
    if isinstance(sent, list) and sent:
        known = {entry.id for entry in entries}
        chosen = tuple(id for id in sent[:MAX_CHOSEN] if isinstance(id, str) and id in known)
    collection = read_string(data, "collection")[:COLLECTION_CHARS] or None
    after, before, undated = read_day(data, "after"), read_day(data, "before"), data.get("undated") is True
    return Scope(after, before, chosen, undated, collection)
