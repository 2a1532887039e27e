"""Language of a text -> the order of day and month in its dates, as the Unicode CLDR gives it."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

DayOrder = Literal["", "day", "month"]
"""Which comes first in 03/04/2021; empty where it is unclear."""
_NUMBERS = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b")


@lru_cache
def day_order(language: str) -> DayOrder:
    """The order of a language as pages state it: "en-GB", "de", "pt_BR"; empty for English of no country."""
    if not language.strip():
        return ""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language.strip().replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    if locale.language == "en" and not locale.territory:
        return ""  # pages of Britain, India and America alike state it
    pattern = str(locale.date_formats["short"].pattern).replace("MM", "M")
    day, month, year = pattern.find("d"), pattern.find("M"), pattern.find("y")
    return "" if year < month else "day" if day < month else "month"


def column_order(values: Iterable[str]) -> DayOrder:
    """The order that the dates of one column share: one of them has a number above 12 in the place of the day."""
    pairs = [(int(match[1]), int(match[2])) for value in values if (match := _NUMBERS.match(value))]
    day = any(first > 12 for first, _ in pairs)
    month = any(second > 12 for _, second in pairs)
    return "" if day == month else "day" if day else "month"
