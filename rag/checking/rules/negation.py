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
    r"|(?:refus|declin|fail)\w*(?= to\b)|lack(?:s|ed|ing)?"
    r"|(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?)(?= (?:that|having|being|\w+ing)\b))\b"
)
_WORD = re.compile(r"\w+(?:'\w+)?", re.UNICODE)
_BREAK = re.compile(r"[.;:!?]|,|\bbut\b|\bwhile\b|\balthough\b")
_SKIPPED = frozenset(
    "yet even ever fully true case officially really formally completely entirely ever longer any long".split()
)

NEGATORS = frozenset("not no never none nobody nothing neither nor without cannot".split())
"""Words that deny what follows."""

DeniedStems = dict[str, frozenset[str]]
"""Stem of each denied word -> all topical stems of its clause."""
_IMPLICIT_NEGATION = re.compile(
    r"\b(?:without|lack\w*|avoid\w*|prevent\w*|resist\w*|exclu\w+|despite|against|unlike|condemn\w*|critici\w+|fail\w*|"
    r"refus\w+|den(?:y|ied|ies|ying)|reject\w*|scrap\w*|stop\w*|end(?:s|ed|ing)?|incorrect|false|wrong|different|hardly|"
    r"less|un\w{4,}|in(?:cap|suff|adeq)\w+|\w+less|disput\w+|oppos\w+|ban\w*|block\w*|halt\w*|drop\w*|cut\w*)\b",
    re.IGNORECASE,
)
"""Words that may deny without being a negator; where one stands, this rule decides nothing."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """What one side denies and the other affirms."""
    denied = denied_stems(pair.claim)
    for sentence in pair.near:
        if about(pair.claim, sentence):
            finding = _denied_by_claim(pair, denied, sentence) or _denied_by_evidence(pair, denied, sentence)
            if finding:
                return (finding,)
    return ()


def _denied_by_claim(pair: Pair, denied: DeniedStems, sentence: str) -> Finding | None:
    """The claim denies what the sentence affirms."""
    if denied_stems(sentence) or _IMPLICIT_NEGATION.search(sentence):
        return None
    word = next((stem for stem, clause in sorted(denied.items()) if _repeats(stem, clause, keys(sentence))), None)
    if word is None:
        return None
    kind = doubt if denied_stems(pair.near_text) else contradiction
    return kind("negation", f"the sentence denies what the article affirms (“{_as_written(word, pair.claim)}”)")


def _denied_by_evidence(pair: Pair, denied: DeniedStems, sentence: str) -> Finding | None:
    """The sentence denies what the claim affirms, in a claim that denies nothing."""
    if denied or _IMPLICIT_NEGATION.search(pair.claim):
        return None
    claim_keys = keys(pair.claim)
    word = next(
        (stem for stem, clause in sorted(denied_stems(sentence).items()) if _repeats(stem, clause, claim_keys)), None
    )
    if word is None or any(word in keys(other) - denied_stems(other).keys() for other in pair.near):
        return None
    return contradiction(
        "negation", f"the article denies what the sentence affirms (“{_as_written(word, pair.claim)}”)"
    )


def _repeats(word: str, clause: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a text has a denied word and most of what is denied with it."""
    return word in others and len(clause & others) > len(clause) / 2


def _as_written(word: str, text: str) -> str:
    return next((written for written in _WORD.findall(text) if base(written) == word), word)


@lru_cache(maxsize=8192)
def denied_stems(text: str) -> DeniedStems:
    """What a text denies: the first topical word after each negator in its clause, with all topical ones there."""
    plain = text.replace("’", "'").casefold()
    denied: DeniedStems = {}
    for negator in _NEGATOR.finditer(plain):
        clause = _BREAK.split(plain[negator.end() : negator.end() + 80])[0]
        topical = [base(word) for word in _WORD.findall(clause) if _topical(word)]
        if topical:
            denied[topical[0]] = frozenset(topical)
    return denied


def _topical(word: str) -> bool:
    folded = fold(word)
    return folded not in STOP_WORDS and folded not in _SKIPPED and base(folded) not in UNINFORMATIVE
