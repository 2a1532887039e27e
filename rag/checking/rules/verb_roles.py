"""Who did what to whom, whoever they are: "police attacked protesters" where it was the protesters who attacked.

Only what is plainly told is read, in the past; a deed that is told twice, or of "each other", is left to the others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.named_roles import MUTUAL
from rag.text.lemmas import base
from rag.text.periods import calendar_kind
from rag.text.words import STOP_WORDS, Word, words

LONGEST = 5
"""Words of a doer, and of whom it is done to."""
_STRETCH = re.compile(r"[\w\s'’-]+")
"""What no punctuation breaks."""
_BE = frozenset("is are was were be been being".split())
_BEFORE_ACT = _BE | frozenset(
    "has have had who that which also again as first just later now once only soon still then twice well".split()
)
"""What may stand between a doer and its verb, beside words in -ly."""
_HARDLY = frozenset("allegedly barely falsely hardly nearly purportedly reportedly scarcely supposedly".split())
"""What may leave it undone."""
_OPENING = frozenset("a an the this that these those all some first only his her its their our my your".split())
"""What may stand before a party."""
_CLAUSE = frozenset(
    "after and as because before but if or since so than that though when where while which who".split()
)
"""What may stand before a subject; any other short word makes it somebody else's, as in "leader of the rebels"."""
_WHEN = frozenset(
    """again at early in last late may on the this today twice yesterday morning afternoon evening night week month
    year""".split()
)
"""What may stand before "by", beside days and months: else it may belong to that, as in "after an attack by rebels"."""
_NO_ACTS = STOP_WORDS | set("children feet hundred indeed lives men mice teeth thieves wives women".split())
"""What may have the form of a verb in the past."""
_UNCHANGED = frozenset("beat hit hurt".split())
"""Verbs in the past that are seldom anything else, though they have no form of their own."""
_NOT_TOLD = UNINFORMATIVE | set(
    map(
        base,
        """battle become board cause clash clear comprise constitute cross date debate divorce draw embrace encounter
        equal evacuate exceed face fight follow form greet host hug include join kiss lead mark marry match meet mirror
        name oppose pass play precede proceed remain replace represent resemble rival share succeed tie total
        trade""".split(),
    )
)
"""Acts that prove nothing, are told the other way round in the same words, or say what something is."""


class Deed(NamedTuple):
    """Who did what to whom, in stems of base forms; the last of either party is mostly its noun."""

    doer: tuple[str, ...]
    act: str
    whom: tuple[str, ...]
    told: str
    """All of it as it is written."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """A deed of the claim that the evidence tells once, and the other way round."""
    for one in deeds(pair.claim):
        turned = next((other for sentence in pair.near for other in deeds(sentence) if _turned(one, other)), None)
        if turned and _told_once(one, pair.sentences):
            reason = f"the article has it the other way round: “{turned.told}”"
            return (contradiction("roles", reason, turned.told),)
    return ()


def _turned(one: Deed, other: Deed) -> bool:
    return one.act == other.act and one.doer[-1] in other.whom and one.whom[-1] in other.doer


def _told_once(one: Deed, sentences: Iterable[str]) -> bool:
    """Whether the evidence has no other mention of an act that may be the deed itself."""
    acts = sum(base(word.folded) == one.act for sentence in sentences for word in words(sentence))
    return acts == 1 and not any(map(MUTUAL.search, sentences))


@lru_cache(maxsize=8192)
def deeds(text: str) -> tuple[Deed, ...]:
    """The deeds of a text with a doer before their verb and somebody after it, or the two around "was … by"."""
    return tuple(deed for stretch in _STRETCH.findall(text) for deed in _deeds(stretch, words(stretch)))


def _deeds(stretch: str, tokens: Sequence[Word]) -> Iterator[Deed]:
    acts = {word for word in tokens if _acts(stretch, word)}
    for at in (at for at, word in enumerate(tokens) if word in acts):
        between = list(takewhile(_before_act, reversed(tokens[:at])))
        ahead = tokens[: at - len(between)]
        before = _party(reversed(ahead), acts)[::-1]
        passive = any(word.folded in _BE for word in between)
        by = _by(tokens[at + 1 :], anywhere=passive)
        # "masked" in "attacked masked protesters" is no verb
        after = _party(dropwhile(lambda word: word.folded in _OPENING or word in acts, tokens[at + 1 + by :]), acts)
        told = before and after and (by or not passive) and _subject(ahead[: -len(before)])
        if told and not any(word.folded in _HARDLY for word in between):
            doer, whom = (after, before) if by else (before, after)
            written = stretch[before[0].start : after[-1].end]
            yield Deed(_bases(doer), base(tokens[at].folded), _bases(whom), written)


def _by(following: Sequence[Word], *, anywhere: bool) -> int:
    """Words up to and with a "by" that belongs to the verb; 0 where there is none."""
    until = len(list(takewhile(_when, following))) if anywhere else 0
    return until + 1 if [word.folded for word in following[until : until + 1]] == ["by"] else 0


def _when(word: Word) -> bool:
    return (
        word.folded in _WHEN or word.folded.endswith("ly") or word.folded.isdigit() or bool(calendar_kind(word.folded))
    )


def _subject(before: Sequence[Word]) -> bool:
    """Whether what follows may be the subject of a clause."""
    opening = (word for word in reversed(before) if word.folded in _CLAUSE or word.folded not in _OPENING)
    left = next(opening, None)
    return left is None or left.folded in _CLAUSE or left.folded not in STOP_WORDS


def _party(tokens: Iterable[Word], acts: Set[Word]) -> list[Word]:
    return list(islice(takewhile(lambda word: word not in acts and _of_party(word), tokens), LONGEST))


def _of_party(word: Word) -> bool:
    return word.folded not in STOP_WORDS and not _before_act(word)


def _before_act(word: Word) -> bool:
    return word.folded in _BEFORE_ACT or word.folded.endswith("ly")


def _acts(stretch: str, word: Word) -> bool:
    folded, act = word.folded, base(word.folded)
    regular = folded.endswith("ed") and word.stem != folded
    irregular = act != word.stem and not folded.endswith("ing")
    known = act in _NOT_TOLD or folded in _NO_ACTS
    return (regular or irregular or folded in _UNCHANGED) and not known and stretch[word.start].islower()


def _bases(party: Iterable[Word]) -> tuple[str, ...]:
    return tuple(base(word.folded) for word in party)
