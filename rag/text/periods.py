"""Text -> the stretches of time it names, whether or not its day of publication is known."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rag.text.dates import WEEKDAYS, Mention, mentions

SOME_DAY = date(2001, 7, 1)
"""Stands in for an unknown day of publication, so that "on Monday" can at least be told from "on Tuesday"."""


_HINT = re.compile(
    r"\d|day\b|\b(?:week|month|year|today|tonight|tomorrow|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
"""Every text that names a date has one of these; asking it first saves nine tenths of the time."""
_MONTHS = frozenset("january february march april june july august september october november december".split())
"""But May, which is mostly another word."""


class When(NamedTuple):
    """A stretch of time that a text names."""

    said: str
    first: date
    last: date
    start: int
    """Offset in the text."""
    end: int
    floating: bool
    """Whether its year is not known: the text does not say it and its day of publication is unknown."""


@lru_cache(maxsize=16384)
def named(text: str, published: date | None = None) -> tuple[Mention, ...]:
    """As `rag.text.dates.mentions`, remembered."""
    return mentions(text, published=published) if _HINT.search(text) else ()


@lru_cache(maxsize=16384)
def periods(text: str, published: date | None) -> tuple[When, ...]:
    """Every stretch of time a text names, in order."""
    known = {(one.start, one.end) for one in named(text, published)}
    return tuple(
        When(text[one.start : one.end], one.first, one.last, one.start, one.end, (one.start, one.end) not in known)
        for one in named(text, published or SOME_DAY)
    )


def calendar(word: str) -> str:
    """What kind of calendar name a folded word is; empty when it is none."""
    if word.endswith("day") and word[:3] in WEEKDAYS:
        return "weekday"
    return "month" if word in _MONTHS else ""
