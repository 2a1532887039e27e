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
_PROSE = re.compile(r",\s+(?!at\b)[a-z]")
"""Published on May 3, 2019, the report ..."""
_WEEKDAY = re.compile(rf"^(?:{'|'.join(day.full[:3] for day in WEEKDAYS)})[a-z]*\.?,?\s+", re.IGNORECASE)


def publication_date(text: str) -> date | None:
    """The day an article says it was published or last updated; None when it does not say."""
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[:TOP_LINES]:
        for form in (_LABELLED.match(line), _DATELINE.match(line)):
            if form and (day := metadata_date(form["date"])):
                return day
        if day := lone_date(line):
            return day
    return None


def lone_date(line: str) -> date | None:
    """The day on a line that holds nothing else, except "Updated", a weekday and an hour; None otherwise."""
    label = _LABELLED.match(line)
    form = _DATE_LINE.fullmatch(line[label.start("date") :] if label else line)
    return _day(form["date"], whole=True) if form else None


def metadata_date(words: str) -> date | None:
    """The day that a metadata field opens with; None when it names none."""
    return _day(words, whole=False)


def _day(words: str, *, whole: bool) -> date | None:
    words = _WEEKDAY.sub("", words.strip(), count=1)
    for mention in mentions(words):
        after = words[mention.end :]
        named = mention.start == 0 and not (after.strip() if whole else _PROSE.match(after))
        if named and mention.first == mention.last:
            return mention.first
    return None
