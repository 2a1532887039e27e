"""Claim + context -> misattribution: the claim with one phrase exchanged for another one of the context."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.training.synthetic.phrases import VERB, Phrase, adjust_case, has_verb, phrases
from rag.checking.overlap import has
from rag.text.lemmas import bases
from rag.text.sentences import sentences
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, fold

SHORTEST, LONGEST = 6, 45
"""Words of a sentence that is used."""
APART = 25
"""Characters between two phrases of the context within which both may be in the same role: a list, an apposition."""
_RELATIVE = re.compile(rf",? (?:who|which|that) (?=(?:{VERB.pattern})\b)([^,.;]{{8,70}})(?=[,.;])")
_CLIPPED = re.compile(r"(?:,(?!\d)|;| (?:who|which|that|after|before|while|when|because|where|although|and|but)\b)")
LEAST_CLIPPED, MOST_CLIPPED = 4, 14
"""Words of a clipped sentence."""


class Misattribution(NamedTuple):
    """A false claim made of its context's words, and the words that are wrong."""

    claim: str
    unsupported_words: tuple[Span, ...]


class ContextClaim(NamedTuple):
    """A claim made of a text's words, and the sentences around it."""

    claim: str
    context: str
    supported: bool
    unsupported_words: tuple[Span, ...] | None
    """None where it is not known which words are wrong."""


def context_claims(text: str, most: int, chance: random.Random) -> Iterator[ContextClaim]:
    """Claims of a text, whole or clipped, and misattributed ones.

    Args:
        text: of an article.
        most: number of sentences drawn.
        chance: draws the sentences and phrases.
    """
    every = sentences(text)
    usable = [number for number, sentence in enumerate(every) if SHORTEST <= len(sentence.split()) <= LONGEST]
    for number in chance.sample(usable, min(most, len(usable))):
        yield from _claims_at(every, number, chance)


def _claims_at(every: Sequence[str], number: int, chance: random.Random) -> Iterator[ContextClaim]:
    around = " ".join(every[max(0, number - chance.choice((0, 1, 2))) : number + chance.choice((1, 2, 3))])
    for true, false in relative_clause_claims(around, chance):
        yield ContextClaim(true, around, True, ())
        yield ContextClaim(false, around, False, None)
    source = (clip(every[number]) if chance.random() < 0.5 else None) or every[number]
    other = misattribute(source, around, chance)
    if other:
        yield ContextClaim(other.claim, around, False, other.unsupported_words)
        if source != every[number] or chance.random() < 0.7:
            yield ContextClaim(source, around, True, ())


def misattribute(claim: str, context: str, chance: random.Random) -> Misattribution | None:
    """Exchange one phrase of a claim for one of the same kind of its context; None where there is no such pair."""
    context_bases, claim_bases = bases(context), bases(claim)
    own = [one for one in phrases(claim) if all(has(word, context_bases) for word in bases(claim[one.start : one.end]))]
    candidates = list(phrases(context))
    chance.shuffle(own)
    for one in own:
        if others := _others(one, claim, candidates, context, claim_bases):
            other = chance.choice(others)
            new = adjust_case(context[other.start : other.end], first=one.start == 0)
            return Misattribution(claim[: one.start] + new + claim[one.end :], (Span(one.start, one.start + len(new)),))
    return None


def relative_clause_claims(context: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each relative clause as a sentence of its own, and the same about something else.

    Yields:
        "The mayor asked the police for help." of "The mayor, who asked the police for help, saw a man.", and
        "A man asked the police for help."
    """
    every = list(phrases(context))
    for match in _RELATIVE.finditer(context):
        of = next((one for one in every if one.end == match.start()), None)
        if of is None or _ends_with_stop_word(context[: of.start]):
            continue
        if others := _others(of, context, every, context, bases(context[of.start : match.end()])):
            true, false = (adjust_case(context[one.start : one.end], first=True) for one in (of, chance.choice(others)))
            yield f"{true} {match[1]}.", f"{false} {match[1]}."


def _ends_with_stop_word(before: str) -> bool:
    """Whether a text ends with a stop word, after which a noun is no subject: "the mayor of"."""
    last = before.split()[-1:]
    return bool(last) and fold(last[0]) in STOP_WORDS


def clip(sentence: str) -> str | None:
    """The beginning of a sentence up to a clause that may be left out; None where it is too short or too long."""
    end = next((match.start() for match in _CLIPPED.finditer(sentence) if has_verb(sentence[: match.start()])), 0)
    beginning = sentence[:end].strip()
    if _ends_with_stop_word(beginning):
        return None
    return f"{beginning}." if LEAST_CLIPPED <= len(beginning.split()) <= MOST_CLIPPED else None


def _others(
    one: Phrase, claim: str, candidates: Sequence[Phrase], context: str, excluded: frozenset[str]
) -> list[Phrase]:
    """Phrases of the same kind without the claim's words, which stand nowhere beside the claim's phrase."""
    alike = [other for other in candidates if other.kind == one.kind]
    new = [other for other in alike if not any(has(word, excluded) for word in bases(context[other.start : other.end]))]
    return [other for other in new if _are_apart(claim, one, context, other)]


def _are_apart(claim: str, one: Phrase, context: str, other: Phrase) -> bool:
    """Whether no place of the context has both phrases side by side."""
    own, candidates = (_places(text[of.start : of.end], context) for text, of in ((claim, one), (context, other)))
    return all(right.start - left.end > APART or left.start - right.end > APART for left in own for right in candidates)


def _places(phrase: str, context: str) -> list[Span]:
    return [Span(*match.span()) for match in re.finditer(re.escape(phrase.lower()), context.lower())]
