"""Sentence + quotes -> numbers, names, dates and quoted words of the sentence that the quotes do not have.

Independent of rag/checking, so that a fault of the checker cannot hide itself.
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
    """Terms of a sentence that its quotes do not have."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    dates: tuple[str, ...]
    quotations: tuple[str, ...]


def unsupported_terms(sentence: str, quotes: str) -> UnsupportedTerms:
    """The terms of a sentence that its quotes do not have.

    Args:
        sentence: as it is shown.
        quotes: all that it cites, as one text.
    """
    folded = fold(quotes)
    numbers = {_plain(number) for number in _NUMBER.findall(quotes)}
    days = {(mention.first, mention.last) for mention in mentions(quotes)}
    return UnsupportedTerms(
        tuple(number for number in _NUMBER.findall(sentence) if _plain(number) not in numbers),
        tuple(name for name in _names(sentence) if not _has_name(folded, name)),
        tuple(
            sentence[mention.start : mention.end]
            for mention in mentions(sentence)
            if (mention.first, mention.last) not in days
        ),
        tuple(quoted for quoted in _QUOTED.findall(sentence) if _squeeze(quoted) not in _squeeze(quotes)),
    )


def _plain(number: str) -> str:
    return number.replace(",", "").strip(".")


def _names(sentence: str) -> list[str]:
    """Capitalised words; the first of a sentence or a quotation may be capitalised for its place."""
    return [match.group() for match in _NAME.finditer(sentence) if not _OPENING.search(sentence[: match.start()])]


def _has_name(folded: str, name: str) -> bool:
    return all(word.folded in folded for word in words(name))


def _squeeze(text: str) -> str:
    return " ".join(word.folded for word in words(text))
