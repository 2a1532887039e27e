"""Text -> the periods it names, whether or not its day of publication is known."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rag.text.dates import Mention, mentions
from rag.text.english import MONTHS, WEEKDAYS

SOME_DAY = date(2001, 7, 1)
"""Stands for an unknown day of publication, so that "on Monday" and "on Tuesday" still differ."""

_HINT = re.compile(
    rf"\d|day\b|\b(?:week|month|year|today|tonight|tomorrow|{'|'.join(month.full[:3] for month in MONTHS)})",
    re.IGNORECASE,
)
"""Every text that names a date matches this; testing it first saves nine tenths of the time."""
_WEEKDAYS = frozenset(day.full for day in WEEKDAYS)
_MONTHS = frozenset(month.full for month in MONTHS) - {"may"}
"""Without May, which is mostly another word."""


class Period(NamedTuple):
    """A stretch of days that a text names."""

    text: str
    """Its words in the text."""
    first: date
    last: date
    start: int
    """Offset in the text."""
    end: int
    floating: bool
    """Whether its year is unknown: the text does not say it and has no day of publication."""


@lru_cache(maxsize=16384)
def cached_mentions(text: str, published: date | None = None) -> tuple[Mention, ...]:
    """As `rag.text.dates.mentions`, cached."""
    return mentions(text, published=published) if _HINT.search(text) else ()


@lru_cache(maxsize=16384)
def periods(text: str, published: date | None) -> tuple[Period, ...]:
    """Every period that a text names, in order.

    Args:
        text: any text.
        published: its day of publication; None when it is unknown.
    """
    dated = {(mention.start, mention.end) for mention in cached_mentions(text, published)}
    return tuple(
        _period(text, mention, floating=(mention.start, mention.end) not in dated)
        for mention in cached_mentions(text, published or SOME_DAY)
    )


def _period(text: str, mention: Mention, *, floating: bool) -> Period:
    start, end, first, last = mention
    return Period(text[start:end], first, last, start, end, floating)


def calendar_kind(word: str) -> str:
    """ "weekday" or "month" for a folded word that is the name of one; empty otherwise."""
    if word in _WEEKDAYS:
        return "weekday"
    return "month" if word in _MONTHS else ""
