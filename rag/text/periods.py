"""Text -> the periods it names, whether or not its day of publication is known."""

import re
from datetime import date, timedelta
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
_YEAR = re.compile(r"\d{4}")
_SAME_DAY = re.compile(r",? (?:the )?")
"""Between the day of the week and the day of the month."""
_OF = re.compile(r" (?:of )?")
_NAMES_OF_MONTHS = "|".join(month.full for month in MONTHS)
_WITHOUT_YEAR = re.compile(
    rf"(?:early |mid-?|late |\d+(?:st|nd|rd|th)? )?(?:{_NAMES_OF_MONTHS})(?: \d+(?:st|nd|rd|th)?)?", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:between|from) (?:the )?(?P<words>(?P<first>\w+) (?:and|to|until|till|through) (?:the )?)?\Z"
)
_AND = re.compile(r" (?:and|to|until|till|through) (?:the )?|\s?[-–—]\s?")
_WHICH = re.compile(r"\b(?P<which>last|past|this|next) \Z", re.IGNORECASE)
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

    @property
    def names_year(self) -> bool:
        """Whether its words have a year in digits."""
        return _YEAR.search(self.text) is not None


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


@lru_cache(maxsize=16384)
def joined_periods(text: str, published: date | None) -> tuple[Period, ...]:
    """As `periods`, but the words of one date are one: "Sunday 19 July", "May last year", "from May to July 2016"."""
    joined: list[Period] = []
    for period in periods(text, published):
        last = joined.pop() if joined else None
        whole = _join(text, last, period) if last else None
        if last and not whole:
            joined.append(last)
        joined.append(whole or _which(text, _from_its_beginning(text, period, published)))
    return tuple(joined)


def _join(text: str, one: Period, other: Period) -> Period | None:
    """Two neighbours as one; None where they are two dates."""
    between = text[one.end : other.start]
    if calendar_kind(one.text.lower()) == "weekday" and _SAME_DAY.fullmatch(between) and other.first == other.last:
        return other._replace(text=text[one.start : other.end], start=one.start)
    if _BETWEEN.search(text[: one.start]) and _AND.fullmatch(between) and one.first <= other.last:
        return _stretch(text, one, other)
    if _WITHOUT_YEAR.fullmatch(one.text) and other.text.lower().endswith(" year") and _OF.fullmatch(between):
        month = next(iter(periods(f"{one.text} {other.first.year}", None)), other)
        return other._replace(text=text[one.start : other.end], start=one.start, first=month.first, last=month.last)
    return None


def _which(text: str, period: Period) -> Period:
    """A day of the week or a month with the word before it: "next Monday", "last October"."""
    which = _WHICH.search(text[: period.start])
    kind = calendar_kind(period.text.lower())
    if not (which and kind):
        return period
    days = timedelta(weeks=kind == "weekday" and which["which"].lower() == "next")
    words = text[which.start() : period.end]
    return period._replace(text=words, start=which.start(), first=period.first + days, last=period.last + days)


def _from_its_beginning(text: str, period: Period, published: date | None) -> Period:
    """A period with the month or day before it whose year it gives, too: "between October and December 2016"."""
    opening = _BETWEEN.search(text[: period.start])
    words = f"{opening['first']} {period.text.partition(' ')[2]}" if opening and opening["words"] else ""
    first = next(iter(periods(words, published)), None)
    if opening is None or first is None or first.text != words or first.first > period.last:
        return period
    return _stretch(text, first._replace(start=opening.start("words")), period)


def _stretch(text: str, one: Period, other: Period) -> Period:
    return other._replace(text=text[one.start : other.end], start=one.start, first=one.first)


def _period(text: str, mention: Mention, *, floating: bool) -> Period:
    start, end, first, last = mention
    return Period(text[start:end], first, last, start, end, floating)


def calendar_kind(word: str) -> str:
    """ "weekday" or "month" for a folded word that is the name of one; empty otherwise."""
    if word in _WEEKDAYS:
        return "weekday"
    return "month" if word in _MONTHS else ""
