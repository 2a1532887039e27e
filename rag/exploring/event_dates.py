"""Sentence -> the dates at which what it reports took place; dates of names, comparisons and side clauses are none."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from rag.text.english import alternatives, word_set
from rag.text.lemmas import is_past_form
from rag.text.periods import Period, joined_periods
from rag.text.words import STOP_WORDS, Word, words

_YEAR = re.compile(r"\d{4}")
_COMMA = re.compile(r"[,;:]\s|\s[-–—]+\s|[-–—]{2}|[–—]")
"""What ends a stretch of a sentence."""
_FUNCTION_WORDS = (
    rf"(?:(?:{alternatives('stop_words')}|early|late|mid|last|past|previous|earlier|time|period|happened)[\s-]+)*"
)
_NOT_OF_AN_EVENT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:than|unlike|similar to|as \w+ as) {_FUNCTION_WORDS}\Z",  # "than in 2011"
        r"\b(?:as when|compared (?:with|to)) [^,;]*\Z",
        r"\b(?:up|down) (?:from|on) [^,;]*\Z",
        r"\bfrom (?:\w+ )?[£$€]?\d[\d.,]*\S* (?:\w+ ){0,2}in \Z",  # "rose from 115,923 in 2015"
        r"\b(?:first|second|third|only|most|\w+est)\b[^,;]* since [^,;]*\Z",
        r"\b(?:relates?|refers?|appl(?:y|ies)) to [^,;]*\Z",
        r"\bfor [a-z]+ing [^,;]*\Z",  # "sentenced for ordering the arrest of protesters in 2012"
    )
)
_BOUND = re.compile(
    r"\b(?:as of|since|until|till|before|after|by)\s+(?:the\s+)?(?:early|mid|late)?[\s-]*\Z", re.IGNORECASE
)
"""Words before a year that make it the bound of a state, not the time of an event."""
_RELATIVE = re.compile(r"(?:last|past|previous|next)\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:week|month|year)\Z", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+\Z", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:\b(?:the|an?|this|that|its|his|her|their|our|my)|['’]s)\s+\Z", re.IGNORECASE)
_AT_OCCASION = re.compile(r"\b(?:at|during|following) (?:the|an?)\s+\Z|\bin an?\s+\Z", re.IGNORECASE)
_IN_OCCASION = re.compile(r"\b(?:in|on) the\s+\Z", re.IGNORECASE)
_TIME_WORDS = STOP_WORDS | word_set("time_phrase_words") | {"local", "alone", "gmt", "bst", "est"}
_NAMED_DAY = re.compile(r"\b(?:Mail on|Ash|Black|Bloody|Cyber|Easter|Good|Palm|Super) \Z")
_NAME_BEFORE = re.compile(r"\w\W+(?P<name>[A-Z]\w+) \Z")
_CLAUSE = re.compile(r"(?P<comma>(?:,|\s[-–—]+|[–—])\s*)?\b(?P<pronoun>who|whom|whose|which|where|that)\b")
_ASIDE = re.compile(r"\A\s*,[^,]*,|\s[-–—]+\s.*?\s[-–—]+\s")
_SPECULATIVE = re.compile(rf"(?!May\b)\b(?i:{alternatives('speculative_words')})\b")
_CLAUSE_OPENERS = word_set("clause_openers")
_OCCASIONS = word_set("occasions")
_OPENING = r"(?P<opens>(?<![\w.,!?’'\"”])[\"“‘'](?=[^\W\d]|\[))"
_MARKS = re.compile(rf"{_OPENING}|[\"”]|(?<=[\w.,!?])['’](?!\w)")
_CLOSING_MARK = re.compile(rf"{_OPENING}|[\"”]|(?<=[.,!?])['’](?!\w)")
"""Without the apostrophe of a plural."""


class EventDate(NamedTuple):
    """A time that a sentence gives for an event."""

    period: Period
    clause: str
    """The clause that it dates, where that is not the main clause; empty otherwise."""


def event_dates(text: str, published: date | None, before: str = "") -> Iterator[EventDate]:
    """The dates of a sentence that say when what it reports took place, in its order.

    Args:
        text: the sentence.
        published: the day of publication of its article; None when it is unknown.
        before: what stands before it in its passage; a quotation may have begun there.
    """
    periods = joined_periods(text, published)
    for number, period in enumerate(periods):
        start = periods[number - 1].end if number else 0
        if _is_of_event(text, period) and not _is_quoted(before, text, period):
            clause = _side_clause(text, period, start)
            if clause is None or clause.startswith("where"):
                yield EventDate(period, clause or "")


def _is_of_event(text: str, period: Period) -> bool:
    before = text[: period.start]
    if (period.last - period.first).days >= 364 and _BOUND.search(before):
        return False
    if any(pattern.search(before) for pattern in _NOT_OF_AN_EVENT):
        return False
    return not (_is_relative_to_story(text, period) or _names(text, period) or _is_speculation(text, period))


def _is_relative_to_story(text: str, period: Period) -> bool:
    """Whether it is "the previous year", counted from the story, or specifies a noun: "last year's programme"."""
    counted = _RELATIVE.match(period.text) and _THE.search(text[: period.start])
    return bool(counted or (_UNIT.search(period.text) and re.match("['’]s ", text[period.end :])))


def _names(text: str, period: Period) -> bool:
    """Whether it stands in brackets or in a name: "... Act (1998)", "1930s-style", "Good Friday", "the 1968 film"."""
    before = text[: period.start]
    in_brackets = before.rfind("(") > max(before.rfind(")"), 0)
    name = _NAME_BEFORE.search(before) if _YEAR.fullmatch(period.text) else None
    of_name = name and name["name"].lower() not in STOP_WORDS
    return bool(in_brackets or of_name or _NAMED_DAY.search(before) or _qualifies_noun(text, period))


def _qualifies_noun(text: str, period: Period) -> bool:
    """Whether it specifies a noun: "the 1968 film", but not "during the 1968 riots" or "in the 1968 election"."""
    before, after = text[: period.start], text[period.end :]
    following = [word.folded for word in words(after)[:3]] if re.match(r" [^\W\d]", after) else []
    is_noun = following and following[0] not in _TIME_WORDS and not following[0].endswith("ly")
    if not (is_noun and _DETERMINER.search(before)) or period.text.endswith("s"):
        return bool(re.match(r"-[a-z]", after))
    return not (_AT_OCCASION.search(before) or (_IN_OCCASION.search(before) and not _OCCASIONS.isdisjoint(following)))


def _is_speculation(text: str, period: Period) -> bool:
    """Whether its stretch of the sentence says what may happen; of "On Tuesday, it could ..." the next one does."""
    before, after = text[: period.start], " ".join(_COMMA.split(text[period.end :])[:2])
    opens = all(word.folded in STOP_WORDS | {"earlier", "later"} for word in words(before))
    first_verb = next((word.start for word in words(after) if _is_past(word)), len(after))
    return bool(_SPECULATIVE.search(_COMMA.split(before)[-1]) or (opens and _SPECULATIVE.search(after[:first_verb])))


def _is_quoted(before: str, text: str, period: Period) -> bool:
    """Whether it is "today" or the like in a quotation, and so counts from when the speaker spoke."""
    if period.names_year:
        return False
    marks = list(_MARKS.finditer(before.rsplit("\n\n", 1)[-1] + text[: period.start]))
    following = _CLOSING_MARK.search(text, period.end)
    return bool((marks and marks[-1]["opens"]) or (following and not following["opens"]))


def _side_clause(text: str, period: Period, start: int) -> str | None:
    """The clause with "who", "which", "where" or "that" that a date stands in; None where it stands in none."""
    opening = next(reversed(list(_CLAUSE.finditer(text, start, period.start))), None)
    if opening is None:
        return None
    inner = _ASIDE.sub(" ", text[opening.end() : period.start])
    apart = opening["comma"] and opening["pronoun"] != "that"
    if _COMMA.search(inner) or not (apart or _is_dated_by_its_verb(opening["pronoun"], inner)):
        return None
    return text[opening.start("pronoun") : period.end].strip()


def _is_dated_by_its_verb(pronoun: str, inner: str) -> bool:
    """Whether a clause without a comma is in the past tense and goes on up to the date."""
    tokens = words(inner)
    verbs = [number for number, word in enumerate(tokens) if _is_past(word)]
    if not verbs or (pronoun == "that" and any(not word.folded.endswith("ly") for word in tokens[: verbs[0]])):
        return False
    pairs = pairwise(verbs)
    return all(two - one == 1 or _is_joined(tokens[one + 1 : two]) for one, two in pairs)


def _is_joined(between: tuple[Word, ...]) -> bool:
    """Whether a second verb goes on with the clause: without a joining word it is the verb of the main clause."""
    return any(word.folded in _CLAUSE_OPENERS for word in between)


def _is_past(word: Word) -> bool:
    return word.folded in {"was", "were", "had", "did"} or is_past_form(word)
