"""Words of a claim that its evidence has, too: by stem, by common beginning, by a list of words that mean the same."""

from functools import lru_cache
from typing import NamedTuple

from rag.text.english import word_list, word_set
from rag.text.lemmas import base
from rag.text.periods import SOME_DAY, periods
from rag.text.quantities import quantities
from rag.text.words import Word, content

PREFIX = 5
"""Letters that two words must share at their beginning to count as forms of one word: independent, independence."""
PREFIX_SHARE = 0.6
"""Share of the longer word that these letters must be."""
UNINFORMATIVE = frozenset(map(base, word_set("uninformative_in_claims")))
"""Base stems of any news text, which support no claim."""
_GROUPS = enumerate(map(str.split, word_list("same_meaning")))
_CLASSES = {base(word): number for number, group in _GROUPS for word in group}
"""Base stem -> number of its group."""


class Coverage(NamedTuple):
    """The claim's words that its evidence has, and those that it lacks."""

    share: float
    """Share of the claim's topical words that the evidence has, 0 to 1; 1 when the claim has none."""
    missing: tuple[Word, ...]
    """The topical words that the evidence lacks."""


@lru_cache(maxsize=8192)
def keys(text: str) -> frozenset[str]:
    """Base stems of a text's topical words, and its numbers as `#4000`."""
    values = (f"#{number.value:g}" for number in quantities(text))
    return frozenset(base(word.folded) for word in topical(text)) | frozenset(values)


@lru_cache(maxsize=8192)
def topical(text: str) -> tuple[Word, ...]:
    """A text's content words in order, without numbers, dates and, where other words remain, uninformative ones."""
    taken = {offset for number in quantities(text) for offset in range(number.start, number.end)}
    taken |= {offset for period in periods(text, SOME_DAY) for offset in range(period.start, period.end)}
    words = tuple(word for word in content(text) if word.start not in taken)
    return tuple(word for word in words if word.stem not in UNINFORMATIVE) or words


def coverage(claim: str, evidence: str) -> Coverage:
    """Which of the claim's topical words the evidence has."""
    wanted = topical(claim)
    missing = tuple(word for word in wanted if not has(base(word.folded), keys(evidence)))
    return Coverage(1 - len(missing) / len(wanted) if wanted else 1.0, missing)


def has(stem: str, stems: frozenset[str]) -> bool:
    """Whether one of some stems is a given one, another form of it or a word for the same."""
    return stem in stems or (stem[:1].isalpha() and any(same_word(stem, other) for other in stems))


@lru_cache(maxsize=65536)
def same_word(left: str, right: str) -> bool:
    """Whether two stems are forms of one word or words for the same."""
    if left == right:
        return True
    if left in _CLASSES and _CLASSES[left] == _CLASSES.get(right):
        return True
    shared = _common_prefix(left, right)
    return (
        shared >= PREFIX
        and shared >= PREFIX_SHARE * max(len(left), len(right))
        and _are_endings(left[shared:], right[shared:])
    )


_ENDINGS = word_set("word_endings")


def _are_endings(*endings: str) -> bool:
    return all(not ending or ending in _ENDINGS for ending in endings)


def _common_prefix(left: str, right: str) -> int:
    """Number of letters that two words share at their beginning."""
    length = min(len(left), len(right))
    return next((at for at in range(length) if left[at] != right[at]), length)
