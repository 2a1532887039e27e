"""Sentences -> questions about the names that they open with, which they answer."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.exploring.contents import ArticleSentence
from rag.exploring.name_mentions import find_names
from rag.exploring.name_types import NAME_TYPES, NameType
from rag.passages import Passage
from rag.text.english import MONTHS, WEEKDAYS, alternatives, word_map, word_set
from rag.text.words import fold

MOST_WORDS = 12
"""Words of a question; a longer one gives its answer away."""
_LEANING = word_set("anaphors") | frozenset("and as after because before but how if that when which while who".split())
"""Words that a question may not have: they refer to what was said before, or begin another clause."""
_DEFINITE = re.compile(r"\bthe [^A-Z]+\Z")
"""What only the sentence before tells: the new building."""
_MONTH = "|".join(month.full.title() for month in MONTHS)
_WEEKDAY = "|".join(day.full.title() for day in WEEKDAYS)
_DAY = rf"(?:\d\d? )?(?:(?:{_MONTH}) )?(?:\d\d?,? )?(?:1\d|20)\d\d|{_WEEKDAY}|the (?:early |late )?\d\d?th century"
_DATE = rf"(?:[Ii]n|[Oo]n) (?:{_DAY})\b(?! [a-z]+s\b)"
_PLACE = rf"(?:in|at|on|near) (?:the )?(?!(?:{_MONTH}|{_WEEKDAY})\b)[A-Z]"
_NUMBER = (
    r"(?:(?:[Aa]bout|[Aa]round|[Oo]ver|[Ss]ome|[Mm]ore than|[Aa]t least|[Nn]early|[Aa]lmost) )?"
    r"(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten)"
)
_COUNTED = r"(?P<counted>(?:[a-z]+ )?[a-z]+s|people)\b"
_OF = "[Tt]he (?:[a-z-]+ ){1,3}of (?:the )?"
_NAMED = rf"(?:{_OF}|[Tt]he )?[A-Z][\w’'-]+(?: (?:of |the |de )*[A-Z][\w’'-]+)*"
_NAME = rf"(?P<name>{_NAMED})"
_CLAUSE = r".*?\b(?:after|because|before|since|that|until|when|while) "
_OPENED = rf"(?:But |And |[A-Z][^,;:“”]+, |{_CLAUSE})?{_NAME}(?:, [^,;:“”]+,)?"
"""The subject of a sentence or of a clause of it, with what may stand before and after it."""
_RELATIVE = rf".*?\b{_NAME}, (?:which|who)"
_REST = r"(?P<rest>[^,;:.()“”\"\d]+?)"
_STATE = r"(?P<be>is|are|was|were) (?P<rest>(?:\w+ed|born|built|held|led|made|won)\b[^,;:.()“”\"\d]*?)"
_LOCATED = (
    "(?P<be>is|are|was|were) (?P<rest>born|held|based|located|situated|built|signed|fought|killed|buried|crowned)"
)
_EVENTS = word_map("event_verbs")
_SAID = {
    "admitted": "admit", "announced": "announce", "argued": "argue", "called for": "call for", "claimed": "claim",
    "confirmed": "confirm", "demanded": "demand", "denied": "deny", "discovered": "discover", "invented": "invent",
    "ordered": "order", "promised": "promise", "proposed": "propose", "recommended": "recommend",
    "refused to": "refuse to do", "revealed": "reveal", "said": "say", "says": "say", "suggested": "suggest",
    "told": "say", "warned of": "warn of",
}  # fmt: skip
_BASES = {**_EVENTS, **_SAID}
"""Past form of a verb -> its base form."""
_EVENT = rf"(?P<verb>{'|'.join(_EVENTS)}) {_REST}"
_BECAUSE = r"(?:because|due to|as a result of|in response to)\b"
_TITLE = rf"\b(?i:{alternatives('person_titles')})\b\.?"
_PAST = re.compile(r"\b1\d[0-7]\d\b")
"""A year that somebody in it may be dead since: "Who is" is not asked of a text with one."""
_THINGS: tuple[NameType, ...] = ("organisation", "other")
_SPEAKERS: tuple[NameType, ...] = ("person", "place", "organisation")


def _name_pattern(name: str) -> re.Pattern[str]:
    """A name with what may stand before it; `whole` is what is asked about, a title is no part of it."""
    return re.compile(rf"(?:.*{_TITLE} )?(?P<whole>(?:{_OF}|the )?(?P<name>{re.escape(name)}))")


class QuestionPattern(NamedTuple):
    """How a sentence opens, and the question that it answers."""

    kind: str
    opening: str
    question: str
    types: tuple[NameType, ...] = NAME_TYPES
    """What the name may be."""


PATTERNS = (
    QuestionPattern("when", rf"{_OPENED} {_STATE},? {_DATE}", "When {be} {name} {rest}?"),
    QuestionPattern("when", rf"{_RELATIVE} {_STATE},? {_DATE}", "When {be} {name} {rest}?"),
    QuestionPattern("when", rf"(?={_DATE}, ){_OPENED} {_STATE}[,.;]", "When {be} {name} {rest}?"),
    QuestionPattern("when", rf"{_OPENED} {_EVENT},? {_DATE}", "When did {name} {verb} {rest}?"),
    QuestionPattern("when", rf"{_RELATIVE} {_EVENT},? {_DATE}", "When did {name} {verb} {rest}?"),
    QuestionPattern("when", rf"(?={_DATE}, ){_OPENED} {_EVENT}[,.;]", "When did {name} {verb} {rest}?"),
    QuestionPattern("where", rf"{_OPENED} {_LOCATED} {_PLACE}", "Where {be} {name} {rest}?"),
    QuestionPattern("where", rf"{_OPENED} (?P<verb>took|signed) {_REST} {_PLACE}", "Where did {name} {verb} {rest}?"),
    QuestionPattern(
        "why", rf"{_OPENED} (?P<be>is|are|was|were|has|have) {_REST}(?<!ly),? {_BECAUSE}", "Why {be} {name} {rest}?"
    ),
    QuestionPattern(
        "why",
        rf"{_OPENED} (?P<be>can|could|did|does|do|would)(?P<rest> not [^,;:.()“”\"\d]+?),? {_BECAUSE}",
        "Why {be} {name}{rest}?",
    ),
    QuestionPattern("why", rf"{_OPENED} {_EVENT},? {_BECAUSE}", "Why did {name} {verb} {rest}?"),
    QuestionPattern("how many", rf"{_OPENED} has {_NUMBER} {_COUNTED}", "How many {counted} does {name} have?"),
    QuestionPattern(
        "how many",
        rf"{_OPENED} (?P<verb>{'|'.join(_EVENTS)}) {_NUMBER} {_COUNTED}",
        "How many {counted} did {name} {verb}?",
    ),
    QuestionPattern(
        "who",
        rf"(?P<thing>{_NAMED}) (?:was|were) (?P<verb>[a-z]+ed|built|led|won) by {_NAME}",
        "Who {verb} {thing}?",
        ("person",),
    ),
    QuestionPattern("who", rf"{_NAME} (?P<be>is|was) (?:an?|the) ", "Who {be} {name}?", ("person",)),
    QuestionPattern("who", rf"{_NAME}, an? [a-z]", "Who is {name}?", ("person",)),
    QuestionPattern("who", rf"(?:[A-Z][\w’'-]+ )*{_TITLE} {_NAME}", "Who is {name}?", ("person",)),
    QuestionPattern("what", rf"{_NAME} is (?:an?|the) ", "What is {name}?", _THINGS),
    QuestionPattern(
        "what", rf"{_OPENED} accused (?P<rest>{_NAMED}) of ", "What did {name} accuse {rest} of?", _SPEAKERS
    ),
    QuestionPattern(
        "what", rf"{_OPENED} urged (?P<rest>{_NAMED}) to ", "What did {name} urge {rest} to do?", _SPEAKERS
    ),
    QuestionPattern(
        "what", rf"{_OPENED} (?:has |have )?(?P<verb>{'|'.join(_SAID)}) (?!to )", "What did {name} {verb}?", _SPEAKERS
    ),
)


class SentenceQuestion(NamedTuple):
    """A question that a sentence answers."""

    pattern: QuestionPattern
    question: str
    name: str
    sentence: ArticleSentence


def find_questions(passages: Sequence[Passage]) -> Iterator[SentenceQuestion]:
    """The questions of every pattern that a sentence of some passages answers, in their order."""
    sentences = [ArticleSentence(passage, number) for passage in passages for number in range(len(passage.sentences))]
    names: dict[ArticleSentence, list[str]] = {}
    for mention in find_names(sentences):
        names.setdefault(mention.sentence, []).append(mention.name)
    for sentence, named in names.items():
        text = " ".join(sentence.text.split())
        for pattern in PATTERNS:
            if match := re.match(pattern.opening, text):
                yield from _example(pattern, match.groupdict(), named, sentence)


def _example(
    pattern: QuestionPattern, parts: dict[str, str], names: Sequence[str], sentence: ArticleSentence
) -> Iterator[SentenceQuestion]:
    """The question; none where its name is none of the sentence's names, or where it leans on other sentences."""
    parts = {key: re.sub("^The ", "the ", part) for key, part in parts.items()}
    match = next(filter(None, (_name_pattern(name).fullmatch(parts["name"]) for name in names)), None)
    if match is None or not _is_clear(pattern, match["name"], match["whole"], sentence.passage.text):
        return
    parts["name"] = match["whole"]
    if "verb" in parts and " did " in pattern.question:
        parts["verb"] = _BASES[parts["verb"]]
    question = pattern.question.format(**parts)
    asked = question.rstrip("?").split()
    leaning = _DEFINITE.search(parts.get("rest", "")) or not _LEANING.isdisjoint(map(fold, asked[1:]))
    if len(asked) <= MOST_WORDS and not leaning:
        yield SentenceQuestion(pattern, question, match["name"], sentence)


def _is_clear(pattern: QuestionPattern, name: str, whole: str, text: str) -> bool:
    """Whether a question on the name is sure to be well put: with the article and the tense that it needs."""
    if " " in name and whole == name and f"the {name}" in text:
        return False
    return not pattern.question.startswith("Who is") or (" " in name and not _PAST.search(text))
