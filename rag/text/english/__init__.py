"""The English word lists of this package: one file each, one entry a line, lower case, `#` for comments."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

FOLDER = Path(__file__).parent


class CalendarName(NamedTuple):
    """A month or a day of the week."""

    full: str
    abbreviations: tuple[str, ...]
    """Without the full stop; none where the abbreviation is another word, too."""

    @property
    def capitalised(self) -> str:
        """Its name as a text prints it."""
        return self.full.capitalize()


@lru_cache(maxsize=64)
def word_list(name: str) -> tuple[str, ...]:
    """The lines of `NAME.txt` in order, without comments and blank lines.

    Raises:
        FileNotFoundError: there is no such list.
    """
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in map(str.strip, lines) if line and not line.startswith("#"))


@lru_cache(maxsize=64)
def word_set(name: str) -> frozenset[str]:
    """The entries of `NAME.txt`."""
    return frozenset(word_list(name))


@lru_cache(maxsize=64)
def word_map(name: str) -> Mapping[str, str]:
    """First word -> rest of the line, of `NAME.txt`."""
    return MappingProxyType(dict(_pair(line) for line in word_list(name)))


@lru_cache(maxsize=64)
def word_numbers(name: str) -> Mapping[str, float]:
    """First word -> the number after it, of `NAME.txt`."""
    return MappingProxyType({word: float(number) for word, number in word_map(name).items()})


@lru_cache(maxsize=64)
def alternatives(name: str) -> str:
    """The entries of `NAME.txt` as the alternatives of a regular expression, without brackets around them."""
    return "|".join(map(re.escape, word_list(name)))


def _pair(line: str) -> tuple[str, str]:
    first, rest = line.split(maxsplit=1)
    return first, rest


def _calendar(name: str) -> tuple[CalendarName, ...]:
    return tuple(CalendarName(full, tuple(short)) for full, *short in map(str.split, word_list(name)))


MONTHS = _calendar("months")
"""January first."""
WEEKDAYS = _calendar("weekdays")
"""Monday first."""
