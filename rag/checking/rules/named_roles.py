"""Named roles: two names around a verb, in the other order than in the evidence."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.names import names, variants
from rag.text.english import word_set
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, Word, stem, words

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|get|gets|got)\b(?:\s+\w+){0,2}\s+\w+(?:ed|en|wn|ught|de|id|ld|nt|pt|st|ck|ng|ut)\b[^.;]{0,40}?\bby\b",
    re.IGNORECASE,
)
_VERB_ENDING = re.compile(r"(?:ed|ing|es|[^s]s|ize|ise|ate)$")
_SYMMETRIC = frozenset(map(stem, word_set("symmetric_relations")))
MUTUAL = re.compile(r"\b(?:each other|one another|vice versa|in turn|mutual\w*)\b", re.IGNORECASE)
"""Where the evidence has this, either may be the agent."""
MOST_BETWEEN = 5
"""Words between two names that are read as a relation."""


class _Mention(NamedTuple):
    name: str
    at: int
    """Number of its word in the text."""


class Relation(NamedTuple):
    """Two names in order and the stems of the words between them."""

    first: str
    second: str
    between: frozenset[str]
    verbs: frozenset[str]
    """Those of the words between that look like verbs."""
    passive: bool


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Two names of the claim that the evidence has around the same verb in the other order only."""
    for relation in relations(pair.claim):
        if _reversed(relation, pair.near) and not any(map(MUTUAL.search, pair.near)):
            first, second = relation.first.title(), relation.second.title()
            return (contradiction("roles", f"the article has {first} and {second} the other way round"),)
    return ()


def _reversed(claimed: Relation, near: tuple[str, ...]) -> bool:
    reversed_order = same_order = False
    for other in (relation for sentence in near for relation in relations(sentence)):
        same = _same_name(claimed.first, other.first) and _same_name(claimed.second, other.second)
        swapped = _same_name(claimed.first, other.second) and _same_name(claimed.second, other.first)
        alike = claimed.passive == other.passive
        same_order |= same if alike else swapped
        reversed_order |= (swapped if alike else same) and _same_verb(claimed, other)
    return reversed_order and not same_order


def _same_verb(claimed: Relation, other: Relation) -> bool:
    shared = claimed.between & other.between
    return bool(shared & claimed.verbs) and shared in (claimed.between, other.between)


def _same_name(name: str, other: str) -> bool:
    return name == other or variants(name, other)


@lru_cache(maxsize=8192)
def relations(text: str) -> tuple[Relation, ...]:
    """Every two different names of a text with topical words between them, in order."""
    return tuple(_relations(text))


def _relations(text: str) -> Iterator[Relation]:
    named = {name.folded for name in names(text)}
    tokens = words(text)
    mentions = [
        _Mention(word.folded, at)
        for at, word in enumerate(tokens)
        if word.folded in named and text[word.start].isupper()
    ]
    for number, first in enumerate(mentions):
        for second in mentions[number + 1 :]:
            between = tokens[first.at + 1 : second.at]
            if len(between) > MOST_BETWEEN:
                break
            stems = {word.stem for word in between if _is_topical(word.folded, word.stem) and word.folded not in named}
            if _same_name(first.name, second.name) or not stems or stems & _SYMMETRIC:
                continue
            stretch = text[tokens[first.at].start : tokens[second.at].end]
            yield Relation(first.name, second.name, frozenset(stems), _verbs(between), passive(stretch))


def _verbs(between: Sequence[Word]) -> frozenset[str]:
    return frozenset(
        word.stem for word in between if _VERB_ENDING.search(word.folded) or base(word.folded) != word.stem
    )


def passive(text: str) -> bool:
    """Whether a text has a passive with "by"."""
    return bool(_PASSIVE.search(text))


def _is_topical(folded: str, root: str) -> bool:
    return folded not in STOP_WORDS and root not in UNINFORMATIVE and not folded[:1].isdigit()
