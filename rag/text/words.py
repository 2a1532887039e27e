"""Text -> words: how every stage folds, stems and drops words when it compares texts."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

_WORD = re.compile(r"\w+(?:[.,]\d+)*(?:['’]\w+)?", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s?$")
_stemmer = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("english")).build()

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but
    by can could did do does doing down during each few for from further had has have having he her here hers him his
    how i if in into is it its itself just me more most my no nor not of off on once only or other our out over own
    same she should so some such than that the their theirs them then there these they this those through to too under
    until up us very was we were what when where which while who whom whose why will with would you your s t""".split()
)
"""Words that carry no topic of their own, after folding; from the Snowball English list, question words included."""


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
