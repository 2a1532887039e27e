"""Sentence -> its events with agent and patient, and the same with the two exchanged."""

import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evals.training.synthetic.contrast import MONTH_NAMES, WEEKDAY_NAMES
from evals.training.synthetic.phrases import VERB, Phrase, adjust_case, phrases
from rag.text.spans import Span
from rag.text.words import STOP_WORDS, fold

LONGEST = 6
"""Words of an agent and of a patient."""
_ACTIVE_VERB = re.compile(
    rf" (?:(?:who|that|had|has|have|also|then|later) )*(?!(?:\w+ing|was|were)\b)({VERB.pattern}) "
)
_SYMMETRIC = re.compile(
    r"met|married|joined|became|remained|included|equal\w*|resembled|totall?ed|said|says|told|lasted|need\w*|divorced"
    r"|represented|marked|based|called|named|clashed|rivall?ed|comprised|constituted|showed|matched|formed|entered|died"
    r"|lived|fought|played|faced|kissed|crossed|battled|encountered|traded|tied|made|gave|caused|wanted|turned|offered"
    r"|proved|seemed|appeared|happened|left|set|put|paid"
)
"""Verbs that are symmetric, that identify, that have no agent, or that need a further object."""
_CLAUSE = re.compile(r"(?:^|[,;:] |\b(?:and|but|that|while|when|because|after|before) )$")
"""Before the subject of a clause: what follows another word may belong to that, "an attack on the embassy wounded"."""
_UNCERTAIN = re.compile(
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
"""Words that may follow a complete party."""
_OPENING = re.compile(r"[A-Z]\w*(?:ian|ish|ese|ean|ican|aeli|aqi|ench|utch|reek|erman)\b|[A-Z]{2,}\b")
"""A name that opens a sentence, where any word has a capital."""
_NOUN = re.compile(r" ([a-z][\w’'-]+)")


class Party(NamedTuple):
    """An agent or a patient: "Serbian protesters", "the police", "Kurti"."""

    start: int
    head: int
    """Where its noun begins; its end where it is a name alone."""
    end: int


class Reversal(NamedTuple):
    """A claim, whether its text supports it, and the words that are wrong."""

    claim: str
    supported: bool
    unsupported_words: tuple[Span, ...]


class _Event(NamedTuple):
    agent: Party
    verb: str
    patient: Party


def reversals(sentence: str, context: str, chance: random.Random) -> Iterator[Reversal]:
    """Each event of a sentence in the active and the passive voice, and with agent and patient exchanged.

    Args:
        sentence: the source of the events.
        context: what holds the sentence; events with a party that it names twice are skipped.
        chance: draws among the wordings.

    Yields:
        Of "Serbian protesters attacked the police on Sunday.": that "Serbian protesters attacked the police." and "The
        police were attacked by Serbian protesters.", both supported; "The police attacked Serbian protesters." or
        "Serbian police attacked the protesters.", and the same with the rest of the sentence or in the passive.
    """
    for event in _events(sentence):
        agent, patient = (sentence[one.start : one.end] for one in (event.agent, event.patient))
        if any(context.lower().count(one.lower()) > 1 for one in (agent, patient)):
            continue
        yield Reversal(_word_event(agent, event.verb, patient, chance), True, ())
        wrong = _exchange_heads(sentence, event) if chance.random() < 0.5 else None
        wrong_agent, wrong_patient = wrong or (patient, agent)
        yield _reversal(_word_event(wrong_agent, event.verb, wrong_patient, chance), 0, wrong_agent, wrong_patient)
        if chance.random() < 0.5:
            yield _reversal(
                _word_in_sentence(sentence, event, wrong_agent, wrong_patient),
                event.agent.start,
                wrong_agent,
                wrong_patient,
            )
            yield Reversal(sentence, True, ())


def _events(sentence: str) -> Iterator[_Event]:
    parties = list(_parties(sentence))
    for agent in parties:
        before = sentence[: agent.start]
        if (
            _NO_PARTY.search(sentence[agent.start : agent.end])
            or _UNCERTAIN.search(before)
            or not _CLAUSE.search(before)
        ):
            continue
        match = _ACTIVE_VERB.match(sentence, agent.end)
        patient = match and next((one for one in parties if one.start == match.end()), None)
        asymmetric = match and not _SYMMETRIC.fullmatch(match[1])
        if (
            match
            and asymmetric
            and patient
            and _is_complete(sentence[patient.start : patient.end], sentence[patient.end :])
        ):
            yield _Event(agent, match[1], patient)


def _is_complete(party: str, after: str) -> bool:
    """Whether a party is complete before what follows it, and no date: not "the main" of "the main road"."""
    following = re.match(r" ([\w’'-]+)|[,;.]?(?: (?!but\b)|$)", after)
    complete = following and (not following[1] or following[1] in _AFTER)
    return bool(complete) and not _NO_PARTY.search(party)


def _parties(sentence: str) -> Iterator[Party]:
    """Things with an article, names, and names with a noun; the longest that begins at a place."""
    longest: dict[int, Party] = {}
    every = list(phrases(sentence))
    for one in (*(_determined_party(phrase, sentence) for phrase in every), *_named_parties(every, sentence)):
        if one and len(sentence[one.start : one.end].split()) <= LONGEST:
            longest[one.start] = max(one, longest.get(one.start, one), key=lambda party: party.end)
    yield from longest.values()


def _determined_party(one: Phrase, sentence: str) -> Party | None:
    return Party(one.start, sentence.index(" ", one.start) + 1, one.end) if one.kind == "thing" else None


def _named_parties(every: Sequence[Phrase], sentence: str) -> Iterator[Party]:
    opening = _OPENING.match(sentence)
    names = [Span(one.start, one.end) for one in every if one.kind == "name"]
    for start, end in [*names, *([Span(*opening.span())] if opening else [])]:
        noun = _NOUN.match(sentence, end)
        if noun and fold(noun[1]) not in STOP_WORDS and not VERB.fullmatch(noun[1]) and not noun[1].endswith("ly"):
            yield Party(start, noun.start(1), noun.end())
        else:
            yield Party(start, end, end)


def _exchange_heads(sentence: str, event: _Event) -> tuple[str, str] | None:
    """The two parties with their nouns exchanged; None where one has none, or nothing would change."""
    (agent, agent_noun), (patient, patient_noun) = (
        (sentence[one.start : one.head], sentence[one.head : one.end]) for one in (event.agent, event.patient)
    )
    new = agent.lower() != patient.lower() and agent_noun.lower() != patient_noun.lower()
    return (agent + patient_noun, patient + agent_noun) if agent_noun and patient_noun and new else None


def _word_event(agent: str, verb: str, patient: str, chance: random.Random) -> str:
    """The event as a sentence of its own; for verbs in -ed, half of them in the passive."""
    if verb.endswith("ed") and chance.random() < 0.5:
        were = "were" if re.search(r"s$|people$|police$", patient) and not patient.istitle() else "was"
        return f"{adjust_case(patient, first=True)} {were} {verb} by {adjust_case(agent, first=False)}."
    return f"{adjust_case(agent, first=True)} {verb} {adjust_case(patient, first=False)}."


def _word_in_sentence(sentence: str, event: _Event, agent: str, patient: str) -> str:
    before, between, after = (
        sentence[: event.agent.start],
        sentence[event.agent.end : event.patient.start],
        sentence[event.patient.end :],
    )
    return f"{before}{adjust_case(agent, first=not before)}{between}{adjust_case(patient, first=False)}{after}"


def _reversal(claim: str, start: int, *parties: str) -> Reversal:
    """A false claim and the first span of each party at or after an offset."""
    patterns = (re.compile(rf"\b{re.escape(one)}(?!\w)", re.IGNORECASE) for one in parties)
    matches = (pattern.search(claim, start) for pattern in patterns)
    return Reversal(claim, False, tuple(Span(*match.span()) for match in matches if match))
