"""Comparisons ("more than", "less than") that a claim has the other way round than its evidence."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.checking.overlap import keys
from rag.checking.rules.antonyms import opposite
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.text.lemmas import base

_COMPARED = re.compile(
    r"(?P<left>[^.;:,]{2,120}?)\b(?P<adjective>more|less|fewer|(?!other|rather|whether|either|another|further)\w{2,}er)\b"
    r"(?P<of>(?: \w+){0,3}?) than (?P<right>[^.;:,]{2,60})",
    re.IGNORECASE,
)


class ComparedThings(NamedTuple):
    """The two sides of a comparison, as keys."""

    left: frozenset[str]
    adjective: str
    of: frozenset[str]
    right: frozenset[str]


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Comparisons that the evidence has swapped round."""
    for claimed in comparisons(pair.claim):
        for other in (found for sentence in pair.near for found in comparisons(sentence)):
            if _reversed(claimed, other):
                return (contradiction("comparatives", "the article compares them the other way round"),)
    return ()


def _reversed(claimed: ComparedThings, other: ComparedThings) -> bool:
    if claimed.of != other.of:
        return False
    swapped = bool(claimed.left & other.right and claimed.right & other.left)
    straight = bool(claimed.left & other.left and claimed.right & other.right)
    if swapped == straight:
        return False
    return (
        swapped if claimed.adjective == other.adjective else straight and opposite(claimed.adjective, other.adjective)
    )


@lru_cache(maxsize=8192)
def comparisons(text: str) -> tuple[ComparedThings, ...]:
    """Every "X is more ... than Y" of a text."""
    return tuple(_comparisons(text))


def _comparisons(text: str) -> Iterator[ComparedThings]:
    for match in _COMPARED.finditer(text):
        right = re.split(r"\b(?:and|but|which|that|because|when|if|in|at|on)\b", match["right"])[0]
        yield ComparedThings(keys(match["left"]), base(match["adjective"]), keys(match["of"]), keys(right))
