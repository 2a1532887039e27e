"""Quantifiers: a claim that says "all" where its evidence says "some"."""

import re
from functools import lru_cache

from rag.checking.clauses import about
from rag.checking.rules.base import Finding, Pair, contradiction, doubt
from rag.text.english import word_list
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

LEVELS = {word: level for level, line in enumerate(word_list("quantifier_levels")) for word in line.split()}
"""Quantifier -> its level, 0 (none) to 5 (all)."""
_ALL = 5
_SOME = 2
"""The level of "some", which is true where "many", "most" or "all" is."""
_WORD = re.compile(r"\w+(?:['’]\w+)?", re.UNICODE)
_QUANTIFIER = re.compile(rf"\b(?:{'|'.join(LEVELS)})\b", re.IGNORECASE)
_ALMOST = re.compile(
    rf"\b(?:almost|nearly|virtually|not) (?:{'|'.join(word for word, level in LEVELS.items() if level == _ALL)})\b",
    re.IGNORECASE,
)


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Quantifiers of the claim that differ from those of the same words in the evidence."""
    if _has_all(pair.claim) and _ALMOST.search(pair.near_text) and not _ALMOST.search(pair.claim):
        return (doubt("quantifiers", "the article says “almost”, the sentence does not", "almost"),)
    evidence: dict[str, set[str]] = {}
    for sentence in (near for near in pair.near if about(pair.claim, near)):
        for word, quantifier in quantified_words(sentence).items():
            evidence.setdefault(word, set()).add(quantifier)
    claimed = quantified_words(pair.claim).items()
    found = (_compare(quantifier, evidence.get(word, set()), pair) for word, quantifier in claimed)
    return tuple(finding for finding in found if finding)[:1]


def _compare(quantifier: str, others: set[str], pair: Pair) -> Finding | None:
    level, levels = LEVELS[quantifier], {LEVELS[other] for other in others}
    if level in levels or (levels and level == _SOME and max(levels) > level):
        return None
    if others and all(at_odds(quantifier, other) for other in others):
        other = min(others)
        return contradiction("quantifiers", f"the article says {other}, the sentence says {quantifier}", other)
    if level == _ALL and not _has_all(pair.near_text):
        return doubt("quantifiers", f"the article does not say {quantifier}")
    return None


def at_odds(claimed: str, other: str) -> bool:
    """Whether a claim with one quantifier is wrong where the evidence has the other."""
    level, evidence = LEVELS[claimed], LEVELS[other]
    if level == _SOME and evidence > level:
        return False
    return abs(level - evidence) > 1 or (level == _ALL and evidence < _ALL)


@lru_cache(maxsize=8192)
def _has_all(text: str) -> bool:
    return any(LEVELS.get(fold(word)) == _ALL for word in _WORD.findall(text))


@lru_cache(maxsize=8192)
def quantified_words(text: str) -> dict[str, str]:
    """Base stems of the words that a quantifier stands before, each with the quantifier nearest to it."""
    quantified: dict[str, str] = {}
    for match in _QUANTIFIER.finditer(text):
        clause = re.split(r"[.;:,!?]", text[match.end() : match.end() + 60])[0]
        word = next((folded for folded in map(fold, _WORD.findall(clause)) if folded not in STOP_WORDS), None)
        if word and word not in LEVELS:
            quantified.setdefault(base(word), match.group().casefold())
    return quantified
