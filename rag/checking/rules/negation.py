"""What a claim denies and its evidence affirms, or the other way round."""

import re
from functools import lru_cache

from rag.checking.clauses import about
from rag.checking.overlap import UNINFORMATIVE, keys
from rag.checking.rules.base import Finding, Pair, contradiction, doubt
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

_NEGATOR = re.compile(
    r"\b(?:not(?! only\b| just\b| merely\b)|\w+n't|cannot|never|no(?! doubt\b| longer than\b| more than\b| less than\b"
    r"| fewer than\b| later than\b)|none|nobody|nothing|neither|nor|without|hardly|barely|unable to"
    r"|(?:refus|declin|fail)\w*(?= to\b)|den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|lack(?:s|ed|ing)?)\b"
)
_WORD = re.compile(r"\w+(?:'\w+)?", re.UNICODE)
_BREAK = re.compile(r"[.;:!?]|,|\bbut\b|\bwhile\b|\balthough\b")
_PASSED_OVER = frozenset(
    "yet even ever fully true case officially really formally completely entirely ever longer any long".split()
)

NEGATORS = frozenset("not no never none nobody nothing neither nor without cannot".split())
"""Words that deny what follows."""

Denials = dict[str, frozenset[str]]
"""Stems of denied words, each with the stems in its clause."""
_SOMEHOW = re.compile(
    r"\b(?:without|lack\w*|avoid\w*|prevent\w*|resist\w*|exclu\w+|despite|against|unlike|condemn\w*|critici\w+|fail\w*|"
    r"refus\w+|den(?:y|ied|ies|ying)|reject\w*|scrap\w*|stop\w*|end(?:s|ed|ing)?|incorrect|false|wrong|different|hardly|"
    r"less|un\w{4,}|in(?:cap|suff|adeq)\w+|\w+less|disput\w+|oppos\w+|ban\w*|block\w*|halt\w*|drop\w*|cut\w*)\b",
    re.IGNORECASE,
)
"""Words that may deny in a way that is not told apart here."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """What one side denies and the other affirms."""
    denied = negated(pair.claim)
    for sentence in pair.near:
        if about(pair.claim, sentence):
            found = _ours(pair, denied, sentence) or _theirs(pair, denied, sentence)
            if found:
                return (found,)
    return ()


def _ours(pair: Pair, denied: Denials, sentence: str) -> Finding | None:
    """What the claim denies and the sentence has, undenied."""
    if negated(sentence) or _SOMEHOW.search(sentence):
        return None
    word = next((one for one, clause in sorted(denied.items()) if _repeats(one, clause, keys(sentence))), None)
    if word is None:
        return None
    kind = doubt if negated(pair.near_text) else contradiction
    return kind("negation", f"the sentence denies what the article affirms (“{_shown(word, pair.claim)}”)")


def _theirs(pair: Pair, denied: Denials, sentence: str) -> Finding | None:
    """What the sentence denies and the claim has, in a claim that denies nothing."""
    if denied or _SOMEHOW.search(pair.claim):
        return None
    said = keys(pair.claim)
    word = next((one for one, clause in sorted(negated(sentence).items()) if _repeats(one, clause, said)), None)
    if word is None or any(word in keys(one) - negated(one).keys() for one in pair.near):
        return None
    return contradiction("negation", f"the article denies what the sentence affirms (“{_shown(word, pair.claim)}”)")


def _repeats(word: str, clause: frozenset[str], held: frozenset[str]) -> bool:
    """Whether a text has a denied word and most of what is denied with it."""
    return word in held and len(clause & held) > len(clause) / 2


def _shown(word: str, text: str) -> str:
    return next((found for found in _WORD.findall(text) if base(found) == word), word)


@lru_cache(maxsize=8192)
def negated(text: str) -> Denials:
    """What a text denies: the first topical word after each negator in its clause, with all topical ones there."""
    plain = text.replace("’", "'").casefold()
    found: Denials = {}
    for negator in _NEGATOR.finditer(plain):
        clause = _BREAK.split(plain[negator.end() : negator.end() + 80])[0]
        topical = [base(word) for word in _WORD.findall(clause) if _topical(word)]
        if topical:
            found[topical[0]] = frozenset(topical)
    return found


def _topical(word: str) -> bool:
    folded = fold(word)
    return folded not in STOP_WORDS and folded not in _PASSED_OVER and base(folded) not in UNINFORMATIVE
