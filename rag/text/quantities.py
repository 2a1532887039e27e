"""Text -> its numbers: values, units, magnitudes, bounds and what they count."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from rag.text.english import alternatives, word_numbers, word_set
from rag.text.periods import cached_mentions
from rag.text.words import STOP_WORDS, words

Unit = Literal["count", "%", "money", "ordinal", "time"]
Bound = Literal["exact", "about", "over", "under"]

_CARDINALS = word_numbers("number_words")
_SCALES = word_numbers("number_scales")
_LETTERS = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}
"""Scales when directly after the digits; after a space they are metres and tonnes."""
_MULTIPLES = word_numbers("number_multiples")
_ORDINALS = word_numbers("ordinals")
_MONEY = word_set("currencies")
_TOKEN = re.compile(r"\d{1,2}:\d{2}|\d[\d,]{0,24}(?:\.\d{1,12})?(?:st|nd|rd|th)?|[a-z]+|%|[$€£¥]", re.IGNORECASE)
_MEASURE = re.compile(r"\s*(?:%|(?:percent(?:age points?)?|per cent|dollars?|euros?|pounds?|yen)\b)", re.IGNORECASE)
_HINT = re.compile(rf"\d|\b(?:{'|'.join((*_CARDINALS, *_SCALES, *_MULTIPLES, *_ORDINALS))})", re.IGNORECASE)
_GAP = re.compile(r"[\s\-‑]*")
_BOUND_LISTS: tuple[tuple[Bound, str], ...] = (
    ("under", "bounds_under"),
    ("over", "bounds_over"),
    ("about", "bounds_about"),
)
"""In this order: "no more than" is an upper bound although "more than" is a lower one."""
_BOUNDS = tuple(
    (bound, re.compile(rf"\b(?:{alternatives(name)})(?: (?:the|an?|some|about))?[\s$€£]*$", re.IGNORECASE))
    for bound, name in _BOUND_LISTS
)
COUNTABLE = 10
"""Up to this value, a number in words may be the count of a list in the evidence."""


class Quantity(NamedTuple):
    """A number that a text names."""

    value: float
    unit: Unit
    bound: Bound
    text: str
    """Its words, with the unit or the word after them."""
    start: int
    """Offset in the text."""
    end: int
    near: frozenset[str]
    """Stems of the words around it, which say what it counts."""
    loose: bool
    """Whether it may be no number ("one of them") or the count of a list."""


@lru_cache(maxsize=16384)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text that is not a date, in order."""
    if not _HINT.search(text):
        return ()
    dates = [(mention.start, mention.end) for mention in cached_mentions(text)]
    tokens = [
        token
        for token in _TOKEN.finditer(text)
        if not _inside_word(text, token) and not any(start <= token.start() < end for start, end in dates)
    ]
    numbers, at = [], 0
    while at < len(tokens):
        value, last = _number(text, tokens, at)
        if value is None:
            at += 1
            continue
        numbers.append(_quantity(text, tokens, at, last, value))
        at = last + 1
    return tuple(numbers)


def _inside_word(text: str, token: re.Match[str]) -> bool:
    before = text[max(0, token.start() - 2) : token.start()]
    lettered = before[-1:].isalpha() or (before[-1:] in "-‑" and before[:1].isalpha()) if before else False
    return lettered and token.group()[0].isdigit()


def _number(text: str, tokens: list[re.Match[str]], at: int) -> tuple[float | None, int]:
    """The value of the number that starts at a token, None when none does, and the last token it takes."""
    total, current, last, at_scale = 0.0, None, at, False
    for number in range(at, len(tokens)):
        token = tokens[number].group().lower()
        gap = text[tokens[number - 1].end() : tokens[number].start()] if number > at else " "
        if not _GAP.fullmatch(gap):
            break
        token = token if gap else _LETTERS.get(token, token)
        if (token == "and" and at_scale) or (token == "a" and number == at):
            continue
        step = _step(token, current, at_scale)
        if step is None:
            break
        value, at_scale = step
        total, current = (total + value, None) if token in _SCALES else (total, value)
        last = number
    if current is None and total == 0 and not (last > at or tokens[at].group()[0].isdigit()):
        return (0.0, at) if tokens[at].group().lower() == "zero" else (None, at)
    return total + (current or 0.0), last


def _step(token: str, current: float | None, at_scale: bool) -> tuple[float, bool] | None:  # noqa: FBT001
    if token[0].isdigit():
        return (_digits(token), False) if current is None else None
    if token in _CARDINALS:
        return _add(current, _CARDINALS[token], at_scale)
    if token in _ORDINALS and current in (None, 1.0):  # "one third" is "a third"
        return _ORDINALS[token], False
    if token in _MULTIPLES:
        return (current or 1.0) * _MULTIPLES[token], True
    if token in _SCALES and (len(token) > 2 or current is not None):
        return (current or 1.0) * _SCALES[token], True
    return None


def _add(current: float | None, value: float, at_scale: bool) -> tuple[float, bool] | None:  # noqa: FBT001
    if current is None:
        return value, False
    fits = (at_scale and current % 100 == 0) or (value < 10 and current % 100 >= 20 and current % 10 == 0)
    return (current + value, False) if fits else None


def _digits(token: str) -> float:
    if ":" in token:
        hours, minutes = token.split(":")
        return int(hours) * 60 + int(minutes)
    return float(re.sub(r"[,a-z]", "", token))


def _quantity(text: str, tokens: list[re.Match[str]], at: int, last: int, value: float) -> Quantity:
    first, final = tokens[at], tokens[last]
    before, after = text[: first.start()].rstrip(" "), text[final.end() :]
    unit = _unit(first.group().lower(), before, after)
    bound: Bound = next((bound for bound, pattern in _BOUNDS if pattern.search(before[-30:])), "exact")
    phrase = _with_unit(text, first.start(), final.end(), unit)
    measured = _MEASURE.match(after)
    end = final.end() + (measured.end() if measured else 0)
    worded = first.group().isalpha()
    loose = first.group().lower() in {"one", "first"} or (worded and unit == "count" and value <= COUNTABLE)
    return Quantity(value, unit, bound, phrase, first.start(), end, _near(before, after), loose)


def _unit(token: str, before: str, after: str) -> Unit:
    if ":" in token:
        return "time"
    if token in _ORDINALS or (token[-2:] in {"st", "nd", "rd", "th"} and token[0].isdigit()):
        return "ordinal"
    if re.match(r"\s*(?:%|percent|per cent|percentage)", after):
        return "%"
    following = re.match(r"[\s-]*(?:u\.?s\.? )?(\w+)", after.lower())
    if before[-1:] in set("$€£¥") or (following and following[1] in _MONEY):
        return "money"
    return "count"


def _with_unit(text: str, start: int, end: int, unit: Unit) -> str:
    if unit == "%":
        shown = re.match(r"\s*(?:%|percent|per cent)", text[end:])
        end += shown.end() if shown else 0
    if unit == "money" and text[start - 1 : start] in set("$€£¥"):
        start -= 1
    following = re.match(r"[ -][A-Za-z]{3,}", text[end:])
    return text[start : end + (following.end() if following and unit in {"count", "ordinal"} else 0)]


def _near(before: str, after: str) -> frozenset[str]:
    """Stems of the three content words after a number in its clause; those before it where none follows."""
    following = _stems(re.split(r"[.,;:()\n]", after[:60])[0])
    return frozenset(following[:3] or _stems(re.split(r"[.,;:()\n]", before[-40:])[-1])[-2:])


def _stems(text: str) -> list[str]:
    return [word.stem for word in words(text) if word.folded not in STOP_WORDS and not word.folded[:1].isdigit()]
