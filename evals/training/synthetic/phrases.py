"""Text -> its phrases: names, noun phrases with a determiner and numbers, exchangeable within their kind."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rag.text.words import STOP_WORDS, fold

MOST_WORDS = 3
"""Words of a noun phrase after its determiner."""
_DETERMINED = re.compile(r"\b(?:the|an?|his|her|its|their|this|these|two|three|some|many) (?=[a-z])", re.IGNORECASE)
_NEXT = re.compile(r"[a-z][\w’'-]* ?")
VERB = re.compile(
    r"\w{2,}(?:ed|ing)|was|were|saw|said|says|gave|took|beat|led|won|built|wrote|sent|met|made|drove|held|left|became"
    r"|went|came|told|found|got|lost|rose|fell|began|ran|kept|knew|grew|put|set|paid|spoke|brought|bought|fought"
)
_CAPITALISED = r"(?:(?:[A-Z]|Mrs?|Dr|Gov|Sen|Rep|Gen|St)\.|[A-Z][\w’'-]+)"
_NAMED = re.compile(rf"\b{_CAPITALISED}(?: (?:of |de |van |the )?{_CAPITALISED})*")
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)(?:%| percent| million| billion)?")


class Phrase(NamedTuple):
    """A name, a noun phrase ("thing"), a number or a year of a text."""

    kind: str
    start: int
    end: int


def phrases(text: str) -> Iterator[Phrase]:
    """The names, the noun phrases with a determiner and the numbers of a text."""
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
    """Where the noun phrase after a determiner ends: before a verb, a stop word or punctuation."""
    end = at = start
    for _ in range(MOST_WORDS):
        match = _NEXT.match(text, at)
        word = match.group().strip() if match else ""
        if not match or fold(word) in STOP_WORDS or (at > start and VERB.fullmatch(word)):
            break
        end, at = match.start() + len(word), match.end()
        if not match.group().endswith(" "):
            break
    return end


def adjust_case(phrase: str, *, first: bool) -> str:
    """A phrase with the case of its first letter as at the start of a sentence, or within it."""
    if first:
        return phrase[0].upper() + phrase[1:]
    determined = _DETERMINED.match(phrase)
    return phrase[0].lower() + phrase[1:] if determined else phrase


def has_verb(text: str) -> bool:
    """Whether a text has a verb that is not its first word."""
    return any(VERB.fullmatch(word) or word in ("is", "are", "has", "have", "will") for word in text.split()[1:])
