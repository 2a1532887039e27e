"""Text -> publication date: only where the article states it, never a date that its prose mentions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rag.articles.day_order import DayOrder
from rag.text.dates import mentions
from rag.text.english import WEEKDAYS

TOP_LINES = 6
"""Lines that are searched for a dateline."""
_LABELLED = re.compile(
    r"\W*+(?:(?:last\s+)?updated|published|posted|date(?:line)?)(?:\s+(?:on|at))?\s*:?\s+(?P<date>.{6,40})",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(
    r"\W*+(?P<date>[\w .,/-]{8,36}?)"
    r"(?:[\s,|–-]+(?:at\s+)?\d{1,2}[:.]\d{2}.{0,20})?\W*",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z .’'-]{2,30},\s+(?P<date>[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+\d{4})\s+(?:\([A-Z][\w .]{1,20}\)\s*)?[-–—]"
)
_BYLINE = re.compile(
    r"by\s+(?-i:[A-Z])[\w .,'’&-]{1,60}?\s*(?:[|·•,–—-]|\bon\b)\s*(?P<after>(?:[A-Z][a-z]+day,?\s+)?\w[\w .,:/-]{7,40})"
    r"|(?P<before>\w[\w .,:/-]{7,40}?)\s*[|·•,–—-]?\s*\bby\s+(?-i:[A-Z])[\w .,'’&-]{1,60}",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:\A|(?<=[-_ ]))(?P<year>(?:19|20)\d{2})(?P<mark>[-_]?)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})(?=[-_ .]|\Z)"
)
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)(?P<rest>.*)", re.DOTALL)
"""Day before month wherever dots are written."""
_SLASHED = re.compile(
    r"(?P<first>0?[1-9]|1[0-2])(?P<mark>[/-])(?P<second>0?[1-9]|1[0-2])(?P=mark)(?P<year>\d{4})(?!\d)(?P<rest>.*)",
    re.DOTALL,
)
"""Two numbers that can both be the month."""
_PROSE = re.compile(r",\s+(?!at\b)[a-z]")
"""Published on May 3, 2019, the report ..."""
_DAYS = "|".join(day.full[:3] for day in WEEKDAYS)
_WEEKDAY = re.compile(rf"^(?:{_DAYS})[a-z]*\.?,?\s+|(?<=\d)[,\s]+(?:{_DAYS})[a-z]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A publication date as one part of a file states it."""

    place: str
    """The part: "front matter", "JSON-LD", "dateline", "file name" ..."""
    day: date | None
    """None where the order of day and month is unclear."""
    words: str = ""
    """As written, where the order is unclear."""


def rank_dates(statements: Iterable[StatedDate | None]) -> tuple[StatedDate, ...]:
    """The first statement that names a day, and behind it those of another day; without one, the unclear ones.

    Args:
        statements: of one file, the most trusted first; None where a part states nothing.
    """
    stated = tuple(one for one in statements if one)
    first = next((one for one in stated if one.day), None)
    if first is None:
        return stated
    return (first, *(one for one in stated if one.day and one.day != first.day))


def stated_date(words: str, place: str, order: DayOrder = "") -> StatedDate | None:
    """The day that a metadata field opens with; None when it names none.

    Args:
        words: value of the field.
        place: what the field is called, for the user.
        order: of day and month in the article's language, where it is known.
    """
    if day := metadata_date(words, order):
        return StatedDate(place, day)
    unclear = _SLASHED.fullmatch(_WEEKDAY.sub("", words.strip()))
    return StatedDate(place, None, words.strip()) if unclear and not _PROSE.match(unclear["rest"]) else None


def publication_date(text: str, order: DayOrder = "") -> StatedDate | None:
    """The day an article says it was published or last updated; None when it does not say."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next(iter(rank_dates(stated for line in lines[:TOP_LINES] for stated in _line_dates(line, order))), None)


def _line_dates(line: str, order: DayOrder) -> Iterator[StatedDate]:
    for form in (_LABELLED.match(line), _DATELINE.match(line)):
        if form and (stated := stated_date(form["date"], "dateline", order)):
            yield stated
    if day := lone_date(line, order):
        yield StatedDate("dateline", day)
    elif (slashed := _SLASHED.fullmatch(line.strip())) and not slashed["rest"]:
        yield StatedDate("dateline", None, line.strip())
    elif day := byline_date(line, order):
        yield StatedDate("byline", day)


def lone_date(line: str, order: DayOrder = "") -> date | None:
    """The day on a line that holds nothing else, except "Updated", a weekday and an hour; None otherwise."""
    label = _LABELLED.match(line)
    form = _DATE_LINE.fullmatch(line[label.start("date") :] if label else line)
    return _day(form["date"], order, whole=True) if form else None


def byline_date(line: str, order: DayOrder = "") -> date | None:
    """The day in a line that names the author and the day, in either order; None otherwise."""
    form = _BYLINE.fullmatch(line.strip())
    return lone_date(form["after"] or form["before"], order) if form else None


def name_date(stem: str) -> StatedDate | None:
    """The day that a file's name opens or ends with, as 2021-03-12 or 20210312; None when it has none."""
    form = _NAME.search(stem)
    day = _calendar_day(form, "month", "day") if form else None
    return StatedDate("file name", day) if day else None


def metadata_date(words: str, order: DayOrder = "") -> date | None:
    """The day that a metadata field opens with; None when it names none."""
    return _day(words, order, whole=False)


def _day(words: str, order: DayOrder = "", *, whole: bool) -> date | None:
    words = _WEEKDAY.sub("", words.strip())
    if dotted := _DOTTED.fullmatch(words):
        return None if whole and dotted["rest"].strip() else _calendar_day(dotted, "month", "day")
    if order and (slashed := _SLASHED.fullmatch(words)):
        month, day = ("second", "first") if order == "day" else ("first", "second")
        return None if whole and slashed["rest"].strip() else _calendar_day(slashed, month, day)
    for mention in mentions(words):
        after = words[mention.end :]
        named = mention.start == 0 and not (after.strip() if whole else _PROSE.match(after))
        if named and mention.first == mention.last:
            return mention.first
    return None


def _calendar_day(form: re.Match[str], month: str, day: str) -> date | None:
    try:
        return date(int(form["year"]), int(form[month]), int(form[day]))
    except ValueError:
        return None
