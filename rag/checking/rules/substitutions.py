"""What a claim has in the place of something else, where the rest is worded like the evidence."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from rag.checking.alignment import Alignment, Difference, closest_alignment
from rag.checking.overlap import UNINFORMATIVE, alike
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
    compared = closest_alignment(pair)
    if compared is None or compared.share < ALIKE:
        return ()
    return tuple(_turned(pair.claim, compared)) or tuple(_changed(pair, compared))


def _turned(claim: str, compared: Alignment) -> Iterator[Finding]:
    """Stretches of the evidence that the claim has in each other's place, neither or both being in the passive."""
    if passive(claim) != passive(compared.evidence):
        return
    for one, other in combinations(compared.differences, 2):
        if _exchanged(one, other) or _names_exchanged(claim, compared.evidence, one, other):
            first, second = _said(claim, one.claim), _said(claim, other.claim)
            yield contradiction("roles", f"the article has {first} and {second} the other way round")
        elif _shuffled(one.claim, other.evidence) or _shuffled(other.claim, one.evidence):
            said = _said(claim, one.claim or other.claim)
            yield contradiction("roles", f"the article has “{said}” the other way round")


def _exchanged(one: Difference, other: Difference) -> bool:
    ours, theirs = _topics(one.claim), _topics(one.evidence)
    return bool(ours and theirs) and ours == _topics(other.evidence) and theirs == _topics(other.claim)


def _names_exchanged(claim: str, evidence: str, one: Difference, other: Difference) -> bool:
    ours, theirs = set(_named(claim, one.claim)), set(_named(evidence, one.evidence))
    return bool(ours & set(_named(evidence, other.evidence)) and theirs & set(_named(claim, other.claim)))


def _shuffled(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether two stretches have the same topical words, and more than one, in another order."""
    left, right = _topics(ours), _topics(theirs)
    return len(left) > 1 and left != right and sorted(left) == sorted(right)


def _changed(pair: Pair, compared: Alignment) -> Iterator[Finding]:
    for change in compared.differences:
        yield from _denied(change)
        if 0 < len(change.claim) <= SHORT and 0 < len(change.evidence) <= SHORT:
            yield from _swapped(pair.claim, change, compared.evidence)
            yield from _renamed(pair, change, compared)


def _denied(change: Difference) -> Iterator[Finding]:
    """A negator that stands on one side only, with at most one more word in the change."""
    ours, theirs = _negators(change.claim), _negators(change.evidence)
    others = max(len(change.claim) - ours, len(change.evidence) - theirs)
    if ours != theirs and others <= 1:
        first, second = ("sentence", "article") if ours > theirs else ("article", "sentence")
        yield contradiction("negation", f"the {first} denies what the {second} affirms")


def _negators(stretch: Sequence[Word]) -> int:
    return sum(word.folded in NEGATORS or word.folded.replace("’", "'").endswith("n't") for word in stretch)


def _swapped(claim: str, change: Difference, evidence: str) -> Iterator[Finding]:
    """Opposites, quantifiers, months, weekdays and numbers in each other's place."""
    for ours, theirs in product(change.claim, change.evidence):
        said, read = claim[ours.start : ours.end], evidence[theirs.start : theirs.end]
        alone = len(change.claim) == len(change.evidence) == 1
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


def _renamed(pair: Pair, change: Difference, compared: Alignment) -> Iterator[Finding]:
    """A name or a year in the place of another."""
    evidence = compared.evidence
    ours, theirs = _named(pair.claim, change.claim), _named(evidence, change.evidence)
    read, said = _said(evidence, change.evidence), _said(pair.claim, change.claim)
    if (
        any(variants(*two) or alike(*two) for two in product(ours, theirs))
        or spelled_out(said, read)
        or spelled_out(read, said)
    ):
        return
    added = any(_count(one, pair.claim) > _count(one, evidence) for one in ours)
    removed = any(_count(one, evidence) > _count(one, pair.claim) for one in theirs)
    if added and removed:
        aside = compared.share < CLOSE and any(_count(one, pair.near_text) for one in ours)
        kind = remark if aside else contradiction
        yield kind("names", f"the article says {read}, the sentence says {said}", read)


def _count(name: str, text: str) -> int:
    return sum(variants(name, word.folded) or name == word.folded for word in words(text))


def _named(text: str, stretch: Sequence[Word]) -> list[str]:
    """The names and years of a stretch."""
    named = (word for word in stretch if text[word.start].isupper() or _YEAR.fullmatch(word.folded))
    return [word.folded for word in named if word.folded not in STOP_WORDS and not calendar_kind(word.folded)]


def _topics(stretch: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.stem for word in stretch if word.folded not in STOP_WORDS and word.stem not in UNINFORMATIVE)


def _said(text: str, stretch: Sequence[Word]) -> str:
    return text[stretch[0].start : stretch[-1].end] if stretch else ""
