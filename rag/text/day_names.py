"""Dates -> words: a day, a month, a year or a stretch of days as a user reads it."""

from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


def format_date(published: date | None) -> str:
    """A publication date: 27 December 2022, or undated."""
    return f"{published.day} {published:%B %Y}" if published else "undated"


def format_period(first: date, last: date) -> str:
    """A stretch of days: 27 December 2022, August 2022, 2008, 1998–1999, 1990s, 21–30 November 2022."""
    if first == last:
        return format_date(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return _format_years(first.year, last.year)
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + _ONE_DAY).day == 1:
        return f"{first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{format_date(last)}"
    return f"{format_date(first)} – {format_date(last)}"


def _format_years(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}s" if first % 10 == 0 and last - first == 9 else f"{first}–{last}"
