"""Claim + context -> the claim with one phrase exchanged for another of the context's: known words, said of another."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.articles import Span
from rag.checking.coverage import has
from rag.checking.forms import bases
from rag.sentences import sentences
from rag.words import STOP_WORDS, fold

SHORTEST, LONGEST = 6, 45
"""Words of a sentence that is used."""
MOST_WORDS = 3
"""Words of a thing after its article."""
APART = 25
"""Characters between two phrases of the context within which both may do the same thing: a list, an apposition."""
_DETERMINED = re.compile(r"\b(?:the|an?|his|her|its|their|this|these|two|three|some|many) (?=[a-z])", re.IGNORECASE)
_NEXT = re.compile(r"[a-z][\w’'-]* ?")
_VERB = re.compile(
    r"\w{2,}(?:ed|ing)|was|were|saw|said|says|gave|took|beat|led|won|built|wrote|sent|met|made|drove|held|left|became"
    r"|went|came|told|found|got|lost|rose|fell|began|ran|kept|knew|grew|put|set|paid|spoke|brought|bought|fought"
)
_CAPITALISED = r"(?:(?:[A-Z]|Mrs?|Dr|Gov|Sen|Rep|Gen|St)\.|[A-Z][\w’'-]+)"
_NAMED = re.compile(rf"\b{_CAPITALISED}(?: (?:of |de |van |the )?{_CAPITALISED})*")
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)(?:%| percent| million| billion)?")
_RELATIVE = re.compile(rf",? (?:who|which|that) (?=(?:{_VERB.pattern})\b)([^,.;]{{8,70}})(?=[,.;])")
_CLIPPED = re.compile(r"(?:,(?!\d)|;| (?:who|which|that|after|before|while|when|because|where|although|and|but)\b)")
LEAST_CLIPPED, MOST_CLIPPED = 4, 14
"""Words of a sentence of which only the beginning is kept."""


class Phrase(NamedTuple):
    """A name, a thing or a number of a text."""

    kind: str
    start: int
    end: int


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
            new = _fitted(context[other.start : other.end], first=one.start == 0)
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
            true, false = (_fitted(context[one.start : one.end], first=True) for one in (of, chance.choice(others)))
            yield f"{true} {match[1]}.", f"{false} {match[1]}."


def _opens_small(before: str) -> bool:
    """Whether a text ends with a small word, as before what is no subject: "the mayor of"."""
    last = before.split()[-1:]
    return bool(last) and fold(last[0]) in STOP_WORDS


def clipped(sentence: str) -> str | None:
    """The beginning of a sentence, up to where something is added; None where it would be too short or too long."""
    end = next((match.start() for match in _CLIPPED.finditer(sentence) if _has_verb(sentence[: match.start()])), 0)
    kept = sentence[:end].strip()
    if _opens_small(kept):
        return None
    return f"{kept}." if LEAST_CLIPPED <= len(kept.split()) <= MOST_CLIPPED else None


def phrases(text: str) -> Iterator[Phrase]:
    """The names, the things with an article and the numbers of a text."""
    for match in _NUMBER.finditer(text):
        yield Phrase("number" if len(match.group()) != 4 or not match.group().isdigit() else "year", *match.span())
    for match in _NAMED.finditer(text):
        name = re.sub(r"['’]s?$", "", match.group())
        if fold(name.split()[0]) not in STOP_WORDS and (" " in name or match.start() > 0):
            yield Phrase("name", match.start(), match.start() + len(name))
    for match in _DETERMINED.finditer(text):
        if (end := _thing(text, match.end())) > match.end():
            yield Phrase("thing", match.start(), end)


def _thing(text: str, start: int) -> int:
    """Where the noun after an article ends: before a verb, a small word or a sign."""
    end = at = start
    for _ in range(MOST_WORDS):
        match = _NEXT.match(text, at)
        word = match.group().strip() if match else ""
        if not match or fold(word) in STOP_WORDS or (at > start and _VERB.fullmatch(word)):
            break
        end, at = match.start() + len(word), match.end()
        if not match.group().endswith(" "):
            break
    return end


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


def _fitted(phrase: str, *, first: bool) -> str:
    if first:
        return phrase[0].upper() + phrase[1:]
    determined = _DETERMINED.match(phrase)
    return phrase[0].lower() + phrase[1:] if determined else phrase


def _has_verb(text: str) -> bool:
    return any(_VERB.fullmatch(word) or word in ("is", "are", "has", "have", "will") for word in text.split()[1:])
