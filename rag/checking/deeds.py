"""Who did what to whom, whoever they are: "police attacked protesters" where it was the protesters who attacked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from rag.checking.coverage import LIGHT
from rag.checking.findings import Finding, Pair, contradiction
from rag.checking.forms import base
from rag.words import STOP_WORDS, Word, words

LONGEST = 5
"""Words of a doer, and of whom it is done to."""
FARTHEST = 8
"""Words from "was attacked" to its "by"."""
_STRETCH = re.compile(r"[\w\s'’-]+")
"""What no punctuation breaks."""
_BE = frozenset("is are was were be been being".split())
_BEFORE_ACT = _BE | frozenset(
    "has have had who that which also as first just later never now once only soon still then twice well".split()
)
"""What may stand between a doer and its verb, beside words in -ly."""
_OPENING = frozenset("a an the this that these those all both some first only his her its their our my your".split())
"""What may stand before a party."""
_NO_ACTS = frozenset("children feet hundred indeed lives men mice teeth thieves wives women".split())
"""What has the form of a verb in the past."""
_UNCHANGED = frozenset("beat hit hurt".split())
"""Verbs whose past has no form of its own."""
_EITHER_WAY = frozenset(
    map(
        base,
        """battle became clash cross divorce encounter equal faced fight follow join kiss marry match meet mirror oppose
        play precede replace resemble rival share tie trade""".split(),
    )
)
"""What is done by both, or is told the other way round in the same words."""


class Deed(NamedTuple):
    """Who did what to whom, in stems of base forms; the last of either party is its noun."""

    doer: tuple[str, ...]
    act: str
    whom: tuple[str, ...]
    said: str
    """The doer as it is written."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """A deed of the claim that the evidence has the other way round only."""
    for one in deeds(pair.claim):
        turned = next((other for other in _same(one, pair.near) if _turned(one, other)), None)
        if turned and not any(_straight(one, other) for other in _same(one, pair.sentences)):
            reason = f"in the article “{turned.said}” does this, in the sentence “{one.said}”"
            return (contradiction("roles", reason, turned.said),)
    return ()


def _same(one: Deed, sentences: Iterable[str]) -> Iterator[Deed]:
    return (other for sentence in sentences for other in deeds(sentence) if other.act == one.act)


def _turned(one: Deed, other: Deed) -> bool:
    return one.doer[-1] in other.whom and one.whom[-1] in other.doer


def _straight(one: Deed, other: Deed) -> bool:
    return one.doer[-1] in other.doer or one.whom[-1] in other.whom


@lru_cache(maxsize=8192)
def deeds(text: str) -> tuple[Deed, ...]:
    """Every deed of a text with a doer before its verb and somebody after it, or the two around "was … by"."""
    return tuple(deed for stretch in _STRETCH.findall(text) for deed in _deeds(stretch, words(stretch)))


def _deeds(stretch: str, tokens: Sequence[Word]) -> Iterator[Deed]:
    for at, word in enumerate(tokens):
        if not _acts(word):
            continue
        between = list(takewhile(_before_act, reversed(tokens[:at])))
        before = _party(reversed(tokens[: at - len(between)]))[::-1]
        done = any(one.folded in _BE for one in between)
        by = _by(tokens[at + 1 : at + 1 + (FARTHEST if done else 1)])
        after = _party(dropwhile(_opens, tokens[at + 1 + by :]))
        if before and after and (by or not done):
            doer, whom = (after, before) if by else (before, after)
            said = stretch[doer[0].start : doer[-1].end]
            yield Deed(_bases(doer), base(word.folded), _bases(whom), said)


def _by(following: Sequence[Word]) -> int:
    """Words up to and with a "by"; 0 where there is none before another verb."""
    until = list(takewhile(lambda one: one.folded != "by" and not _acts(one), following))
    return len(until) + 1 if len(until) < len(following) and following[len(until)].folded == "by" else 0


def _party(tokens: Iterable[Word]) -> list[Word]:
    return list(islice(takewhile(_of_party, tokens), LONGEST))


def _of_party(word: Word) -> bool:
    return word.folded not in STOP_WORDS and not _before_act(word) and not _acts(word)


def _before_act(word: Word) -> bool:
    return word.folded in _BEFORE_ACT or word.folded.endswith("ly")


def _opens(word: Word) -> bool:
    return word.folded in _OPENING or _acts(word)  # "masked protesters": no verb follows another


def _acts(word: Word) -> bool:
    folded, act = word.folded, base(word.folded)
    irregular = folded in _UNCHANGED or (act != word.stem and not folded.endswith("ing"))
    past = irregular or (folded.endswith("ed") and len(folded) > len("need"))
    return past and act not in LIGHT | _EITHER_WAY and folded not in STOP_WORDS | _NO_ACTS


def _bases(party: Iterable[Word]) -> tuple[str, ...]:
    return tuple(base(word.folded) for word in party)
