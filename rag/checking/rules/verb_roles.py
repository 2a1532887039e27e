"""Verb roles: agent and patient exchanged, of any noun: "police attacked protesters" for protesters who attacked.

Only clauses in the past tense are read; an event that the evidence mentions twice, or of "each other", is skipped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import dropwhile, islice, takewhile
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE
from rag.checking.rules.base import Finding, Pair, contradiction
from rag.checking.rules.named_roles import MUTUAL
from rag.text.english import word_set
from rag.text.lemmas import base, is_past_form
from rag.text.periods import calendar_kind
from rag.text.words import STOP_WORDS, Word, words

MOST_WORDS = 5
"""Words of an agent, and of a patient."""
_STRETCH = re.compile(r"[\w\s'’-]+")
"""A run of words without punctuation."""
_BE = word_set("be_forms")
_BEFORE_VERB = _BE | word_set("before_verbs")
_DOUBTING = word_set("doubting_adverbs")
_BEFORE_NOUN = word_set("before_nouns")
_CLAUSE_OPENERS = word_set("clause_openers")
"""After any other short word a noun is no subject, as in "leader of the rebels"."""
_TIME_PHRASE = word_set("time_phrase_words")
"""After any other word, "by" may belong to that, as in "after an attack by rebels"."""
_SKIPPED_VERBS = UNINFORMATIVE | set(map(base, word_set("symmetric_verbs")))


class Event(NamedTuple):
    """An agent, a verb and a patient, as base stems; the last word of either noun phrase is mostly its noun."""

    agent: tuple[str, ...]
    verb: str
    patient: tuple[str, ...]
    text: str
    """The clause as it is written."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """An event of the claim that the evidence mentions once, with agent and patient exchanged."""
    for event in events(pair.claim):
        near = (other for sentence in pair.near for other in events(sentence))
        reversed_event = next((other for other in near if _reversed(event, other)), None)
        if reversed_event and _mentioned_once(event, pair.sentences):
            reason = f"the article has it the other way round: “{reversed_event.text}”"
            return (contradiction("roles", reason, reversed_event.text),)
    return ()


def _reversed(event: Event, other: Event) -> bool:
    crossed = event.agent[-1] in other.patient and event.patient[-1] in other.agent
    return event.verb == other.verb and crossed


def _mentioned_once(event: Event, sentences: Iterable[str]) -> bool:
    """Whether the evidence has no other mention of a verb that may be the same event."""
    mentions = sum(base(word.folded) == event.verb for sentence in sentences for word in words(sentence))
    return mentions == 1 and not any(map(MUTUAL.search, sentences))


@lru_cache(maxsize=8192)
def events(text: str) -> tuple[Event, ...]:
    """The events of a text with an agent before the verb and a patient after it, or both around "was … by"."""
    return tuple(event for stretch in _STRETCH.findall(text) for event in _events(stretch, words(stretch)))


def _events(stretch: str, tokens: Sequence[Word]) -> Iterator[Event]:
    verbs = {word for word in tokens if _is_verb(stretch, word)}
    for at in (at for at, word in enumerate(tokens) if word in verbs):
        auxiliaries = list(takewhile(_before_verb, reversed(tokens[:at])))
        ahead = tokens[: at - len(auxiliaries)]
        before = _noun_phrase(reversed(ahead), verbs)[::-1]
        is_passive = any(word.folded in _BE for word in auxiliaries)
        by = _by(tokens[at + 1 :], anywhere=is_passive)
        # "masked" in "attacked masked protesters" is no verb
        rest = dropwhile(lambda word: word.folded in _BEFORE_NOUN or word in verbs, tokens[at + 1 + by :])
        after = _noun_phrase(rest, verbs)
        complete = before and after and (by or not is_passive) and _opens_clause(ahead[: -len(before)])
        if complete and not any(word.folded in _DOUBTING for word in auxiliaries):
            agent, patient = (after, before) if by else (before, after)
            written = stretch[before[0].start : after[-1].end]
            yield Event(_bases(agent), base(tokens[at].folded), _bases(patient), written)


def _by(following: Sequence[Word], *, anywhere: bool) -> int:
    """Words up to and with a "by" that belongs to the verb; 0 where there is none."""
    until = len(list(takewhile(_in_time_phrase, following))) if anywhere else 0
    return until + 1 if [word.folded for word in following[until : until + 1]] == ["by"] else 0


def _in_time_phrase(word: Word) -> bool:
    folded = word.folded
    return folded in _TIME_PHRASE or folded.endswith("ly") or folded.isdigit() or bool(calendar_kind(folded))


def _opens_clause(before: Sequence[Word]) -> bool:
    """Whether what follows some words may be the subject of a clause."""
    relevant = (word for word in reversed(before) if word.folded in _CLAUSE_OPENERS or word.folded not in _BEFORE_NOUN)
    last = next(relevant, None)
    return last is None or last.folded in _CLAUSE_OPENERS or last.folded not in STOP_WORDS


def _noun_phrase(tokens: Iterable[Word], verbs: Set[Word]) -> list[Word]:
    return list(islice(takewhile(lambda word: word not in verbs and _in_noun_phrase(word), tokens), MOST_WORDS))


def _in_noun_phrase(word: Word) -> bool:
    return word.folded not in STOP_WORDS and not _before_verb(word)


def _before_verb(word: Word) -> bool:
    return word.folded in _BEFORE_VERB or word.folded.endswith("ly")


def _is_verb(stretch: str, word: Word) -> bool:
    return is_past_form(word) and base(word.folded) not in _SKIPPED_VERBS and stretch[word.start].islower()


def _bases(phrase: Iterable[Word]) -> tuple[str, ...]:
    return tuple(base(word.folded) for word in phrase)
