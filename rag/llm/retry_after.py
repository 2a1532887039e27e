"""Refused request -> the pause that the server asks for."""

import math
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openai

_WAIT = re.compile(r"(?:try again|retry|wait)\b[^.\d]{0,30}(\d+(?:\.\d+)?)\s*(ms|s|m)", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}


def pause_of(error: "openai.APIError", message: str) -> float | None:
    """Seconds that a server asks to wait: by a header, as a number or a date, or in words; None for no word of it.

    Args:
        error: what the server replied.
        message: its words.
    """
    import openai

    headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
    for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _seconds(headers.get(header, ""), headers.get("date", ""))
        if seconds is not None:
            return max(0.0, seconds * scale)
    found = _WAIT.search(message)
    return float(found.group(1)) * _UNITS[found.group(2).lower()] if found else None


def _seconds(value: str, sent: str) -> float | None:
    """Seconds from a number, or until a date; by the server's clock where it says when it sent the reply."""
    with suppress(ValueError):
        seconds = float(value.strip().removesuffix("s"))
        return seconds if math.isfinite(seconds) else None
    date = _date(value)
    return (date - (_date(sent) or datetime.now(UTC))).total_seconds() if date else None


def _date(value: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = parse(value.strip())
        except ValueError:
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
