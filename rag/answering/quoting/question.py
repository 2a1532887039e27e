"""Question -> parsed question: its topic, its names, its times and the expected answer type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.text.dates import Mention, question_times
from rag.text.english import MONTHS, WEEKDAYS, word_set
from rag.text.words import stem, stems, words

AnswerType = Literal["number", "year", "time", "name", "place", "reason"]

_ANSWER_TYPES: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|old|long|far|large|big|tall|high|wide|deep|few|fast)\b"
            r"|\b(?:what|which) (?:percent\w*|number|amount|proportion|fraction|size|population|price|cost|age)\b"
            r"|\b(?:population|number|percentage) of\b"
        ),
    ),
    ("year", re.compile(r"\b(?:what|which|in|that) (?:year|decade|century)\b")),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:date|day|month|time|season|period|era)\b")),
    (
        "name",
        re.compile(r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|leader|president|king|queen|author)\b"),
    ),
    (
        "place",
        re.compile(
            r"\bwhere\b"
            r"|\b(?:what|which) (?:city|country|place|town|state|river|region|area|location|continent|village)\b"
        ),
    ),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:caused|led|prompted|triggered)\b|\b(?:reasons?|cause) (?:for|of|why)\b")),
)

_QUESTION_WORDS = frozenset(map(stem, word_set("uninformative_in_questions")))
"""Stems that only phrase a question: a sentence may answer without them."""
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})s?\b")
_TIME = re.compile(
    r"\b(?:1[0-9]{3}|20[0-9]{2})s?\b|\b[0-9]{3,4} ?(?:AD|BC|CE)\b|\b"
    rf"(?:{'|'.join(name.capitalised for name in (*MONTHS, *WEEKDAYS))})\b"
    r"|\b(?:century|centuries|yesterday|today|tonight|tomorrow|decades?|weeks?|months?|years?|ago|hours?)\b"
)
_NUMBER = re.compile(
    r"(?<![\w.,])[$€£]?[0-9][0-9.,]*(?<![.,])\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|once|several|none)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![.!?“\"] )\b[A-ZÀ-Þ][\w’'-]+")
_REASON = re.compile(
    r"\b(?:because|due to|owing to|as a result|result(?:ed|ing)? (?:of|from)|in order to|so that|therefore|reasons?"
    r"|caused?|causing|triggered|in response|in protest|led to|thanks to|after|since|fear(?:s|ed)?"
    r"|protest(?:ed)? (?:of|against)"
    r"|to (?:protest|prevent|avoid|protect|ensure|gain|allow|make|force|escape|help|keep|stop|reduce))\b",
    re.IGNORECASE,
)
_VALUES: dict[AnswerType, re.Pattern[str]] = {
    "number": _NUMBER,
    "year": _YEAR,
    "time": _TIME,
    "name": _NAME,
    "place": _NAME,
    "reason": _REASON,
}


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question with what the ranking of sentences needs to know of it."""

    text: str
    timeless: str
    """The text without the times it names."""
    stems: frozenset[str]
    """Stems of its content words, without those of the times it names, which are scored apart."""
    topic: frozenset[str]
    """`stems` without those that only phrase the question."""
    names: frozenset[str]
    """Stems of its capitalised words but the first."""
    answer_type: AnswerType | None
    """What kind of value answers it; None when the wording does not show it."""
    times: tuple[Mention, ...]
    """The times it names."""


def parse_question(question: str) -> ParsedQuestion:
    """Find the topic, names, times and expected answer type of a question."""
    lowered = question.casefold()
    answer_type = next((answer_type for answer_type, pattern in _ANSWER_TYPES if pattern.search(lowered)), None)
    times = question_times(question)
    timeless = "".join(
        letter for at, letter in enumerate(question) if not any(time.start <= at < time.end for time in times)
    )
    content = stems(timeless) or stems(question)
    topic = content - _QUESTION_WORDS or content
    return ParsedQuestion(question, timeless, content, topic, _names(timeless), answer_type, times)


def holds_value(question: ParsedQuestion, sentence: str) -> bool:
    """Whether a sentence holds a value of the expected answer type that the question does not hold itself."""
    return any(True for _ in new_values(question, sentence))


def new_values(question: ParsedQuestion, sentence: str) -> Iterator[re.Match[str]]:
    """Values of the expected answer type, in order, without those that the question holds itself; none without one."""
    if question.answer_type is None:
        return
    for match in _VALUES[question.answer_type].finditer(sentence):
        is_year = question.answer_type == "number" and _YEAR.fullmatch(match.group())
        if not is_year and not {word.stem for word in words(match.group())} <= stems(question.text):
            yield match


def _names(question: str) -> frozenset[str]:
    capitalised = (match for match in re.finditer(r"\b[A-ZÀ-Þ][\w’'-]*", question) if match.start() > 0)
    return frozenset(stem for match in capitalised for stem in stems(match.group()))
