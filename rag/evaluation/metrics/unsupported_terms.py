"""Sentence + quotes -> what the sentence names and the quotes do not: numbers, names, dates, quoted words.

Deliberately simple, and not the product's checker: a checker cannot be the only witness of its own verdicts.
"""

import re
from typing import NamedTuple

from rag.text.dates import mentions
from rag.text.words import fold, words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+")
_OPENING = re.compile(r"(?:^|[.!?…:]\s+|[“\"‘(]\s*)$")
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,})[”\"]")


class UnsupportedTerms(NamedTuple):
    """What a sentence says that its quotes do not."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    dates: tuple[str, ...]
    quotations: tuple[str, ...]


def unsupported_terms(sentence: str, quotes: str) -> UnsupportedTerms:
    """Everything that a sentence names and its quotes do not.

    Args:
        sentence: as a reader sees it.
        quotes: all that it cites, as one text.
    """
    told = fold(quotes)
    numbers = {_plain(found) for found in _NUMBER.findall(quotes)}
    days = {(one.first, one.last) for one in mentions(quotes)}
    return UnsupportedTerms(
        tuple(found for found in _NUMBER.findall(sentence) if _plain(found) not in numbers),
        tuple(name for name in _names(sentence) if not _known(name, told)),
        tuple(sentence[one.start : one.end] for one in mentions(sentence) if (one.first, one.last) not in days),
        tuple(found for found in _QUOTED.findall(sentence) if _squeezed(found) not in _squeezed(quotes)),
    )


def _plain(found: str) -> str:
    return found.replace(",", "").strip(".")


def _names(sentence: str) -> list[str]:
    """Capitalised words; the first of a sentence or a quotation may be capitalised for its place."""
    return [match.group() for match in _NAME.finditer(sentence) if not _OPENING.search(sentence[: match.start()])]


def _known(name: str, told: str) -> bool:
    stems = [word.folded for word in words(name)]
    return all(stem in told for stem in stems)


def _squeezed(text: str) -> str:
    return " ".join(word.folded for word in words(text))
