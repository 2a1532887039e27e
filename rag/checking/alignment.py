"""Claim + evidence sentence -> their words lined up: where the two are worded alike and where they differ."""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from rag.checking.rules.base import Pair
from rag.text.lemmas import base
from rag.text.words import Word, words


class Difference(NamedTuple):
    """A stretch of the claim and the stretch of the evidence in its place; one of them may be empty."""

    claim: tuple[Word, ...]
    evidence: tuple[Word, ...]


class Alignment(NamedTuple):
    """How a claim is worded beside one evidence sentence."""

    share: float
    """Share of the claim's words that are the same in the same order, 0 to 1."""
    differences: tuple[Difference, ...]
    evidence: str


def closest_alignment(pair: Pair) -> Alignment | None:
    """The alignment with the near sentence that is worded most like the claim; None where there is none."""
    alignments = (align_words(pair.claim, sentence) for sentence in pair.near)
    return max(alignments, key=lambda alignment: alignment.share, default=None)


@lru_cache(maxsize=4096)
def align_words(claim: str, evidence: str) -> Alignment:
    """Line up the words of a claim and of an evidence sentence, by their base forms."""
    left, right = words(claim), words(evidence)
    left_bases, right_bases = ([base(word.folded) for word in side] for side in (left, right))
    steps = SequenceMatcher(None, left_bases, right_bases, autojunk=False).get_opcodes()
    same = sum(end - start for step, start, end, _, _ in steps if step == "equal")
    differences = (Difference(left[a:b], right[c:d]) for step, a, b, c, d in steps if step != "equal")
    return Alignment(same / len(left) if left else 0.0, tuple(differences), evidence)
