"""Text -> words: how every stage folds, stems and drops words when it compares texts."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from rag.text.english import word_set
from rag.text.search_form import UNSPACED

_MARKS = "".join(chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code))[0] == "M")
"""Accents and vowel signs, which Python's \\w leaves out: they are parts of a word."""
_WORD = re.compile(rf"\w[\w{_MARKS}]*(?:[.,]\d+)*(?:['’]\w+)?", re.UNICODE)
_SURROGATE = re.compile("[\ud800-\udfff]")
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


def encodable(text: str) -> str:
    """A text without lone surrogates, which neither a search nor a database takes; nothing is called as it then is."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


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
    """Every word of a text in order, possessive endings dropped; scripts without spaces as pairs of letters."""
    found = tuple(_word(match) for match in _WORD.finditer(text))
    if text.isascii() or not UNSPACED.search(text):
        return found
    return tuple(part for word in found for part in _pairs(text, word))


def _pairs(text: str, word: Word) -> Iterator[Word]:
    """A word, or the pairs of letters of its runs without spaces and what stands between them."""
    at = word.start
    for run in UNSPACED.finditer(text, word.start, word.end):
        if at < run.start():
            yield _cut_word(text, at, run.start())
        for start in range(run.start(), max(run.start() + 1, run.end() - 1)):
            yield _cut_word(text, start, min(start + 2, run.end()))
        at = run.end()
    if at < word.end:
        yield word if at == word.start else _cut_word(text, at, word.end)


def _cut_word(text: str, start: int, end: int) -> Word:
    folded = fold(text[start:end])
    return Word(folded, stem(folded), start, end)


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
