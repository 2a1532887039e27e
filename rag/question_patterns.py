"""How a sentence opens -> the question about the name in it that it answers."""

import re
from typing import NamedTuple

from rag.exploring.name_types import NAME_TYPES, NameType
from rag.text.english import MONTHS, WEEKDAYS, alternatives, word_map

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
_RUNS = {"runs": "run", "owns": "own", "leads": "lead", "heads": "head", "chairs": "chair", "manages": "manage"}
_MOVED = {
    "declined": "decline", "died": "die", "dropped": "drop", "fell": "fall", "fled": "flee", "grew": "grow",
    "increased": "increase", "lived": "live", "lives": "live", "moved": "move", "returned": "return", "rose": "rise",
    "studied": "study", "travelled": "travel", "works": "work",
}  # fmt: skip
_JUDGED = {"blamed": "blame", "praised": "praise", "criticised": "criticise"}
BASES = {**_EVENTS, **_SAID, **_RUNS, **_MOVED, **_JUDGED}
"""Past form of a verb -> its base form."""
_EVENT = rf"(?P<verb>{'|'.join(_EVENTS)}) {_REST}"
_CHANGED = (
    "abolished|adopted|announced|approved|banned|bought|built|cancelled|closed|created|developed|founded|imposed"
    "|introduced|invented|launched|lifted|opened|postponed|published|purchased|rejected|released|replaced|revoked|seized"
    "|signed|sold|won|wrote"
)
"""Verbs whose object is a thing, and worth asking for."""
_OBJECT = (
    r"(?:(?:an?|its|their|his|her|two|three|four|five|all|\d[\d,]*) "
    r"|the (?=(?:[a-z-]+ ){0,2}(?:[a-z-]+['’]|[a-z-]+ of |[A-Z])))"
)
"""How it opens, where it says itself what is meant: not "the new building"."""
_WON = (
    "acquired|beat|bought|built|captured|composed|conquered|created|defeated|designed|directed|discovered|established"
    "|founded|invented|led|occupied|opened|replaced|succeeded|won|wrote"
)
_AFTER_NAME = r"(?=[,.;]| (?:after|and|as|at|before|by|during|for|from|in|on|to|with)\b)"
_WILL = "am|are|can|could|did|does|had|has|have|is|may|might|must|should|was|were|will|would"
_MONEY = r"(?:about |around |more than |nearly |over |up to )?[£$€]\d"
_TIME = rf"{_NUMBER}[ -](?:year|month|week|day|hour|minute|match|game)"
_BECAUSE = r"(?:because|due to|as a result of|in response to)\b"
_TITLE = rf"\b(?i:{alternatives('person_titles')})\b\.?"
_OPENING_ROLE = r"(?:The )?[A-Z][\w’'-]*(?: [\w’'&-]+){0,6}? [a-z][a-z-]+"
"""What somebody is, before the name: "The shadow health minister"."""
_APPOSITION = r"(?!which|where|when|however|meanwhile|though|\d)[^,;:.“”\"]{4,60}"
_THINGS: tuple[NameType, ...] = ("organisation", "other")
_SPEAKERS: tuple[NameType, ...] = ("person", "place", "organisation")


def name_pattern(name: str) -> re.Pattern[str]:
    """A name with what may stand before it; `whole` is what is asked about, a title is no part of it."""
    return re.compile(rf"(?:.*{_TITLE} )?(?P<whole>(?:{_OF}|the )?(?P<name>{re.escape(name)}))")


class QuestionPattern(NamedTuple):
    """How a sentence opens, and the question that it answers."""

    kind: str
    opening: str
    question: str
    types: tuple[NameType, ...] = NAME_TYPES
    """What the name may be."""
    is_poor: bool = False
    """Whether every other question is worth more: "How old is ...?"."""


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
    QuestionPattern(
        "who", rf"{_OPENING_ROLE} {_NAME} (?:said|told|added|warned|called|says) ", "Who is {name}?", ("person",)
    ),
    QuestionPattern(
        "who", rf"{_NAME}, {_APPOSITION}, (?:{_WILL}|said|says|told|added) ", "Who is {name}?", ("person",)
    ),
    QuestionPattern("who", rf"{_NAME} (?P<verb>{_WON}) (?P<thing>{_NAMED}){_AFTER_NAME}", "Who {verb} {thing}?"),
    QuestionPattern("how old", rf"{_NAME}, \d\d[,.]", "How old is {name}?", ("person",), is_poor=True),
    QuestionPattern(
        "where", rf"{_NAME},?(?: \d\d,)? (?:is|comes) from (?:the )?[A-Z]", "Where is {name} from?", ("person",)
    ),
    QuestionPattern("where", rf"{_OPENED} (?P<verb>lives|works) {_PLACE}", "Where does {name} {verb}?", ("person",)),
    QuestionPattern(
        "where", rf"{_OPENED} (?P<verb>lived|died|studied) {_PLACE}", "Where did {name} {verb}?", ("person",)
    ),
    QuestionPattern(
        "where", rf"{_OPENED} (?P<verb>moved|fled|returned|travelled) to (?:the )?[A-Z]", "Where did {name} {verb} to?"
    ),
    QuestionPattern("how long", rf"{_OPENED} lasted (?:for )?{_NUMBER} [a-z]+s\b", "How long did {name} last?"),
    QuestionPattern(
        "how long",
        rf"{_OPENED} (?P<be>is|was|were) (?P<rest>jailed|banned|suspended|imprisoned) (?:for )?{_TIME}",
        "How long {be} {name} {rest} for?",
    ),
    QuestionPattern(
        "how much",
        rf"{_OPENED} (?P<be>was|were) (?P<rest>fined|sold for|bought for|valued at) {_MONEY}",
        "How much {be} {name} {rest}?",
    ),
    QuestionPattern("how much", rf"{_OPENED} costs? {_MONEY}", "How much did {name} cost?"),
    QuestionPattern(
        "how much",
        rf"{_OPENED} (?P<verb>rose|fell|grew|dropped|increased|declined) (?:by )?[\d.,]+ ?(?:%|per ?cent)",
        "How much did {name} {verb} by?",
    ),
    QuestionPattern(
        "what",
        rf"{_OPENED} (?:said|says|warned|claimed) (?:that )?(?P<rest>{_NAMED}) (?:{_WILL})\b",
        "What did {name} say about {rest}?",
        _SPEAKERS,
    ),
    QuestionPattern(
        "what", rf"{_OPENED} (?:has |have |had )?(?P<verb>{_CHANGED}) {_OBJECT}", "What did {name} {verb}?"
    ),
    QuestionPattern(
        "what",
        rf"{_NAME},?(?: \d\d,)? (?:who )?(?P<verb>{'|'.join(_RUNS)}) ",
        "What does {name} {verb}?",
        ("person",),
    ),
    QuestionPattern(
        "what",
        rf"{_OPENED} (?P<be>is|are|was|were) (?:best |well |also )?(?:known|famous) for ",
        "What {be} {name} known for?",
    ),
    QuestionPattern(
        "what",
        rf"{_OPENED} (?P<be>is|are|was|were) (?:also|sometimes|often|commonly) (?:known as|called|nicknamed) ",
        "What {be} {name} also called?",
    ),
    QuestionPattern("what", rf"{_OPENED} (?:consists of|comprises) ", "What does {name} consist of?"),
    QuestionPattern("what", rf"{_NAME} is (?:an?|the) ", "What is {name}?", _THINGS),
    QuestionPattern(
        "where", rf"{_NAME} (?P<be>is|was) (?:an?|the) [^,;.]*?\b{_PLACE}", "Where {be} {name}?", ("place",)
    ),
    QuestionPattern(
        "what",
        rf"{_OPENED} (?P<verb>blamed|praised|criticised) (?P<rest>{_NAMED}) for ",
        "What did {name} {verb} {rest} for?",
        _SPEAKERS,
    ),
    QuestionPattern(
        "what", rf"{_OPENED} accused (?P<rest>{_NAMED}) of ", "What did {name} accuse {rest} of?", _SPEAKERS
    ),
    QuestionPattern(
        "what", rf"{_OPENED} urged (?P<rest>{_NAMED}) to ", "What did {name} urge {rest} to do?", _SPEAKERS
    ),
    QuestionPattern(
        "what",
        rf"{_OPENED} (?:has |have )?(?P<verb>{'|'.join(_SAID)}) (?!to )",
        "What did {name} {verb}?",
        _SPEAKERS,
        is_poor=True,
    ),
)
