"""Sentences -> the names in them: runs of capitalised words, where the articles themselves show what is a name."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from rag.exploring.contents import ArticleSentence
from rag.text.english import MONTHS, WEEKDAYS, word_set
from rag.text.words import STOP_WORDS, fold

_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_][\w’'&-]*|\S")
_POSSESSIVE = re.compile(r"['’]s?$")
_COMPOUND = re.compile(r"[-‑][a-z]+$")
"""NATO-led, Serbian-issued: no name, though it begins with one."""
_OPENS_SENTENCE = frozenset("“\"‘'([:—–-.!?*#•")
"""After these, any word may be capitalised."""
_LINKS = frozenset({"of", "the", "de", "da", "del", "von", "van", "bin", "du", "al"})
"""Small words within a name."""
_TITLES = word_set("person_titles")
_CALENDAR = frozenset(name.full for name in (*MONTHS, *WEEKDAYS))
_STARTERS = word_set("sentence_starters")
_INTRODUCED = re.compile(
    r"[’'s]*\s*(?:,\s(?:an?|the|who|which|\d|[a-z])|\((?!$)|(?:is|was|are|were)\s(?:an?|the)\b|[-–—]\s(?:an?|the)\b)"
)
"""What follows a name that a sentence introduces: ", the European Union's top diplomat"."""


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name where a sentence has it."""

    name: str
    sentence: ArticleSentence
    introduced: bool
    """Whether the sentence says who or what it is: a title stands before it, or an apposition after it."""


class _Capitals:
    """How often each word of the articles is capitalised within a sentence, and how often it is not."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._upper: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()
        for tokens in map(_tokens, texts):
            for before, token in zip([None, *tokens], tokens, strict=False):
                self._count(before.group() if before else ".", token.group())

    def _count(self, before: str, word: str) -> None:
        if word[0].isalpha() and word[0].islower():
            self._lower[_key(word)] += 1
        elif word[0].isalpha() and before not in _OPENS_SENTENCE:
            self._upper[_key(word)] += 1

    def begins_name(self, word: str) -> bool:
        """Whether a capitalised word that opens a sentence is capitalised elsewhere, too, or never written small."""
        known = self._upper[_key(word)]
        return known > self._lower[_key(word)] or not (known or self._lower[_key(word)] or _key(word) in _STARTERS)


def find_names(sentences: Sequence[ArticleSentence]) -> tuple[NameMention, ...]:
    """Every name in the order of the sentences; titles before it, weekdays and months are no part of a name."""
    capitals = _Capitals(sentence.text for sentence in sentences)
    return tuple(mention for sentence in sentences for mention in _mentions(sentence, capitals))


def _mentions(sentence: ArticleSentence, capitals: _Capitals) -> Iterator[NameMention]:
    text, tokens = sentence.text, _tokens(sentence.text)
    at = 0
    while at < len(tokens):
        end = _run_end(text, tokens, at, capitals)
        if end > at and (mention := _mention(sentence, tokens[at:end])):
            yield mention
        at = max(end, at + 1)


def _run_end(text: str, tokens: Sequence[re.Match[str]], at: int, capitals: _Capitals) -> int:
    """Where the run of capitalised words that begins at a token ends; `at` itself where none begins."""
    opens = at == 0 or tokens[at - 1].group() in _OPENS_SENTENCE
    if not _is_capitalised(tokens[at].group()) or (opens and not capitals.begins_name(tokens[at].group())):
        return at
    end = at + 1
    while not _POSSESSIVE.search(tokens[end - 1].group()):
        following = end
        while following < len(tokens) and tokens[following].group() in _LINKS and following < end + 2:
            following += 1
        if following >= len(tokens) or not _is_capitalised(tokens[following].group()):
            break
        if text[tokens[end - 1].end() : tokens[following].start()].strip(" abdehlnoftuvi"):
            break  # a line break or a mark between them
        end = following + 1
    return end


def _mention(sentence: ArticleSentence, tokens: Sequence[re.Match[str]]) -> NameMention | None:
    titles = [number for number, token in enumerate(tokens) if not _TITLES.isdisjoint(_key(token.group()).split("-"))]
    after = [number + 1 for number in titles if number + 1 < len(tokens)]
    kept = [*dropwhile(lambda token: token.group() in _LINKS, tokens[max(after, default=0) :])]
    name = _POSSESSIVE.sub("", sentence.text[kept[0].start() : kept[-1].end()])
    if len(name) < 2 or (len(kept) == 1 and _key(kept[0].group()) in _TITLES):
        return None
    follows = sentence.text[kept[0].start() + len(name) :]
    return NameMention(name, sentence, introduced=bool(after or _INTRODUCED.match(follows)))


def _is_capitalised(word: str) -> bool:
    key = _key(word)
    return word[0].isupper() and key not in STOP_WORDS and key not in _CALENDAR and not _COMPOUND.search(word)


def _tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(text))


def _key(word: str) -> str:
    return _POSSESSIVE.sub("", fold(word)).rstrip(".")
