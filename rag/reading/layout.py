"""Question + passage -> the tokens that the reader's network reads, and where its sentences stand among them.

    [CLS] question [SEP] title . day month year [SEP] marker sentence marker sentence ... [SEP]

Each token has a kind, which tells the network which words question and passage share.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION_TOKENS, TITLE_TOKENS, TOKENS = 48, 32, 320
"""Most tokens of the question, of the title, and of everything; the rest is cut. A passage has about 200."""
CLS, SEP, FULL_STOP, MARKER = 101, 102, 1012, 1
"""Token ids of [CLS], [SEP], "." and [unused0] in the shipped vocabulary."""
STEM_LETTERS = 5
_WORD = re.compile(r"\w+")
FUNCTION_WORDS = frozenset(
    "a about after all am an and any are as at be been before being but by can could did do does for from had has have"
    " he her him his how i if in into is it its many may me more most much my no not of on or our out over own s she"
    " should so some such t than that the their them then there these they this those to under up was we were what when"
    " where which while who whom whose why will with would you your".split()
)
"""Part of the trained network's input: changing the list means training again."""


class TokenKind(IntEnum):
    """What a token is, as its token type id."""

    PLAIN = 0
    """A separator, or a function word or punctuation mark of the question."""
    QUESTION = 1
    QUESTION_SHARED = 2
    """Of a question word that the passage, its title or its date has, too."""
    PASSAGE = 3
    PASSAGE_SHARED = 4
    TITLE = 5
    TITLE_SHARED = 6
    MARKER = 7
    """Stands before a sentence; the network's output for the sentence is read here."""


@dataclass(slots=True)
class Layout:
    """Tokens in the order in which they are read; all lists but `markers` have one entry a token."""

    ids: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    offsets: list[tuple[int, int]] = field(default_factory=list)
    """Characters of the token in its sentence; (0, 0) outside sentences."""
    markers: list[int] = field(default_factory=list)
    """Position of each sentence's marker; sentences that did not fit have none."""


class LayoutBuilder:
    """Lays one question out beside passages.

    Args:
        tokenizer: of the shipped vocabulary, neither padding nor truncating.
        question: any text.
    """

    def __init__(self, tokenizer: "Tokenizer", question: str) -> None:
        self._tokenizer = tokenizer
        self._question = question

    @cached_property
    def _question_stems(self) -> frozenset[str]:
        return _stems([self._question])

    def build(self, title: str, published: date | None, sentences: Sequence[str]) -> Layout:
        """The question beside the sentences of one passage, under the title and date of its article."""
        day = _spell(published)
        passage_stems = _stems([title, day, *sentences])
        layout = Layout()
        self._close(layout, CLS, TokenKind.PLAIN)
        self._add(layout, self._question, passage_stems, TokenKind.QUESTION, QUESTION_TOKENS)
        self._close(layout, SEP, TokenKind.PLAIN)
        self._add(layout, title, self._question_stems, TokenKind.TITLE, TITLE_TOKENS)
        if day:
            self._close(layout, FULL_STOP, TokenKind.TITLE)
            self._add(layout, day, self._question_stems, TokenKind.TITLE, TITLE_TOKENS)
        self._close(layout, SEP, TokenKind.PLAIN)
        layout.offsets = [(0, 0)] * len(layout.ids)
        self._add_sentences(layout, sentences)
        self._close(layout, SEP, TokenKind.PLAIN)
        return layout

    def _add_sentences(self, layout: Layout, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            if len(layout.ids) > TOKENS - 3:
                return
            layout.markers.append(len(layout.ids))
            self._close(layout, MARKER, TokenKind.MARKER)
            self._add(layout, sentence, self._question_stems, TokenKind.PASSAGE, TOKENS - 1 - len(layout.ids))

    def _add(self, layout: Layout, text: str, shared: frozenset[str], kind: TokenKind, most: int) -> None:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        layout.ids += encoding.ids[:most]
        layout.offsets += encoding.offsets[:most]
        layout.kinds += _kinds(text, encoding.offsets[:most], shared, kind)

    def _close(self, layout: Layout, token: int, kind: TokenKind) -> None:
        layout.ids.append(token)
        layout.kinds.append(kind)
        layout.offsets.append((0, 0))


def _kinds(text: str, offsets: Sequence[tuple[int, int]], shared: frozenset[str], kind: TokenKind) -> list[int]:
    """A token has the kind of the word in which it starts; the kind after `kind` is that of shared words."""
    plain = TokenKind.PLAIN if kind is TokenKind.QUESTION else kind
    kinds: list[int] = [plain] * (len(text) + 1)
    for word in _WORD.finditer(text):
        if stem := _stem(word.group()):
            kinds[word.start() : word.end()] = [kind + (stem in shared)] * (word.end() - word.start())
    return [kinds[start] for start, _ in offsets]


def content_stems(text: str) -> list[str]:
    """Stem of every word of a text, in order, without function words."""
    return [stem for word in _WORD.findall(text) if (stem := _stem(word))]


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for text in texts for stem in content_stems(text))


def _stem(word: str) -> str:
    """The first letters of a word without case, accents and a plural's s; empty for a function word."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if folded in FUNCTION_WORDS:
        return ""
    return folded[:STEM_LETTERS].removesuffix("s") if len(folded) > 3 else folded


def _spell(day: date | None) -> str:
    return f"{day.day} {day:%B} {day.year}" if day else ""
