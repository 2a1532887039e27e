"""What a claim has in the place of something else, where the rest is worded like the evidence."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from rag.checking.alignment import Change, Comparison, closest
from rag.checking.overlap import LIGHT, alike
from rag.checking.rules.antonyms import opposite
from rag.checking.rules.base import Finding, Pair, contradiction, remark
from rag.checking.rules.named_roles import passive
from rag.checking.rules.names import spelled_out, variants
from rag.checking.rules.negation import NEGATORS
from rag.checking.rules.quantifiers import LEVELS, at_odds
from rag.text.periods import calendar_kind
from rag.text.quantities import quantities
from rag.text.words import STOP_WORDS, Word, words

ALIKE = 0.5
"""Share of the claim's words that must stand in an evidence sentence in the same order for the two to be compared."""
CLOSE = 0.75
"""Share from which a name in another's place is wrong even if further evidence has it."""
SHORT = 4
"""Words of the longest stretch that is taken for another one in its place."""
_YEAR = re.compile(r"1\d{3}|20\d\d")


def findings(pair: Pair) -> tuple[Finding, ...]:
    """What the claim has in the place of something else in the evidence sentence that is worded most like it."""
    compared = closest(pair)
    if compared is None or compared.share < ALIKE:
        return ()
    return tuple(_turned(pair.claim, compared)) or tuple(_changed(pair, compared))


def _turned(claim: str, compared: Comparison) -> Iterator[Finding]:
    """Stretches of the evidence that the claim has in each other's place, neither or both being in the passive."""
    if passive(claim) != passive(compared.evidence):
        return
    for one, other in combinations(compared.changes, 2):
        if _exchanged(one, other) or _names_exchanged(claim, compared.evidence, one, other):
            first, second = _said(claim, one.ours), _said(claim, other.ours)
            yield contradiction("roles", f"the article has {first} and {second} the other way round")
        elif _shuffled(one.ours, other.theirs) or _shuffled(other.ours, one.theirs):
            said = _said(claim, one.ours or other.ours)
            yield contradiction("roles", f"the article has “{said}” the other way round")


def _exchanged(one: Change, other: Change) -> bool:
    ours, theirs = _topics(one.ours), _topics(one.theirs)
    return bool(ours and theirs) and ours == _topics(other.theirs) and theirs == _topics(other.ours)


def _names_exchanged(claim: str, evidence: str, one: Change, other: Change) -> bool:
    ours, theirs = set(_named(claim, one.ours)), set(_named(evidence, one.theirs))
    return bool(ours & set(_named(evidence, other.theirs)) and theirs & set(_named(claim, other.ours)))


def _shuffled(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether two stretches have the same topical words, and more than one, in another order."""
    left, right = _topics(ours), _topics(theirs)
    return len(left) > 1 and left != right and sorted(left) == sorted(right)


def _changed(pair: Pair, compared: Comparison) -> Iterator[Finding]:
    for change in compared.changes:
        yield from _denied(change)
        if 0 < len(change.ours) <= SHORT and 0 < len(change.theirs) <= SHORT:
            yield from _swapped(pair.claim, change, compared.evidence)
            yield from _renamed(pair, change, compared)


def _denied(change: Change) -> Iterator[Finding]:
    """A negator that stands on one side only, with at most one more word in the change."""
    ours, theirs = _negators(change.ours), _negators(change.theirs)
    others = max(len(change.ours) - ours, len(change.theirs) - theirs)
    if ours != theirs and others <= 1:
        first, second = ("sentence", "article") if ours > theirs else ("article", "sentence")
        yield contradiction("negation", f"the {first} denies what the {second} affirms")


def _negators(stretch: Sequence[Word]) -> int:
    return sum(word.folded in NEGATORS or word.folded.replace("’", "'").endswith("n't") for word in stretch)


def _swapped(claim: str, change: Change, evidence: str) -> Iterator[Finding]:
    """Opposites, quantifiers, months, weekdays and numbers in each other's place."""
    for ours, theirs in product(change.ours, change.theirs):
        said, read = claim[ours.start : ours.end], evidence[theirs.start : theirs.end]
        alone = len(change.ours) == len(change.theirs) == 1
        family = _odds(ours, theirs)
        if not family and alone and _value(claim, ours) != _value(evidence, theirs):
            family = "numbers" if _value(claim, ours) and _value(evidence, theirs) else ""
        if family:
            yield contradiction(family, f"the article says {read}, the sentence says {said}", read)


def _odds(ours: Word, theirs: Word) -> str:
    """The family of two words that cannot both be right in one place; empty when they may."""
    if opposite(ours.folded, theirs.folded):
        return "antonyms"
    if ours.folded in LEVELS and theirs.folded in LEVELS and at_odds(ours.folded, theirs.folded):
        return "quantifiers"
    kind = calendar_kind(ours.folded)
    return "dates" if kind and kind == calendar_kind(theirs.folded) and ours.stem != theirs.stem else ""


def _value(text: str, word: Word) -> tuple[float, str] | None:
    """The number that a word is; None when it is none or part of a date, which is compared as a whole."""
    own = (one for one in quantities(text) if one.start <= word.start < one.end)
    return next(((one.value, one.unit) for one in own), None)


def _renamed(pair: Pair, change: Change, compared: Comparison) -> Iterator[Finding]:
    """A name or a year in the place of another."""
    evidence = compared.evidence
    ours, theirs = _named(pair.claim, change.ours), _named(evidence, change.theirs)
    read, said = _said(evidence, change.theirs), _said(pair.claim, change.ours)
    if (
        any(variants(*two) or alike(*two) for two in product(ours, theirs))
        or spelled_out(said, read)
        or spelled_out(read, said)
    ):
        return
    added = any(_count(one, pair.claim) > _count(one, evidence) for one in ours)
    removed = any(_count(one, evidence) > _count(one, pair.claim) for one in theirs)
    if added and removed:
        aside = compared.share < CLOSE and any(_count(one, pair.beside) for one in ours)
        kind = remark if aside else contradiction
        yield kind("names", f"the article says {read}, the sentence says {said}", read)


def _count(name: str, text: str) -> int:
    return sum(variants(name, word.folded) or name == word.folded for word in words(text))


def _named(text: str, stretch: Sequence[Word]) -> list[str]:
    """The names and years of a stretch."""
    named = (word for word in stretch if text[word.start].isupper() or _YEAR.fullmatch(word.folded))
    return [word.folded for word in named if word.folded not in STOP_WORDS and not calendar_kind(word.folded)]


def _topics(stretch: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.stem for word in stretch if word.folded not in STOP_WORDS and word.stem not in LIGHT)


def _said(text: str, stretch: Sequence[Word]) -> str:
    return text[stretch[0].start : stretch[-1].end] if stretch else ""
