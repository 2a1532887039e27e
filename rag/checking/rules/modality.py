"""Modality: claims that state as a fact what their evidence only calls possible."""

import re
from functools import lru_cache

from rag.checking.clauses import about
from rag.checking.overlap import UNINFORMATIVE, keys
from rag.checking.rules.base import Finding, Pair, doubt
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

SUPPOSED = (
    r"(?:fear(?:s|ed|ing)?|hop(?:es?|ed|ing)|believ(?:es?|ed|ing)|claim(?:s|ed|ing)?|alleg(?:es?|ed|ing)"
    r"|suspect(?:s|ed|ing)?|assum(?:es?|ed|ing)|speculat(?:es?|ed|ing)|insist(?:s|ed|ing)?|argu(?:es?|ed|ing)"
    r"|suggest(?:s|ed|ing)?|imagin(?:es?|ed|ing)|pretend(?:s|ed|ing)?|rumou?r(?:s|ed)?) that"
)
"""What follows these is somebody's statement, not the article's; "said that" is left out,
as it introduces most facts of news."""
CONDITION = r"(?:if|unless|provided that|as long as|on condition that)"
"""Opens a condition."""
_SHOWING = (
    r"(?:say|said|think|thought|believ|show|prov|mean|find|found|suggest|indicat|confirm|claim|conclu|establish"
    r"|demonstrat|true|clear|certain|sure|proof|evidence|sign|indication)\w*"
)
UNSHOWN = (
    rf"(?:(?:(?:not|\w+n['’]t|cannot|never|nobody|no one|nothing|none|neither)(?! only| just| merely| doubt)"
    rf"(?: \w+){{0,3}} {_SHOWING}|(?:fail\w*|unable|refus\w+|declin\w+) to {_SHOWING}"
    r"|no (?:\w+ )?(?:proof|evidence|sign|indication|reason))(?: \w+){0,3}? that"
    r"|(?:not|\w+n['’]t) (?:think|believe)"
    r"|(?:a lie|lies|hoax|myth|fiction|rumou?rs?|unlikely|impossible|doubtful|baseless|false|wrong|untrue) that"
    r"|(?:wrongly|falsely|mistakenly) \w+(?: that)?)"
)
"""What follows these is denied, or not shown: "failed to prove that", "it is a lie that"."""
_HEDGE = re.compile(
    r"\b(?P<hedge>may(?! \d)|might|could|would|should|if|unless|possibly|perhaps|probably|potentially|allegedly"
    r"|reportedly|supposedly|apparently|consider(?:s|ed|ing)?|demand(?:s|ed|ing)? that|call(?:s|ed|ing)? for"
    r"|(?:plan(?:s|ned|ning)?|propos(?:es|ed|ing)|threaten(?:s|ed|ing)?|hop(?:es|ed|ing)|want(?:s|ed)?|seek(?:s|ing)?"
    r"|intend(?:s|ed)?|expected|likely|wish(?:es|ed)?|alleged|believed|thought|said) to"
    rf"|{SUPPOSED}|{UNSHOWN}"
    r"|accus(?:es|ed|ing) [^.;]{1,60}? of|(?:urg(?:es|ed|ing)|ask(?:s|ed|ing)|call(?:s|ed|ing) on) [^.;]{1,60}? to)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(SUPPOSED, re.IGNORECASE)
_ATTRIBUTED = re.compile(
    r"\b(?:according to|sa(?:ys?|id|ying)|t(?:old|ells?)|stat(?:es?|ed)|accus\w+|view|(?:fear|hop|believ|claim|alleg"
    r"|suspect|assum|speculat|insist|argu|suggest|imagin|pretend|rumou?r)(?:e|s|es|ed|ing)?)\b",
    re.IGNORECASE,
)
"""Words of a claim that attribute it to somebody."""
_FUTURE = re.compile(r"\b(?:will|shall|going to|won't|'ll)\b", re.IGNORECASE)
_CONDITION = re.compile(rf"(?P<main>[^.;:]+?),? (?P<hedge>(?:only |but only )?{CONDITION})\b", re.IGNORECASE)
_MAYBE = re.compile(r"\b(?:may|might|could)\b(?! \d)", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:'\w+)?", re.UNICODE)


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Facts of the claim that the evidence only calls possible."""
    claim_keys, claim_hedges = keys(pair.claim), hedged_words(pair.claim)
    for sentence in (near for near in pair.near if about(pair.claim, near)):
        for word, hedge in hedged_words(sentence).items():
            stated_elsewhere = any(word in keys(other) and word not in hedged_words(other) for other in pair.near)
            attributed = _HEDGE.search(pair.claim) or (_SUPPOSED.match(hedge) and _ATTRIBUTED.search(pair.claim))
            if word in claim_keys and not claim_hedges and not stated_elsewhere and not attributed:
                reason = f"the article says “{hedge}”, the sentence states it as a fact"
                return (doubt("modality", reason, hedge),)
        condition = None if claim_hedges else _CONDITION.match(sentence)
        if condition and claim_keys and claim_keys <= keys(condition["main"]):
            hedge = condition["hedge"].strip()
            return (doubt("modality", f"the article says it under a condition: “{hedge}”", hedge),)
        if _MAYBE.search(pair.claim) and _FUTURE.search(sentence) and not _MAYBE.search(sentence):
            return (doubt("modality", "the article says it will be so, the sentence that it may"),)
    return ()


@lru_cache(maxsize=8192)
def hedged_words(text: str) -> dict[str, str]:
    """Stem of each word that a text does not state as a fact -> the hedge before it."""
    hedged = {}
    for hedge in _HEDGE.finditer(text):
        word = _governed(text[hedge.end() : hedge.end() + 60])
        if word:
            hedged[word] = hedge["hedge"]
    return hedged


def _governed(after: str) -> str | None:
    clause = re.split(r"[.;:,!?]", after)[0]
    topical = (base(word) for word in _WORD.findall(clause) if fold(word) not in STOP_WORDS)
    return next((word for word in topical if word not in UNINFORMATIVE), None)
