"""Word for word: a sentence that stands in the evidence, and words in quotation marks that must."""

import re
from functools import lru_cache
from typing import NamedTuple

from rag.checking.rules.base import Finding, Pair, gap
from rag.checking.rules.modality import SUPPOSED
from rag.text.spans import Span
from rag.text.words import fold

_FOLDED = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‛": "'", "–": "-", "—": "-", "‑": "-"}
    | {"…": "...", "\xad": None, "\u200b": None}
)
_SPACE = re.compile(r"\s+")
_EDGE = " \t\r\n.\"'"
_QUOTED = re.compile(r'"([^"]{2,}?)"|(?<![\w])\'([^\']{2,}(?:\'\w[^\']*)*)\'(?!\w)')
_PIECES = re.compile(r"\.{3}|\[[^\]]*\]")
_WORD = re.compile(r"\w+", re.UNICODE)
_TURNS = re.compile(
    rf"\b(?:{SUPPOSED}|not true|untrue|false|denied|denies|deny|denying|if|unless|whether|refuted|rejected|no evidence|"
    r"contrary to|myth|instead of|rather than|doubts?|doubted|never|nobody|no one)\b[^.;]*$",
    re.IGNORECASE,
)
"""Words that, before a stretch in the same sentence, turn what it says into something else."""


class _Folded(NamedTuple):
    text: str
    places: list[int]
    """Where each folded character stands in the text; one more for the end."""


def find_verbatim(claim: str, evidence: str) -> Span | None:
    """Where the claim stands in the evidence word for word; spacing, case, kinds of quotation marks and dashes aside.

    A stretch of a sentence counts, unless the words before it turn its meaning ("it is not true that ...").
    """
    said = _fold(claim).text.strip()
    wanted = said.strip(_EDGE)
    if not wanted or wanted not in _quick(evidence):
        return None
    folded = _fold(evidence)
    opening, closing = said[: len(said) - len(said.lstrip(_EDGE))], said[len(said.rstrip(_EDGE)) :]
    at = folded.text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _whole_words(folded.text, at, end) and not _turned(folded.text[max(0, at - 200) : at]):
            at -= len(opening) if folded.text[:at].endswith(opening) else 0
            end += len(closing) if folded.text.startswith(closing, end) else 0
            return Span(folded.places[at], folded.places[end - 1] + 1)
        at = folded.text.find(wanted, at + 1)
    return None


@lru_cache(maxsize=64)
def _quick(text: str) -> str:
    """The folded text without its places, twenty times as fast."""
    return " ".join(text.translate(_FOLDED).lower().split())


def _fold(text: str) -> _Folded:
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] != " ":
                characters.append(" ")
                places.append(place)
            continue
        folded = character.translate(_FOLDED).lower()
        characters.extend(folded)
        places.extend([place] * len(folded))
    return _Folded("".join(characters), places)


def _whole_words(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    decimal = after in {".", ","} and text[end + 1 : end + 2].isdigit() and text[end - 1].isdigit()
    return not (before.isalnum() or after.isalnum() or decimal)


def _turned(before: str) -> bool:
    sentence = re.split(r"[.!?]\"?\s", before)[-1]
    return bool(_TURNS.search(sentence))


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Words in quotation marks that the evidence does not have in this order."""
    held = _words(" ".join(pair.sentences))
    found = []
    for quoted in quotations(pair.claim):
        if not all(_words(piece) in held for piece in _PIECES.split(quoted) if _words(piece)):
            found.append(gap("quotes", f"the quoted words “{quoted}” do not stand in the article"))
    return tuple(found)


def quotations(text: str) -> tuple[str, ...]:
    """The stretches of a text in quotation marks."""
    plain = text.translate(_FOLDED)
    return tuple((match[1] or match[2]).strip() for match in _QUOTED.finditer(plain))


def _words(text: str) -> str:
    """Only its words, each between spaces, so that one can be looked for in another."""
    found = _WORD.findall(fold(text.translate(_FOLDED)))
    return f" {' '.join(found)} " if found else ""
