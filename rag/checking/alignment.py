"""Claim and evidence word by word: where the two are worded alike and where they part."""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from rag.checking.rules.base import Pair
from rag.text.lemmas import base
from rag.text.words import Word, words


class Change(NamedTuple):
    """A stretch of the claim and the stretch of the evidence in its place; one of them may be empty."""

    ours: tuple[Word, ...]
    theirs: tuple[Word, ...]


class Comparison(NamedTuple):
    """How a claim differs from one evidence sentence."""

    share: float
    """Of the claim's words that are the same, in the same order."""
    changes: tuple[Change, ...]
    evidence: str


def closest(pair: Pair) -> Comparison | None:
    """The evidence sentence that is worded most like the claim; None where there is none."""
    compared = (compare(pair.claim, sentence) for sentence in pair.near)
    return max(compared, key=lambda one: one.share, default=None)


@lru_cache(maxsize=4096)
def compare(claim: str, evidence: str) -> Comparison:
    """Line the words of two sentences up."""
    ours, theirs = words(claim), words(evidence)
    left, right = [base(word.folded) for word in ours], [base(word.folded) for word in theirs]
    steps = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    same = sum(end - start for step, start, end, _, _ in steps if step == "equal")
    changes = (Change(ours[a:b], theirs[c:d]) for step, a, b, c, d in steps if step != "equal")
    return Comparison(same / len(ours) if ours else 0.0, tuple(changes), evidence)
