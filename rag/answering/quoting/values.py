"""Sentence -> value: the one year, time or number it states where the question asks for one."""

import re
from dataclasses import dataclass
from datetime import date

from rag.answering.claims import Quote
from rag.answering.quoting.question import Asked, new_values
from rag.answering.quoting.ranking import Candidate
from rag.text.dates import mentions
from rag.text.words import stems, words

NOUN_WITHIN = 5
"""Words between a number and what it counts or measures: "1,000 Serb troops", "a population of some 4,411"."""
_MEASURED = re.compile(
    r"\bhow many (?P<counted>[\w-]+(?: [\w-]+)?)"
    r"|\b(?P<measure>population|price|cost|age|size|height|length|percentage)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A stretch of time or a number that one sentence states."""

    said: str
    low: float
    high: float
    quote: Quote

    def agrees(self, other: "Value") -> bool:
        """Whether both may be true at once: times do when they overlap, numbers when they are equal."""
        return self.low <= other.high and other.low <= self.high


def measures(asked: Asked) -> bool:
    """Whether the question asks for the number of something that it names: how many troops, what population."""
    return asked.kind == "number" and _MEASURED.search(asked.question) is not None


def value(asked: Asked, candidate: Candidate) -> Value | None:
    """What a sentence states of the kind asked for; None when it states none, and for other kinds of questions."""
    if asked.kind == "number":
        return _number(asked, candidate)
    return _time(asked, candidate) if asked.kind in ("year", "time") else None


def _time(asked: Asked, candidate: Candidate) -> Value | None:
    """The time that stands nearest to a word of the question's topic."""
    anchors = [word.start for word in words(candidate.text) if word.stem in asked.topic]
    named = mentions(candidate.text)
    if not anchors or not named:
        return None
    nearest = min(named, key=lambda one: min(abs(one.start - anchor) for anchor in anchors))
    first, last = _year(nearest.first, nearest.last) if asked.kind == "year" else (nearest.first, nearest.last)
    said = str(first.year) if asked.kind == "year" else candidate.text[nearest.start : nearest.end]
    return Value(said, first.toordinal(), last.toordinal(), candidate.quote)


def _year(first: date, last: date) -> tuple[date, date]:
    return date(first.year, 1, 1), date(last.year, 12, 31)


def _number(asked: Asked, candidate: Candidate) -> Value | None:
    """The number that stands nearest to what is counted or measured."""
    measured = _MEASURED.search(asked.question)
    nouns = stems(measured["counted"] or measured["measure"]) if measured else frozenset[str]()
    every = words(candidate.text)
    places = [place for place, word in enumerate(every) if word.stem in nouns]
    found: list[tuple[int, str]] = []
    for match in new_values(asked, candidate.text):
        place = next((place for place, word in enumerate(every) if word.end > match.start()), 0)
        far = min((abs(place - noun) for noun in places), default=NOUN_WITHIN + 1)
        if far <= NOUN_WITHIN and _digits(match.group()).replace(".", "", 1).isdigit():
            found.append((far, match.group()))
    if not found:
        return None
    said = min(found)[1]
    return Value(said, float(_digits(said)), float(_digits(said)), candidate.quote)


def _digits(said: str) -> str:
    return said.strip("$€£").replace(",", "")
