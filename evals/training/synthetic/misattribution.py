"""Claim + context -> the claim with one phrase exchanged for another of the context's: known words, said of another."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.training.synthetic.phrases import VERB, Phrase, fitted, has_verb, phrases
from rag.checking.overlap import has
from rag.text.lemmas import bases
from rag.text.sentences import sentences
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, fold

SHORTEST, LONGEST = 6, 45
"""Words of a sentence that is used."""
APART = 25
"""Characters between two phrases of the context within which both may do the same thing: a list, an apposition."""
_RELATIVE = re.compile(rf",? (?:who|which|that) (?=(?:{VERB.pattern})\b)([^,.;]{{8,70}})(?=[,.;])")
_CLIPPED = re.compile(r"(?:,(?!\d)|;| (?:who|which|that|after|before|while|when|because|where|although|and|but)\b)")
LEAST_CLIPPED, MOST_CLIPPED = 4, 14
"""Words of a sentence of which only the beginning is kept."""


class Misattributed(NamedTuple):
    """A claim that takes its words from its context, and the words that stand where they do not belong."""

    claim: str
    unsaid: tuple[Span, ...]


class Exchanged(NamedTuple):
    """A sentence of a text, or one made of its words, beside its neighbours."""

    claim: str
    context: str
    supported: bool
    unsaid: tuple[Span, ...] | None
    """None where it is not known which words are wrong."""


def exchanged(text: str, most: int, chance: random.Random) -> Iterator[Exchanged]:
    """Sentences of a text, whole or clipped, and what they say said of something else there.

    Args:
        text: of an article.
        most: sentences that are drawn.
        chance: what draws them.
    """
    every = sentences(text)
    usable = [number for number, sentence in enumerate(every) if SHORTEST <= len(sentence.split()) <= LONGEST]
    for number in chance.sample(usable, min(most, len(usable))):
        yield from _exchanged_at(every, number, chance)


def _exchanged_at(every: Sequence[str], number: int, chance: random.Random) -> Iterator[Exchanged]:
    around = " ".join(every[max(0, number - chance.choice((0, 1, 2))) : number + chance.choice((1, 2, 3))])
    for true, false in related(around, chance):
        yield Exchanged(true, around, True, ())
        yield Exchanged(false, around, False, None)
    said = (clipped(every[number]) if chance.random() < 0.5 else None) or every[number]
    other = misattributed(said, around, chance)
    if other:
        yield Exchanged(other.claim, around, False, other.unsaid)
        if said != every[number] or chance.random() < 0.7:
            yield Exchanged(said, around, True, ())


def misattributed(claim: str, context: str, chance: random.Random) -> Misattributed | None:
    """Exchange one phrase of a claim for one of the same kind in its context; None where there is no such pair."""
    held, said = bases(context), bases(claim)
    ours = [one for one in phrases(claim) if all(has(word, held) for word in bases(claim[one.start : one.end]))]
    theirs = list(phrases(context))
    chance.shuffle(ours)
    for one in ours:
        if others := _others(one, claim, theirs, context, said):
            other = chance.choice(others)
            new = fitted(context[other.start : other.end], first=one.start == 0)
            return Misattributed(claim[: one.start] + new + claim[one.end :], (Span(one.start, one.start + len(new)),))
    return None


def related(context: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What relative clauses say, each as a sentence of its own, and the same said of something else.

    Yields:
        "The mayor asked the police for help." of "The mayor, who asked the police for help, saw a man.", and
        "A man asked the police for help."
    """
    every = list(phrases(context))
    for match in _RELATIVE.finditer(context):
        of = next((one for one in every if one.end == match.start()), None)
        if of is None or _opens_small(context[: of.start]):
            continue
        if others := _others(of, context, every, context, bases(context[of.start : match.end()])):
            true, false = (fitted(context[one.start : one.end], first=True) for one in (of, chance.choice(others)))
            yield f"{true} {match[1]}.", f"{false} {match[1]}."


def _opens_small(before: str) -> bool:
    """Whether a text ends with a small word, as before what is no subject: "the mayor of"."""
    last = before.split()[-1:]
    return bool(last) and fold(last[0]) in STOP_WORDS


def clipped(sentence: str) -> str | None:
    """The beginning of a sentence, up to where something is added; None where it would be too short or too long."""
    end = next((match.start() for match in _CLIPPED.finditer(sentence) if has_verb(sentence[: match.start()])), 0)
    kept = sentence[:end].strip()
    if _opens_small(kept):
        return None
    return f"{kept}." if LEAST_CLIPPED <= len(kept.split()) <= MOST_CLIPPED else None


def _others(one: Phrase, claim: str, theirs: Sequence[Phrase], context: str, said: frozenset[str]) -> list[Phrase]:
    """Phrases of the context of the same kind, with no word that is said, which stand nowhere beside the claim's."""
    alike = [other for other in theirs if other.kind == one.kind]
    new = [other for other in alike if not any(has(word, said) for word in bases(context[other.start : other.end]))]
    return [other for other in new if _apart(claim, one, context, other)]


def _apart(claim: str, one: Phrase, context: str, other: Phrase) -> bool:
    """Whether no place of the context has both phrases side by side."""
    ours, theirs = (_places(text[of.start : of.end], context) for text, of in ((claim, one), (context, other)))
    return all(their.start - our.end > APART or our.start - their.end > APART for our in ours for their in theirs)


def _places(phrase: str, context: str) -> list[Span]:
    found = re.finditer(re.escape(phrase.lower()), context.lower())
    return [Span(*match.span()) for match in found]
