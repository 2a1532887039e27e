"""More than, less than: two things that a claim compares the other way round than its evidence."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rag.checking.overlap import keys
from rag.checking.rules.antonyms import opposite
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.text.lemmas import base

_COMPARED = re.compile(
    r"(?P<left>[^.;:,]{2,120}?)\b(?P<how>more|less|fewer|(?!other|rather|whether|either|another|further)\w{2,}er)\b"
    r"(?P<of>(?: \w+){0,3}?) than (?P<right>[^.;:,]{2,60})",
    re.IGNORECASE,
)


class Compared(NamedTuple):
    """What is set against what."""

    left: frozenset[str]
    how: str
    of: frozenset[str]
    right: frozenset[str]


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Comparisons that the evidence has turned round."""
    for ours in compared(pair.claim):
        for theirs in (one for sentence in pair.near for one in compared(sentence)):
            if _against(ours, theirs):
                return (contradiction("comparatives", "the article compares them the other way round"),)
    return ()


def _against(ours: Compared, theirs: Compared) -> bool:
    if ours.of != theirs.of:
        return False
    turned = bool(ours.left & theirs.right and ours.right & theirs.left)
    straight = bool(ours.left & theirs.left and ours.right & theirs.right)
    if turned == straight:
        return False
    return turned if ours.how == theirs.how else straight and opposite(ours.how, theirs.how)


@lru_cache(maxsize=8192)
def compared(text: str) -> tuple[Compared, ...]:
    """Every "X is more ... than Y" of a text."""
    return tuple(_compared(text))


def _compared(text: str) -> Iterator[Compared]:
    for match in _COMPARED.finditer(text):
        right = re.split(r"\b(?:and|but|which|that|because|when|if|in|at|on)\b", match["right"])[0]
        yield Compared(keys(match["left"]), base(match["how"]), keys(match["of"]), keys(right))
