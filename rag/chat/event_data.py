"""Data of an event as a browser sent it -> values; whatever is not of the wanted kind counts as not sent."""

import contextlib
from collections.abc import Mapping
from datetime import date

EventData = Mapping[str, object]
"""Data of an event as the browser sent it, unchecked."""


def read_string(data: EventData, name: str) -> str:
    """A text; empty when none was sent."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


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
