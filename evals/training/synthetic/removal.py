"""Claim + evidence -> evidence with words removed, and the claim's words that it no longer supports."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.checking.overlap import has
from rag.text.lemmas import base, bases
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, Word, content, words

MOST_PLACES = 8
"""Words of the evidence that may be removed for one phrase of the claim; more makes a sentence ungrammatical."""
LEAST_BEFORE = 12
"""Characters of a sentence before a phrase that may be cut out of it."""
_PREPOSITIONS = re.compile(r"\b(?:in|on|at|by|for|from|with|of|the|a|an|and|as|to|after|during)\s+$")
_PHRASE = re.compile(
    r",? (?:in|on|at|by|for|from|with|after|during|before|since|near|including|which|who|where|while|because|when|as"
    r"|against|under|between|through) (?:[\w’'-]+ ?){2,9}(?=[,.;]| (?:and|in|on|by|for|with)\b)"
)


class HiddenPhrase(NamedTuple):
    """Evidence without the support of one phrase of the claim."""

    evidence: str
    unsupported_words: tuple[Span, ...]
    """Where the words of that phrase stand in the claim."""


class CutSentence(NamedTuple):
    """A sentence without one of its phrases."""

    rest: str
    phrase: str


def spans(of: Sequence[Word]) -> tuple[Span, ...]:
    """The spans of words."""
    return tuple(Span(word.start, word.end) for word in of)


def hide_phrase(claim: str, evidence: str, chance: random.Random) -> HiddenPhrase | None:
    """Remove from the evidence all words that support one phrase of the claim; None for none or too many words."""
    runs = list(_runs(claim, bases(evidence), chance))
    if len(runs) < 2:
        return None
    run = chance.choice(runs[1:] if chance.random() < 0.7 else runs)
    removed = frozenset(base(word.folded) for word in run)
    places = [word for word in content(evidence) if has(base(word.folded), removed)]
    if not 0 < len(places) <= MOST_PLACES:
        return None
    for word in reversed(places):
        stop = _PREPOSITIONS.search(evidence[: word.start]) if chance.random() < 0.6 else None
        evidence = evidence[: stop.start() if stop else word.start] + evidence[word.end :]
    return HiddenPhrase(_tidy(evidence), spans(run))


def _runs(claim: str, evidence: frozenset[str], chance: random.Random) -> Iterator[list[Word]]:
    """Runs of one to three words that the evidence has, some of them across a stop word."""
    run: list[Word] = []
    for word in words(claim):
        stop = word.folded in STOP_WORDS
        if stop and run and chance.random() < 0.5:
            continue
        if not stop and has(base(word.folded), evidence):
            run.append(word)
            if len(run) < chance.choice((1, 2, 3)):
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def thin_evidence(claim: str, evidence: str, chance: random.Random) -> str:
    """Remove one or two words that the claim does not need, so that a gap in the evidence is no sign of falsehood."""
    wanted = bases(claim)
    others = [word for word in content(evidence) if not has(base(word.folded), wanted)]
    for word in sorted(chance.sample(others, min(len(others), chance.choice((1, 2)))), reverse=True, key=_start):
        evidence = evidence[: word.start] + evidence[word.end :]
    return _tidy(evidence)


def _start(word: Word) -> int:
    return word.start


def cut_phrase(sentence: str, chance: random.Random) -> CutSentence | None:
    """Remove one phrase from a sentence; None where there is none."""
    matches = [match for match in _PHRASE.finditer(sentence) if match.start() > LEAST_BEFORE]
    if not matches:
        return None
    match = chance.choice(matches)
    return CutSentence(sentence[: match.start()] + sentence[match.end() :], match.group())


def lacking_words(claim: str, evidence: str, phrase: str) -> tuple[Span, ...]:
    """The spans of the claim's words that belong to a phrase and that the evidence lacks."""
    evidence_bases, phrase_bases = bases(evidence), bases(phrase)
    return spans(
        [
            word
            for word in content(claim)
            if base(word.folded) in phrase_bases and not has(base(word.folded), evidence_bases)
        ]
    )


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,.;])", r"\1", re.sub(r"\s{2,}", " ", text)).strip()
