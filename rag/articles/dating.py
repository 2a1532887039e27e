"""Text -> publication date: only where the article states it, never a date that its prose mentions."""

import re
from datetime import date

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
    r"\s*[A-Z][A-Z .’'-]{2,30},\s+(?P<date>[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+\d{4})\s+(?:\([A-Z]{2,12}\)\s*)?[-–—]"
)
_BYLINE = re.compile(
    r"by\s+(?-i:[A-Z])[\w .,'’&-]{1,60}?\s*(?:[|·•,–—-]|\bon\b)\s*(?P<after>(?:[A-Z][a-z]+day,?\s+)?\w[\w .,:/-]{7,40})"
    r"|(?P<before>\w[\w .,:/-]{7,40}?)\s*[|·•,–—-]?\s*\bby\s+(?-i:[A-Z])[\w .,'’&-]{1,60}",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:\A|(?<=[-_ ]))(?P<date>\d{4}([-_])\d{2}\2\d{2})(?=[-_ .]|\Z)")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)(?P<rest>.*)", re.DOTALL)
"""Day before month wherever dots are written."""
_PROSE = re.compile(r",\s+(?!at\b)[a-z]")
"""Published on May 3, 2019, the report ..."""
_DAYS = "|".join(day.full[:3] for day in WEEKDAYS)
_WEEKDAY = re.compile(rf"^(?:{_DAYS})[a-z]*\.?,?\s+|(?<=\d)[,\s]+(?:{_DAYS})[a-z]*$", re.IGNORECASE)


def publication_date(text: str) -> date | None:
    """The day an article says it was published or last updated; None when it does not say."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[:TOP_LINES]:
        for form in (_LABELLED.match(line), _DATELINE.match(line)):
            if form and (day := metadata_date(form["date"])):
                return day
        if day := lone_date(line) or byline_date(line):
            return day
    return None


def lone_date(line: str) -> date | None:
    """The day on a line that holds nothing else, except "Updated", a weekday and an hour; None otherwise."""
    label = _LABELLED.match(line)
    form = _DATE_LINE.fullmatch(line[label.start("date") :] if label else line)
    return _day(form["date"], whole=True) if form else None


def byline_date(line: str) -> date | None:
    """The day in a line that names the author and the day, in either order; None otherwise."""
    form = _BYLINE.fullmatch(line.strip())
    return lone_date(form["after"] or form["before"]) if form else None


def name_date(stem: str) -> date | None:
    """The day that a file's name opens or ends with, as 2021-03-12; None when it has none."""
    form = _NAME.search(stem)
    return _day(form["date"].replace("_", "-"), whole=True) if form else None


def metadata_date(words: str) -> date | None:
    """The day that a metadata field opens with; None when it names none."""
    return _day(words, whole=False)


def _day(words: str, *, whole: bool) -> date | None:
    words = _WEEKDAY.sub("", words.strip())
    if dotted := _DOTTED.fullmatch(words):
        return None if whole and dotted["rest"].strip() else _dotted_day(dotted)
    for mention in mentions(words):
        after = words[mention.end :]
        named = mention.start == 0 and not (after.strip() if whole else _PROSE.match(after))
        if named and mention.first == mention.last:
            return mention.first
    return None


def _dotted_day(form: re.Match[str]) -> date | None:
    try:
        return date(int(form["year"]), int(form["month"]), int(form["day"]))
    except ValueError:
        return None
