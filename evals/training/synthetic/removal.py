"""Claim + evidence -> the evidence with something taken away, and the claim's words that it no longer bears out."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.checking.overlap import has
from rag.text.lemmas import base, bases
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, Word, content, words

MOST_PLACES = 8
"""Words of the evidence that may be taken away for one phrase of the claim; more would leave a ruin."""
LEAST_BEFORE = 12
"""Characters of a sentence that must stand before a phrase that is cut out of it."""
_SMALL = re.compile(r"\b(?:in|on|at|by|for|from|with|of|the|a|an|and|as|to|after|during)\s+$")
_PHRASE = re.compile(
    r",? (?:in|on|at|by|for|from|with|after|during|before|since|near|including|which|who|where|while|because|when|as"
    r"|against|under|between|through) (?:[\w’'-]+ ?){2,9}(?=[,.;]| (?:and|in|on|by|for|with)\b)"
)


class Hidden(NamedTuple):
    """Evidence that lost what a phrase of the claim rests on."""

    evidence: str
    unsaid: tuple[Span, ...]
    """The words of that phrase in the claim."""


class Cut(NamedTuple):
    """A sentence without one of its phrases."""

    rest: str
    phrase: str


def spans(found: Sequence[Word]) -> tuple[Span, ...]:
    """Where words stand."""
    return tuple(Span(word.start, word.end) for word in found)


def hidden(claim: str, evidence: str, chance: random.Random) -> Hidden | None:
    """Take from the evidence all that one phrase of the claim rests on; None where that is too little or too much."""
    runs = list(_runs(claim, bases(evidence), chance))
    if len(runs) < 2:
        return None
    run = chance.choice(runs[1:] if chance.random() < 0.7 else runs)
    gone = frozenset(base(word.folded) for word in run)
    places = [word for word in content(evidence) if has(base(word.folded), gone)]
    if not 0 < len(places) <= MOST_PLACES:
        return None
    for word in reversed(places):
        small = _SMALL.search(evidence[: word.start]) if chance.random() < 0.6 else None
        evidence = evidence[: small.start() if small else word.start] + evidence[word.end :]
    return Hidden(_tidy(evidence), spans(run))


def _runs(claim: str, held: frozenset[str], chance: random.Random) -> Iterator[list[Word]]:
    """Stretches of one to three words that the evidence has, now and then across a small word."""
    run: list[Word] = []
    for word in words(claim):
        small = word.folded in STOP_WORDS
        if small and run and chance.random() < 0.5:
            continue
        if not small and has(base(word.folded), held):
            run.append(word)
            if len(run) < chance.choice((1, 2, 3)):
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def thinned(claim: str, evidence: str, chance: random.Random) -> str:
    """Take a word or two away that the claim does not rest on, so that torn evidence is no sign of anything."""
    wanted = bases(claim)
    others = [word for word in content(evidence) if not has(base(word.folded), wanted)]
    for word in sorted(chance.sample(others, min(len(others), chance.choice((1, 2)))), reverse=True, key=_start):
        evidence = evidence[: word.start] + evidence[word.end :]
    return _tidy(evidence)


def _start(word: Word) -> int:
    return word.start


def cut(sentence: str, chance: random.Random) -> Cut | None:
    """Take one phrase out of a sentence; None where it has none."""
    found = [match for match in _PHRASE.finditer(sentence) if match.start() > LEAST_BEFORE]
    if not found:
        return None
    match = chance.choice(found)
    return Cut(sentence[: match.start()] + sentence[match.end() :], match.group())


def lacking(claim: str, evidence: str, phrase: str) -> tuple[Span, ...]:
    """The claim's words that are of a phrase and that the evidence lacks."""
    held, wanted = bases(evidence), bases(phrase)
    return spans([word for word in content(claim) if base(word.folded) in wanted and not has(base(word.folded), held)])


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,.;])", r"\1", re.sub(r"\s{2,}", " ", text)).strip()
