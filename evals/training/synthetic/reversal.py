"""Sentence -> who did what to whom, and the same the other way round: known words in the wrong places."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.training.synthetic.contrast import MONTH_NAMES, WEEKDAY_NAMES
from evals.training.synthetic.phrases import VERB, Phrase, fitted, phrases
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, fold

LONGEST = 6
"""Words of a doer and of what it is done to."""
_DONE = re.compile(rf" (?:(?:who|that|had|has|have|also|then|later) )*(?!(?:\w+ing|was|were)\b)({VERB.pattern}) ")
_EITHER_WAY = re.compile(
    r"met|married|joined|became|remained|included|equal\w*|resembled|totall?ed|said|says|told|lasted|need\w*|divorced"
    r"|represented|marked|based|called|named|clashed|rivall?ed|comprised|constituted|showed|matched|formed|entered|died"
    r"|lived|fought|played|faced|kissed|crossed|battled|encountered|traded|tied|made|gave|caused|wanted|turned|offered"
    r"|proved|seemed|appeared|happened|left|set|put|paid"
)
"""What says the same in either order, what says what something is, what has no doer, and what needs more words."""
_CLAUSE = re.compile(r"(?:^|[,;:] |\b(?:and|but|that|while|when|because|after|before) )$")
"""Before the subject of a clause: what follows another word may belong to that, "an attack on the embassy wounded"."""
_DOUBTED = re.compile(
    r"\b(?:if|whether|unless|not|never|nor|no|none|either|should|could|would|might|may|said|says|told|den(?:y|ied|ies)"
    r"|alleg\w+|claim\w*|believ\w+|fear\w*|hop(?:e|ed|es)|report\w*|rumou?r\w*|invent\w*|th(?:ink|ought)|film|novel)\b",
    re.IGNORECASE,
)
_NO_PARTY = re.compile(
    rf"\d|ly$|\b(?:{'|'.join((*MONTH_NAMES, *WEEKDAY_NAMES))}|Sept|Oct|weeks?|months?|years?|days?"
    r"|time|night|morning|afternoon|evening|summer|season|might|must|shall)\b"
)
_AFTER = frozenset(
    "in on at from after before with during for over near as and but who which when while until since".split()
)
"""What may follow a party that is whole."""
_OPENING = re.compile(r"[A-Z]\w*(?:ian|ish|ese|ean|ican|aeli|aqi|ench|utch|reek|erman)\b|[A-Z]{2,}\b")
"""A name that opens a sentence, where any word has a capital."""
_NOUN = re.compile(r" ([a-z][\w’'-]+)")


class Party(NamedTuple):
    """A doer, or what it is done to: "Serbian protesters", "the police", "Kurti"."""

    start: int
    head: int
    """Where its noun begins; its end where it is a name alone."""
    end: int


class Reversal(NamedTuple):
    """A claim, whether its text bears it out, and the words that stand the wrong way round."""

    claim: str
    supported: bool
    unsaid: tuple[Span, ...]


class _Deed(NamedTuple):
    doer: Party
    verb: str
    whom: Party


def reversals(sentence: str, context: str, chance: random.Random) -> Iterator[Reversal]:
    """What somebody did to somebody, as it is said, in the passive, and the other way round.

    Args:
        sentence: what tells it.
        context: what holds the sentence; nothing is made of a party that it speaks of twice.
        chance: what draws among the ways to say it.

    Yields:
        Of "Serbian protesters attacked the police on Sunday.": that "Serbian protesters attacked the police." and "The
        police were attacked by Serbian protesters.", both borne out; "The police attacked Serbian protesters." or
        "Serbian police attacked the protesters.", and the same with the rest of the sentence or in the passive.
    """
    for deed in _deeds(sentence):
        doer, whom = (sentence[one.start : one.end] for one in (deed.doer, deed.whom))
        if any(context.lower().count(one.lower()) > 1 for one in (doer, whom)):
            continue
        yield Reversal(_told(doer, deed.verb, whom, chance), True, ())
        wrong = _heads_exchanged(sentence, deed) if chance.random() < 0.5 else None
        wrong_doer, wrong_whom = wrong or (whom, doer)
        yield _reversal(_told(wrong_doer, deed.verb, wrong_whom, chance), 0, wrong_doer, wrong_whom)
        if chance.random() < 0.5:
            yield _reversal(_retold(sentence, deed, wrong_doer, wrong_whom), deed.doer.start, wrong_doer, wrong_whom)
            yield Reversal(sentence, True, ())


def _deeds(sentence: str) -> Iterator[_Deed]:
    parties = list(_parties(sentence))
    for doer in parties:
        before = sentence[: doer.start]
        if _NO_PARTY.search(sentence[doer.start : doer.end]) or _DOUBTED.search(before) or not _CLAUSE.search(before):
            continue
        match = _DONE.match(sentence, doer.end)
        whom = match and next((one for one in parties if one.start == match.end()), None)
        told = match and not _EITHER_WAY.fullmatch(match[1])
        if match and told and whom and _ended(sentence[whom.start : whom.end], sentence[whom.end :]):
            yield _Deed(doer, match[1], whom)


def _ended(party: str, after: str) -> bool:
    """Whether a party is whole where a text goes on after it, and no day: not "the main" of "the main road"."""
    following = re.match(r" ([\w’'-]+)|[,;.]?(?: (?!but\b)|$)", after)
    whole = following and (not following[1] or following[1] in _AFTER)
    return bool(whole) and not _NO_PARTY.search(party)


def _parties(sentence: str) -> Iterator[Party]:
    """Things with an article, names, and names with a noun; the longest that begins at a place."""
    found: dict[int, Party] = {}
    every = list(phrases(sentence))
    for one in (*(_thing(phrase, sentence) for phrase in every), *_named(every, sentence)):
        if one and len(sentence[one.start : one.end].split()) <= LONGEST:
            found[one.start] = max(one, found.get(one.start, one), key=lambda party: party.end)
    yield from found.values()


def _thing(one: Phrase, sentence: str) -> Party | None:
    return Party(one.start, sentence.index(" ", one.start) + 1, one.end) if one.kind == "thing" else None


def _named(every: Sequence[Phrase], sentence: str) -> Iterator[Party]:
    opening = _OPENING.match(sentence)
    names = [Span(one.start, one.end) for one in every if one.kind == "name"]
    for start, end in [*names, *([Span(*opening.span())] if opening else [])]:
        noun = _NOUN.match(sentence, end)
        if noun and fold(noun[1]) not in STOP_WORDS and not VERB.fullmatch(noun[1]) and not noun[1].endswith("ly"):
            yield Party(start, noun.start(1), noun.end())
        else:
            yield Party(start, end, end)


def _heads_exchanged(sentence: str, deed: _Deed) -> tuple[str, str] | None:
    """The two parties with each other's nouns; None where one has none, or where nothing would change."""
    (doer, ours), (whom, theirs) = (
        (sentence[one.start : one.head], sentence[one.head : one.end]) for one in (deed.doer, deed.whom)
    )
    new = doer.lower() != whom.lower() and ours.lower() != theirs.lower()
    return (doer + theirs, whom + ours) if ours and theirs and new else None


def _told(doer: str, verb: str, whom: str, chance: random.Random) -> str:
    """A sentence of its own, in the passive every other time that it is easily made."""
    if verb.endswith("ed") and chance.random() < 0.5:
        were = "were" if re.search(r"s$|people$|police$", whom) and not whom.istitle() else "was"
        return f"{fitted(whom, first=True)} {were} {verb} by {fitted(doer, first=False)}."
    return f"{fitted(doer, first=True)} {verb} {fitted(whom, first=False)}."


def _retold(sentence: str, deed: _Deed, doer: str, whom: str) -> str:
    before, between, after = (
        sentence[: deed.doer.start],
        sentence[deed.doer.end : deed.whom.start],
        sentence[deed.whom.end :],
    )
    return f"{before}{fitted(doer, first=not before)}{between}{fitted(whom, first=False)}{after}"


def _reversal(claim: str, start: int, *parties: str) -> Reversal:
    """A false claim, its parties named where they first stand at or after a place."""
    patterns = (re.compile(rf"\b{re.escape(one)}(?!\w)", re.IGNORECASE) for one in parties)
    found = (pattern.search(claim, start) for pattern in patterns)
    return Reversal(claim, False, tuple(Span(*match.span()) for match in found if match))
