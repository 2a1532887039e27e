"""All against some, few against many: how much of something a claim and its evidence speak of."""

import re
from functools import lru_cache

from rag.checking.clauses import about
from rag.checking.rules.base import Finding, Pair, contradiction, doubt
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

_SCALE = (
    "no none never nobody neither",
    "few rarely seldom hardly scarcely little",
    "some several sometimes partly part partially occasionally hundreds thousands dozens",
    "many often frequently much numerous large half",
    "most mostly mainly usually generally largely predominantly majority primarily almost nearly virtually",
    "all every each always entire entirely whole wholly completely exclusively everyone everybody only",
)
LEVELS = {word: level for level, line in enumerate(_SCALE) for word in line.split()}
"""How much each word stands for, from none to all."""
_ALL, _FEW = 5, 1
_ENTAILED = 2
"""Some is true where many, most or all are."""
_WORD = re.compile(r"\w+(?:['’]\w+)?", re.UNICODE)
_QUANTIFIER = re.compile(rf"\b(?:{'|'.join(LEVELS)})\b", re.IGNORECASE)
_ALMOST = re.compile(
    rf"\b(?:almost|nearly|virtually|not) (?:{'|'.join(word for word, level in LEVELS.items() if level == _ALL)})\b",
    re.IGNORECASE,
)


def findings(pair: Pair) -> tuple[Finding, ...]:
    """What the claim has more or less of than the evidence."""
    if _has_all(pair.claim) and _ALMOST.search(pair.near_text) and not _ALMOST.search(pair.claim):
        return (doubt("quantifiers", "the article says “almost”, the sentence does not", "almost"),)
    held: dict[str, set[str]] = {}
    for sentence in (one for one in pair.near if about(pair.claim, one)):
        for word, how in quantified(sentence).items():
            held.setdefault(word, set()).add(how)
    found = (_judge(how, held.get(word, set()), pair) for word, how in quantified(pair.claim).items())
    return tuple(one for one in found if one)[:1]


def _judge(how: str, theirs: set[str], pair: Pair) -> Finding | None:
    ours, levels = LEVELS[how], {LEVELS[one] for one in theirs}
    if ours in levels or (levels and ours == _ENTAILED and max(levels) > ours):
        return None
    if theirs and all(at_odds(how, other) for other in theirs):
        other = min(theirs)
        return contradiction("quantifiers", f"the article says {other}, the sentence says {how}", other)
    if ours == _ALL and not _has_all(pair.near_text):
        return doubt("quantifiers", f"the article does not say {how}")
    return None


def at_odds(ours: str, theirs: str) -> bool:
    """Whether a claim that says `ours` is wrong where the evidence says `theirs`."""
    said, held = LEVELS[ours], LEVELS[theirs]
    if said == _ENTAILED and held > said:
        return False
    return abs(said - held) > 1 or (said == _ALL and held < _ALL)


@lru_cache(maxsize=8192)
def _has_all(text: str) -> bool:
    return any(LEVELS.get(fold(word)) == _ALL for word in _WORD.findall(text))


@lru_cache(maxsize=8192)
def quantified(text: str) -> dict[str, str]:
    """Base stems of the words that a quantifier stands before, each with the quantifier nearest to it."""
    found: dict[str, str] = {}
    for match in _QUANTIFIER.finditer(text):
        clause = re.split(r"[.;:,!?]", text[match.end() : match.end() + 60])[0]
        word = next((one for one in map(fold, _WORD.findall(clause)) if one not in STOP_WORDS), None)
        if word and word not in LEVELS:
            found.setdefault(base(word), match.group().casefold())
    return found
