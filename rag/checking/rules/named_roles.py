"""Who did what to whom: two names around a word that the evidence has the other way round."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.names import names, variants
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, Word, stem, words

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|get|gets|got)\b(?:\s+\w+){0,2}\s+\w+(?:ed|en|wn|ught|de|id|ld|nt|pt|st|ck|ng|ut)\b[^.;]{0,40}?\bby\b",
    re.IGNORECASE,
)
_ACTS = re.compile(r"(?:ed|ing|es|[^s]s|ize|ise|ate)$")
_EITHER_WAY = frozenset(
    stem(word)
    for word in """meet met speak spoke talk talks agree agreed agreement agreements reach marry married differ border
    conflict war tension tensions relation relations dialogue dispute share joint join both together between clash
    clashes spat spats negotiate negotiation equal same""".split()
)
"""Between two names these say the same in either order."""
MUTUAL = re.compile(r"\b(?:each other|one another|vice versa|in turn|mutual\w*)\b", re.IGNORECASE)
"""Where it is in the evidence, either may have done it."""
FARTHEST = 5
"""Words between two names that one may do something to the other in."""


class _Place(NamedTuple):
    key: str
    at: int


class Relation(NamedTuple):
    """Two names in order and the stems of the words between them."""

    first: str
    second: str
    between: frozenset[str]
    acts: frozenset[str]
    """Those of the words between that look like verbs."""
    passive: bool


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Two names of the claim that the evidence has around the same word in the other order only."""
    for one in relations(pair.claim):
        if _reversed(one, pair.near) and not any(map(MUTUAL.search, pair.near)):
            first, second = one.first.title(), one.second.title()
            return (contradiction("roles", f"the article has {first} and {second} the other way round"),)
    return ()


def _reversed(one: Relation, near: tuple[str, ...]) -> bool:
    turned = straight = False
    for other in (relation for sentence in near for relation in relations(sentence)):
        same = _name(one.first, other.first) and _name(one.second, other.second)
        swapped = _name(one.first, other.second) and _name(one.second, other.first)
        alike = one.passive == other.passive
        straight |= same if alike else swapped
        turned |= (swapped if alike else same) and _same_act(one, other)
    return turned and not straight


def _same_act(one: Relation, other: Relation) -> bool:
    shared = one.between & other.between
    return bool(shared & one.acts) and shared in (one.between, other.between)


def _name(one: str, other: str) -> bool:
    return one == other or variants(one, other)


@lru_cache(maxsize=8192)
def relations(text: str) -> tuple[Relation, ...]:
    """Every two different names of a text with topical words between them, in order."""
    return tuple(_relations(text))


def _relations(text: str) -> Iterator[Relation]:
    named = {one.folded for one in names(text)}
    tokens = words(text)
    places = [
        _Place(word.folded, at) for at, word in enumerate(tokens) if word.folded in named and text[word.start].isupper()
    ]
    for number, first in enumerate(places):
        for second in places[number + 1 :]:
            between = tokens[first.at + 1 : second.at]
            if len(between) > FARTHEST:
                break
            stems = {word.stem for word in between if _tells(word.folded, word.stem) and word.folded not in named}
            if _name(first.key, second.key) or not stems or stems & _EITHER_WAY:
                continue
            stretch = text[tokens[first.at].start : tokens[second.at].end]
            yield Relation(first.key, second.key, frozenset(stems), _acts(between), passive(stretch))


def _acts(between: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.stem for word in between if _ACTS.search(word.folded) or base(word.folded) != word.stem)


def passive(text: str) -> bool:
    """Whether a text has something done by somebody."""
    return bool(_PASSIVE.search(text))


def _tells(folded: str, root: str) -> bool:
    return folded not in STOP_WORDS and root not in UNINFORMATIVE and not folded[:1].isdigit()
