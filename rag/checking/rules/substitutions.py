"""Substitutions: what a claim has in the place of something else, where the rest is worded like the evidence."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from rag.checking.alignment import Alignment, Difference, closest_alignment
from rag.checking.overlap import UNINFORMATIVE, same_word
from rag.checking.rules.antonyms import opposite
from rag.checking.rules.base import Finding, Pair, contradiction, remark
from rag.checking.rules.named_roles import passive
from rag.checking.rules.names import may_open, opens_sentence, spelled_out, variants
from rag.checking.rules.negation import NEGATORS
from rag.checking.rules.quantifiers import LEVELS, at_odds
from rag.text.english import word_set
from rag.text.periods import calendar_kind
from rag.text.quantities import quantities
from rag.text.words import STOP_WORDS, Word, words

LEAST_ALIGNED = 0.5
"""Share of the claim's words that must stand in an evidence sentence in the same order for the two to be compared."""
CLOSELY_ALIGNED = 0.75
"""Share from which a name in another's place is a contradiction even if further evidence has the name."""
MOST_WORDS = 4
"""Words of the longest stretch that is compared with another one in its place."""
_YEAR = re.compile(r"1\d{3}|20\d\d")
_COLON = re.compile(r":\s")
_NO_NAMES = STOP_WORDS | word_set("time_zones")
"""Capitalised words that are no names."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """What the claim has in the place of something else in the evidence sentence that is worded most like it."""
    alignment = closest_alignment(pair)
    if alignment is None or alignment.share < LEAST_ALIGNED:
        return ()
    return tuple(_exchanges(pair.claim, alignment)) or tuple(_replacements(pair, alignment))


def _exchanges(claim: str, alignment: Alignment) -> Iterator[Finding]:
    """Stretches of the evidence that the claim has in each other's place, neither or both being in the passive."""
    if passive(claim) != passive(alignment.evidence):
        return
    for one, other in combinations(alignment.differences, 2):
        if _exchanged(one, other) or _names_exchanged(claim, alignment.evidence, one, other):
            first, second = _text_of(claim, one.claim), _text_of(claim, other.claim)
            yield contradiction("roles", f"the article has {first} and {second} the other way round")
        elif _reordered(one.claim, other.evidence) or _reordered(other.claim, one.evidence):
            moved = _text_of(claim, one.claim or other.claim)
            yield contradiction("roles", f"the article has “{moved}” the other way round")


def _exchanged(one: Difference, other: Difference) -> bool:
    claim, evidence = _topical_stems(one.claim), _topical_stems(one.evidence)
    crossed = claim == _topical_stems(other.evidence) and evidence == _topical_stems(other.claim)
    return bool(claim and evidence) and crossed


def _names_exchanged(claim: str, evidence: str, one: Difference, other: Difference) -> bool:
    claimed, read = _folded_names(claim, one.claim), _folded_names(evidence, one.evidence)
    return bool(claimed & _folded_names(evidence, other.evidence) and read & _folded_names(claim, other.claim))


def _folded_names(text: str, stretch: Sequence[Word]) -> set[str]:
    return {name.folded for name in _named(text, stretch)}


def _reordered(claim: Sequence[Word], evidence: Sequence[Word]) -> bool:
    """Whether two stretches have the same topical words, and more than one, in another order."""
    left, right = _topical_stems(claim), _topical_stems(evidence)
    return len(left) > 1 and left != right and sorted(left) == sorted(right)


def _replacements(pair: Pair, alignment: Alignment) -> Iterator[Finding]:
    for difference in alignment.differences:
        yield from _negated_on_one_side(difference)
        if 0 < len(difference.claim) <= MOST_WORDS and 0 < len(difference.evidence) <= MOST_WORDS:
            yield from _replaced_words(pair.claim, difference, alignment.evidence)
            yield from _replaced_names(pair, difference, alignment)


def _negated_on_one_side(difference: Difference) -> Iterator[Finding]:
    """A negator that stands on one side only, with at most one more word in the difference."""
    claim, evidence = _negators(difference.claim), _negators(difference.evidence)
    others = max(len(difference.claim) - claim, len(difference.evidence) - evidence)
    if claim != evidence and others <= 1:
        first, second = ("sentence", "article") if claim > evidence else ("article", "sentence")
        yield contradiction("negation", f"the {first} denies what the {second} affirms")


def _negators(stretch: Sequence[Word]) -> int:
    return sum(word.folded in NEGATORS or word.folded.replace("’", "'").endswith("n't") for word in stretch)


def _replaced_words(claim: str, difference: Difference, evidence: str) -> Iterator[Finding]:
    """Opposites, quantifiers, months, weekdays and numbers in each other's place."""
    for left, right in product(difference.claim, difference.evidence):
        claimed, read = claim[left.start : left.end], evidence[right.start : right.end]
        alone = len(difference.claim) == len(difference.evidence) == 1
        rule = _excluding_rule(left, right)
        if not rule and alone and _value(claim, left) != _value(evidence, right):
            rule = "numbers" if _value(claim, left) and _value(evidence, right) else ""
        if rule:
            yield contradiction(rule, f"the article says {read}, the sentence says {claimed}", read)


def _excluding_rule(left: Word, right: Word) -> str:
    """The rule by which two words cannot both be right in one place; empty when they may."""
    if opposite(left.folded, right.folded):
        return "antonyms"
    if left.folded in LEVELS and right.folded in LEVELS and at_odds(left.folded, right.folded):
        return "quantifiers"
    kind = calendar_kind(left.folded)
    return "dates" if kind and kind == calendar_kind(right.folded) and left.stem != right.stem else ""


def _value(text: str, word: Word) -> tuple[float, str] | None:
    """The number that a word is; None when it is none or part of a date, which is compared as a whole."""
    numbers = (number for number in quantities(text) if number.start <= word.start < number.end)
    return next(((number.value, number.unit) for number in numbers), None)


def _replaced_names(pair: Pair, difference: Difference, alignment: Alignment) -> Iterator[Finding]:
    """A name in the place of another, or a year in that of another."""
    evidence = alignment.evidence
    read, claimed = _text_of(evidence, difference.evidence), _text_of(pair.claim, difference.claim)
    claim_names = _names_in_place(pair, pair.claim, difference.claim)
    evidence_names = _names_in_place(pair, evidence, difference.evidence)
    pairs = [(one.folded, other.folded) for one, other in product(claim_names, evidence_names)]
    same = any(variants(*two) or same_word(*two) for two in pairs)
    if same or spelled_out(claimed, read) or spelled_out(read, claimed):
        return
    added = [name for name in claim_names if _count(name.folded, pair.claim) > _count(name.folded, evidence)]
    removed = [name for name in evidence_names if _count(name.folded, evidence) > _count(name.folded, pair.claim)]
    if any(_is_year(one.folded) == _is_year(other.folded) for one, other in product(added, removed)):
        near = any(_count(name.folded, pair.near_text) for name in claim_names)
        kind = remark if near and alignment.share < CLOSELY_ALIGNED else contradiction
        read, claimed = _text_of(evidence, evidence_names), _text_of(pair.claim, claim_names)
        yield kind("names", f"the article says {read}, the sentence says {claimed}", read)


def _names_in_place(pair: Pair, text: str, stretch: Sequence[Word]) -> list[Word]:
    """The names and years of a stretch, without a label before a colon and words that merely open a sentence."""
    texts = (pair.claim, *pair.sentences)
    label = max((stretch[0].start + match.end() for match in _COLON.finditer(_text_of(text, stretch))), default=0)
    kept = (word for word in stretch if word.start >= label)
    return _named(text, [word for word in kept if not opens_sentence(text, word.start) or may_open(word.folded, texts)])


def _count(name: str, text: str) -> int:
    return sum(variants(name, word.folded) or name == word.folded for word in words(text))


def _named(text: str, stretch: Sequence[Word]) -> list[Word]:
    """The names and years of a stretch."""
    named = (word for word in stretch if text[word.start].isupper() or _is_year(word.folded))
    return [word for word in named if word.folded not in _NO_NAMES and not calendar_kind(word.folded)]


def _is_year(folded: str) -> bool:
    return bool(_YEAR.fullmatch(folded))


def _topical_stems(stretch: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.stem for word in stretch if word.folded not in STOP_WORDS and word.stem not in UNINFORMATIVE)


def _text_of(text: str, stretch: Sequence[Word]) -> str:
    return text[stretch[0].start : stretch[-1].end] if stretch else ""
