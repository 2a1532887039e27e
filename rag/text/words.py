"""Text -> words: how every stage folds, stems and drops words when it compares texts."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from rag.text.english import word_set

_WORD = re.compile(r"\w+(?:[.,]\d+)*(?:['’]\w+)?", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_stemmer = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("english")).build()

STOP_WORDS = word_set("stop_words")
"""Folded words that carry no topic of their own."""


class Word(NamedTuple):
    """One word of a text: its folded form, its stem and its offsets."""

    folded: str
    stem: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower-case without accents: Vučić and Vucic fold to the same word."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Porter2 stem of a folded word, as in the keyword index."""
    return "".join(_stemmer.analyze(word))


def words(text: str) -> tuple[Word, ...]:
    """Every word of a text in order, possessive endings dropped."""
    return tuple(_word(match) for match in _WORD.finditer(text))


def _word(match: re.Match[str]) -> Word:
    folded = _POSSESSIVE.sub("", fold(match.group()))
    return Word(folded, stem(folded), match.start(), match.end())


def content(text: str) -> tuple[Word, ...]:
    """The words of a text that are not stop words, in order."""
    return tuple(word for word in words(text) if word.folded and word.folded not in STOP_WORDS)


@lru_cache(maxsize=16384)
def stems(text: str) -> frozenset[str]:
    """The stems of the content words of a text."""
    return frozenset(word.stem for word in content(text))
