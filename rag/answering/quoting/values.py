"""Candidate -> value: the one year, time or number it states where the question asks for one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import NamedTuple

from rag.answering.claims import Quote
from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.question import ParsedQuestion, new_values
from rag.text.dates import mentions
from rag.text.quantities import Quantity, Unit, quantities
from rag.text.words import stems, words

NOUN_WITHIN = 5
"""Words between a number and what it counts or measures: "1,000 Serb troops", "a population of some 4,411"."""
ROUNDING = 0.1
"""Relative difference of a number from one that stands for it roughly: "about 4,000"."""
_BETWEEN = re.compile(r"\bbetween\s+[$€£¥]?\Z", re.IGNORECASE)
_TO = re.compile(r"\s?[-–—]\s?[$€£¥]?|\s+(?:to|or)\s+[$€£¥]?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+[$€£¥]?", re.IGNORECASE)
_MEASURED = re.compile(
    r"\bhow many (?P<counted>[\w-]+(?: [\w-]+)?)"
    r"|\b(?P<measure>population|price|cost|age|size|height|length|percentage)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A stretch of time or a number that one sentence states."""

    text: str
    """The words of the sentence, of a number with its scale ("1.5 million"); for a year, its four digits."""
    low: float
    high: float
    quote: Quote
    unit: Unit | None = None
    """Of a number."""

    def agrees(self, other: "Value") -> bool:
        """Whether both may be true at once: times and bounds ("over 100") may when they overlap, numbers when equal."""
        return self.low <= other.high and other.low <= self.high


def asks_for_measure(question: ParsedQuestion) -> bool:
    """Whether the question asks for the number of something that it names: how many troops, what population."""
    return question.answer_type == "number" and _MEASURED.search(question.text) is not None


def extract_value(question: ParsedQuestion, candidate: Candidate) -> Value | None:
    """The value of the expected answer type that a sentence states; None without one, and for other answer types."""
    if question.answer_type == "number":
        return _number(question, candidate)
    return _time(question, candidate) if question.answer_type in ("year", "time") else None


def _time(question: ParsedQuestion, candidate: Candidate) -> Value | None:
    """The time that stands nearest to a word of the question's topic."""
    anchors = [word.start for word in words(candidate.text) if word.stem in question.topic]
    times = mentions(candidate.text)
    if not anchors or not times:
        return None
    nearest = min(times, key=lambda time: min(abs(time.start - anchor) for anchor in anchors))
    first, last = (
        _year(nearest.first, nearest.last) if question.answer_type == "year" else (nearest.first, nearest.last)
    )
    text = str(first.year) if question.answer_type == "year" else candidate.text[nearest.start : nearest.end]
    return Value(text, first.toordinal(), last.toordinal(), candidate.quote)


def _year(first: date, last: date) -> tuple[date, date]:
    return date(first.year, 1, 1), date(last.year, 12, 31)


def _number(question: ParsedQuestion, candidate: Candidate) -> Value | None:
    """The number that stands nearest to what is counted or measured; none of a date: "since the 1998-99 war"."""
    measured = _MEASURED.search(question.text)
    nouns = stems(measured["counted"] or measured["measure"]) if measured else frozenset[str]()
    sentence = words(candidate.text)
    places = [place for place, word in enumerate(sentence) if word.stem in nouns]
    numbers: list[tuple[int, _Number]] = []
    for start, number in _new_numbers(question, candidate.text):
        place = next((place for place, word in enumerate(sentence) if word.end > start), 0)
        distance = min((abs(place - noun) for noun in places), default=NOUN_WITHIN + 1)
        if distance <= NOUN_WITHIN:
            numbers.append((distance, number))
    if not numbers:
        return None
    nearest = min(numbers, key=lambda one: one[0])[1]
    text = candidate.text[nearest.start : nearest.end]
    return Value(text, nearest.low, nearest.high, candidate.quote, nearest.unit)


class _Number(NamedTuple):
    """A number or a range of numbers of a text, with its scale and the least and greatest value it may stand for."""

    start: int
    end: int
    low: float
    high: float
    unit: Unit


def _new_numbers(question: ParsedQuestion, text: str) -> Iterator[tuple[int, _Number]]:
    """Where each number in digits begins that the question does not have, and the number or range that it stands in."""
    stated = _stated(text)
    for match in new_values(question, text):
        last = match.end() - 1
        if text[last].isdigit():
            yield from ((match.start(), one) for one in stated if one.start <= last < one.end)


def _stated(text: str) -> list[_Number]:
    joined: list[_Number] = []
    for quantity in quantities(text):
        if quantity.unit in ("ordinal", "time"):
            continue
        number = _read(quantity, text)
        if joined and _is_range(text, joined[-1], quantity):
            number = number._replace(start=joined[-1].start, low=joined[-1].low)
            joined.pop()
        joined.append(number)
    return joined


def _is_range(text: str, first: _Number, last: Quantity) -> bool:
    """Whether two numbers are the ends of one range: "2-3 million", "between 100 and 120"."""
    gap = text[first.end : last.start]
    linked = _TO.fullmatch(gap) or (_AND.fullmatch(gap) and _BETWEEN.search(text[: first.start]))
    return bool(linked) and first.low < last.value


def _read(number: Quantity, text: str) -> _Number:
    start = number.start - (text[number.start - 1 : number.start] in tuple("$€£¥"))
    low = high = number.value
    if number.bound == "about":
        low, high = low * (1 - ROUNDING), high * (1 + ROUNDING)
    elif number.bound in ("over", "under"):
        low, high = (low, inf) if number.bound == "over" else (-inf, high)
    return _Number(start, number.end, low, high, number.unit)
