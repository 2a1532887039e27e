"""Antonyms in the same place: "rose" where the evidence has "fell", "legal" where it has "illegal"."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from rag.checking.clauses import about
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.negation import denied_stems
from rag.text.english import word_list
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

_PREFIXES = ("un", "in", "im", "non", "dis", "il", "ir")
LEAST_LETTERS = 4
"""Letters that a word must have for a prefix to negate it."""
WINDOW = 3
"""Words on each side among which two opposites must share one."""
_ORDER = frozenset(map(base, ("before", "after")))
"""Of these, only the words after them are compared: what is before one thing is after another."""
_WORD = re.compile(r"\w+(?:'\w+)?", re.UNICODE)
_BOUND = re.compile(r"\b(?:up|down) (?=to\b)", re.IGNORECASE)
"""Bounds, not directions: up to 4 %, down to 60 cm."""


def _pairs() -> dict[str, frozenset[str]]:
    opposites: dict[str, set[str]] = {}
    for entry in word_list("opposites"):
        left, right = (side.split() for side in entry.split("/"))
        for one, other in product(map(base, left), map(base, right)):
            opposites.setdefault(one, set()).add(other)
            opposites.setdefault(other, set()).add(one)
    return {one: frozenset(others) for one, others in opposites.items()}


_OPPOSITE = _pairs()


def opposite(word: str, other: str) -> bool:
    """Whether two words are listed opposites, or one is the other with a negating prefix."""
    left, right = base(word), base(other)
    return right in _OPPOSITE.get(left, frozenset()) or _prefixed(left, right) or _prefixed(right, left)


def _prefixed(one: str, other: str) -> bool:
    return len(one) >= LEAST_LETTERS and any(other == prefix + one for prefix in _PREFIXES)


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Words of the claim in whose place the evidence has their opposites, neither or both being negated."""
    return next(((finding,) for sentence in pair.near for finding in _opposed(pair, sentence)), ())


def _opposed(pair: Pair, sentence: str) -> Iterator[Finding]:
    if not about(pair.claim, sentence):
        return
    left, right = _contexts(pair.claim), _contexts(sentence)
    left_denied, right_denied = denied_stems(pair.claim), denied_stems(sentence)
    for one, other in product(left.keys() - right.keys(), right.keys() - left.keys()):
        alike = (one in left_denied) == (other in right_denied)
        neighbours = left[one].neighbours
        shared = neighbours & right[other].neighbours
        if opposite(one, other) and alike and shared and not _said(one, neighbours, len(shared), pair.near):
            claimed, read = left[one].written, right[other].written
            yield contradiction("antonyms", f"the article says {read}, the sentence says {claimed}", read)


def _said(word: str, neighbours: frozenset[str], shared: int, sentences: Sequence[str]) -> bool:
    """Whether a sentence has the claim's own word among more of its neighbours than the opposite stands among.

    "Vucic met the Kosovo Serbs in a southern town" beside "barricades of Serbs in northern Kosovo. He met Kosovo Serbs
    in the southern town".
    """
    contexts = (_contexts(sentence).get(word) for sentence in sentences if word not in denied_stems(sentence))
    return any(context and len(context.neighbours & neighbours) > shared for context in contexts)


class _Context(NamedTuple):
    written: str
    """The word as it stands in the text."""
    neighbours: frozenset[str]
    """Topical base forms beside it."""


@lru_cache(maxsize=8192)
def _contexts(text: str) -> dict[str, _Context]:
    """The base form of each word of a text -> its context."""
    written = _WORD.findall(_BOUND.sub("", text.replace("’", "'")))
    forms = [base(word) for word in written]
    topical = [form if fold(word) not in STOP_WORDS else "" for word, form in zip(written, forms, strict=True)]
    contexts = {}
    for at, form in enumerate(forms):
        start = at if form in _ORDER else max(0, at - WINDOW)
        neighbours = frozenset(topical[start:at] + topical[at + 1 : at + 1 + WINDOW]) - {""}
        contexts[form] = _Context(written[at], neighbours)
    return contexts
