"""Text -> dates: every day, month, season, year and span of years that a text names."""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from rag.text.english import MONTHS, WEEKDAYS, alternatives, word_numbers

_MONTHS = tuple(month.full[:3] for month in MONTHS)
_WEEKDAYS = tuple(day.full[:3] for day in WEEKDAYS)
_SEASONS = word_numbers("seasons")
"""Number of the first of its three months."""

_MONTH_NAMES = "|".join(name for month in MONTHS for name in (month.full, *month.abbreviations))
_MONTH = rf"(?P<month>{_MONTH_NAMES})\b(?:\.(?=\s*\d))?"
_NAMED_MONTH = rf"(?!(?-i:may|march|mar|jan|Jan\s+[A-Z]|Mar\s+[A-Z]))(?:{_MONTH})"
"""A month without a year: "may 5 times", "they march 10 miles" and "Jan Kubis" name none."""
_YEAR = r"(?P<year>1\d{3}|20\d{2})(?![\d,]*\d)"
_DIGITS, _TH = r"3[01]|[12]\d|0?[1-9]", r"(?:st|nd|rd|th)?\b"
_DAY = rf"(?P<day>{_DIGITS}){_TH}"
_FIRST_DAY = rf"(?<![\w.,/$€£-])(?P<first>{_DIGITS}){_TH}(?:,\s*(?:{_DIGITS}){_TH}){{0,5}}"
_DASH = r"\s?[-–—]\s?"
_TO = r",?\s+(?:and|or|&|to|until|till|through)\s+(?:the\s+)?"
"""Between the first and the last of several days of one month."""
_AT_END = r"(?=\w+(?:[.,;:)!?]|\s*\Z))"
"""Before a number that nothing follows: in "March 5 and 20 people" it is no day."""
_PART = r"(?:(?P<part>early|mid|late|(?:the )?(?:beginning|middle|end|first week|last week) of)[ -]+)?"
_BEFORE_YEAR = rf"(?:\b(?:{alternatives('before_years')})[ -]|(?<=\b[12]\d{{3}}, )|\(|(?=\b(?:early|mid|late)[ -]))"
_NOT_COUNTED = rf"(?!\s*(?:%|(?:{alternatives('counted_units')}|{alternatives('time_zones')})\b))"
"""Not followed by a unit ("1500 people") or a time zone ("2032 EST"), which make it no year."""
_BETWEEN = re.compile(r"\b(?:between|from)\s+(?:the\s+)?\Z", re.IGNORECASE)
_AND = re.compile(r"\s*(?:and|to|until|till|through|[-–—])\s*(?:the\s+)?", re.IGNORECASE)
_FROM = re.compile(r"\b(?:since|after)\s+(?:the\s+)?\Z", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:before|until|till|up to)\s+(?:the\s+)?\Z", re.IGNORECASE)


class Mention(NamedTuple):
    """A period that a text names; one day when `first == last`."""

    start: int
    """Offset of the words in the text."""
    end: int
    first: date
    last: date

    def overlaps(self, first: date, last: date) -> bool:
        """Whether it shares a day with another period."""
        return self.first <= last and first <= self.last


_Days = tuple[date, date]
_Resolve = Callable[[re.Match[str], date], _Days]


def mentions(text: str, *, published: date | None = None) -> tuple[Mention, ...]:
    """The dates that a text names, in its order, not overlapping; the longest match wins.

    Args:
        text: any text.
        published: its day of publication; with it "on Monday", "last year" and "December 28" are resolved, too.
    """
    ordered: list[Mention] = []
    for pattern, resolve in _ABSOLUTE if published is None else (*_ABSOLUTE, *_RELATIVE):
        for match in pattern.finditer(text):
            place = bisect_left(ordered, (match.start(),))
            neighbours = ordered[max(0, place - 1) : place + 1]
            if not any(other.start < match.end() and match.start() < other.end for other in neighbours):
                ordered[place:place] = _mention(match, resolve, published or date.min)
    return tuple(ordered)


def question_times(question: str) -> tuple[Mention, ...]:
    """The periods that a question asks about.

    They are its dates, but "between 2019 and 2021" is one period, "since 2020" has no end and "before 2020" no
    beginning.
    """
    times: list[Mention] = []
    for mention in mentions(question):
        before = question[times[-1].end if times else 0 : mention.start]
        if times and _BETWEEN.search(question[: times[-1].start]) and _AND.fullmatch(before):
            times[-1] = times[-1]._replace(end=mention.end, last=max(times[-1].last, mention.last))
        elif _FROM.search(before):
            times.append(mention._replace(last=date.max))
        elif _UNTIL.search(before):
            times.append(mention._replace(first=date.min))
        else:
            times.append(mention)
    return tuple(times)


def _mention(match: re.Match[str], resolve: _Resolve, published: date) -> list[Mention]:
    try:
        first, last = resolve(match, published)
    except (ValueError, OverflowError):
        return []  # the 31st of a shorter month is no date, and 2022-12 no span of years
    start, end = match.span("words") if "words" in match.re.groupindex else match.span()
    return [Mention(start, end, first, last)]


def _month_number(match: re.Match[str]) -> int:
    return _MONTHS.index(match["month"][:3].casefold()) + 1


def _day(match: re.Match[str], _: date) -> _Days:
    day = date(int(match["year"]), _month_number(match), int(match["day"]))
    return day, day


def _days(match: re.Match[str], _: date) -> _Days:
    """The stretch from the first to the last day of several that share month and year: "5 and 6 March 2022"."""
    last = date(int(match["year"]), _month_number(match), int(match["day"]))
    return _from_first(match, last)


def _from_first(match: re.Match[str], last: date) -> _Days:
    first = last.replace(day=int(match["first"]))
    if last <= first:
        raise ValueError(match[0])
    return first, last


def _numeric_day(match: re.Match[str], _: date) -> _Days:
    day = date(int(match["year"]), int(match["number"]), int(match["day"]))
    return day, day


def _month(match: re.Match[str], _: date) -> _Days:
    return _part(match, _whole_month(int(match["year"]), _month_number(match)))


def _whole_month(year: int, month: int) -> _Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _part(match: re.Match[str], whole: _Days) -> _Days:
    """The part of a period that the match names: thirds for early, mid and late, seven days for a week."""
    first, last = whole
    words = (match["part"] or "").casefold()
    third = (last - first) // 3
    if "week" in words:
        week = timedelta(days=6)
        return (first, first + week) if "first" in words else (last - week, last)
    if "early" in words or "beginning" in words:
        return first, first + third
    if "mid" in words:
        return first + third, last - third
    return (last - third, last) if words else whole


def _season(match: re.Match[str], _: date) -> _Days:
    year, month = int(match["year"]), int(_SEASONS[match["season"].casefold()])
    last = _whole_month(year + 1, 2) if month == 12 else _whole_month(year, month + 2)
    return date(year, month, 1), last[1]


def _decade(match: re.Match[str], _: date) -> _Days:
    year = int(match["year"])
    return date(year, 1, 1), date(year + (99 if year % 100 == 0 and year < 2000 else 9), 12, 31)


def _year(match: re.Match[str], _: date) -> _Days:
    year = int(match["year"])
    return _part(match, (date(year, 1, 1), date(year, 12, 31)))


def _years(match: re.Match[str], _: date) -> _Days:
    first, tail = match["first"], match["tail"]
    last = first[: 4 - len(tail)] + tail
    if last <= first:
        raise ValueError(match[0])
    return date(int(first), 1, 1), date(int(last), 12, 31)


def _nearest_day(match: re.Match[str], published: date) -> _Days:
    month, day = _month_number(match), int(match["day"])
    near = [date(year, month, day) for year in (published.year - 1, published.year, published.year + 1)]
    nearest = min(near, key=lambda other: abs(other - published))
    return nearest, nearest


def _nearest_days(match: re.Match[str], published: date) -> _Days:
    return _from_first(match, _nearest_day(match, published)[1])


def _past_month(match: re.Match[str], published: date) -> _Days:
    month = _month_number(match)
    return _part(match, _whole_month(published.year - (month > published.month), month))


def _weekday(match: re.Match[str], published: date) -> _Days:
    back = (published.weekday() - _WEEKDAYS.index(match["weekday"][:3].casefold())) % 7
    day = published - timedelta(days=back)
    return day, day


def _relative_day(match: re.Match[str], published: date) -> _Days:
    day = published + timedelta(days={"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}[match[0].casefold()])
    return day, day


def _relative_period(match: re.Match[str], published: date) -> _Days:
    step = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1}[match["step"].casefold()]
    unit = match["unit"].casefold()
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6)
    if unit == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    months = published.year * 12 + published.month - 1 + step
    return _whole_month(months // 12, months % 12 + 1)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ABSOLUTE: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (_compile(r"\b(?P<year>\d{4})[-/](?P<number>0?[1-9]|1[0-2])[-/](?P<day>[0-3]?\d)(?!\d)"), _numeric_day),
    (_compile(r"\b(?P<day>1[3-9]|2\d|3[01])[./-](?P<number>0?[1-9]|1[0-2])[./-](?P<year>\d{4})\b"), _numeric_day),
    (_compile(r"\b(?P<number>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{4})\b"), _numeric_day),
    (_compile(rf"{_FIRST_DAY}(?:{_DASH}|{_TO}){_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}"), _days),
    (_compile(rf"\b{_MONTH}\s+{_FIRST_DAY}(?:{_DASH}|{_TO}){_DAY},?\s+{_YEAR}"), _days),
    (_compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}"), _day),
    (_compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}"), _day),
    (_compile(rf"\b{_PART}{_MONTH},?\s+(?:of\s+)?{_YEAR}"), _month),
    (_compile(rf"\b(?P<season>{'|'.join(_SEASONS)})\s+(?:of\s+)?{_YEAR}"), _season),
    (_compile(r"\b(?P<year>1\d{2}0|20\d0)['’]?s\b"), _decade),
    (_compile(r"\b(?P<first>1\d{3}|20\d{2})[-–](?P<tail>\d{2}|\d{4})\b"), _years),
    (_compile(rf"{_BEFORE_YEAR}(?P<words>{_PART}{_YEAR}\b){_NOT_COUNTED}"), _year),
    (_compile(r"^\W*(?P<words>(?P<part>)(?P<year>1\d{3}|20\d{2}))\W*$"), _year),
)
_RELATIVE: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (_compile(rf"{_FIRST_DAY}(?:{_DASH}|{_TO}){_DAY}\s+(?:of\s+)?{_NAMED_MONTH}"), _nearest_days),
    (_compile(rf"\b{_NAMED_MONTH}\s+{_FIRST_DAY}(?:{_DASH}|{_TO}{_AT_END}){_DAY}(?!\s*%)"), _nearest_days),
    (_compile(rf"\b{_NAMED_MONTH}\s+{_DAY}(?!\s*%)"), _nearest_day),
    (_compile(rf"\b{_DAY}\s+(?:of\s+)?{_NAMED_MONTH}"), _nearest_day),
    (_compile(r"\b(?P<step>last|past|previous|this|next) (?P<unit>week|month|year)\b"), _relative_period),
    (_compile(r"\b(?:yesterday|today|tonight|tomorrow)\b"), _relative_day),
    (_compile(rf"\b(?P<weekday>{'|'.join(day.full for day in WEEKDAYS)})\b"), _weekday),
    (
        _compile(rf"\b(?:in|since|until|last|past|this|of|by|during|from) (?P<words>{_PART}{_NAMED_MONTH})(?!\s*\d)"),
        _past_month,
    ),
)
