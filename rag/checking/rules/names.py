"""Names of a claim against those of its evidence: spelling variants, adjectives of countries, initials."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE, has, keys
from rag.checking.rules.base import Finding, Pair, gap, remark
from rag.text.english import MONTHS, WEEKDAYS, word_list, word_set
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold, words

_TOKEN = re.compile(r"[^\W\d_][\w'’.&-]*[\w]|[^\W\d_]", re.UNICODE)
_START = re.compile(r"(?:^|[.!?:;\n][\"'”’)]*\s+|[\"“‘(\[]\s*|(?:^|\n)\s*[•*–—-]\s+)$")
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,6}")
_TITLES = word_set("person_titles").union(month.full for month in MONTHS)
_COUNTRIES = enumerate(map(str.split, word_list("country_names")))
_COUNTRY = {name: number for number, country in _COUNTRIES for name in country}
"""Folded name, adjective or capital -> number of its country."""
_DEMONYM = re.compile(r"(?:ians?|ans?|ns?|s|ese|ish|i|ia|a|o|y|e|ars?)$")
ONE_LETTER, TWO_LETTERS = 5, 9
"""Letters from which a spelling may differ in one and in two letters: Kurti, Kurdi."""
_VOWELS = "aeio"
_TRANSLITERATED = tuple(map(set, "gq gk kq ck jy iy vw sz".split()))
"""First letters that stand for one: Gaddafi and Qaddafi, Jeltsin and Yeltsin."""
_POSSESSIVE = re.compile(r"(?:['’]s?)?$")
_STARTERS = word_set("sentence_starters")
_AMBIGUOUS = frozenset("mar may dec sun jan apr mon sat oct".split())
"""Beginnings of months and weekdays that other names have, too."""
_CALENDAR = frozenset(name.full[:3] for name in (*MONTHS, *WEEKDAYS)) - _AMBIGUOUS


class Name(NamedTuple):
    """One word of a name."""

    text: str
    folded: str
    opens: bool
    """Whether it opens a sentence, where any word is capitalised."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Names of the claim that the evidence has elsewhere or not at all."""
    return tuple(finding for name in names(pair.claim) if (finding := _compare(name, pair)))


def _compare(name: Name, pair: Pair) -> Finding | None:
    if _present(name, pair.near_text):
        return None
    if any(_present(name, sentence) for sentence in pair.sentences):
        others = (other.folded for sentence in pair.sentences for other in names(sentence))
        is_name = not name.opens or name.folded in others
        return remark("names", f"the article names {name.text} elsewhere, not here") if is_name else None
    return None if name.opens else gap("names", f"the article does not name {name.text}")


def respell_names(claim: str, evidence: str) -> str:
    """The claim with every name as the evidence spells it: to a cross-encoder Kurdi and Kurti are two people."""
    capitalised = [token for token in _TOKEN.finditer(claim) if token.group()[0].isupper()]
    for token in reversed(capitalised):
        folded = _fold_name(token.group())
        if folded in _folded_words(evidence):
            continue
        spelling = next((name.text for name in names(evidence) if variants(folded, name.folded)), None)
        if spelling:
            ending = _POSSESSIVE.findall(token.group())[0]
            claim = claim[: token.start()] + _POSSESSIVE.sub("", spelling) + ending + claim[token.end() :]
    return claim


@lru_cache(maxsize=8192)
def names(text: str) -> tuple[Name, ...]:
    """The capitalised words of a text, in order, without titles, weekdays and months."""
    capitalised = (token for token in _TOKEN.finditer(text) if token.group()[0].isupper())
    every = (
        Name(token.group(), _fold_name(token.group()), opens_sentence(text, token.start())) for token in capitalised
    )
    return tuple(name for name in every if _is_name(name))


def opens_sentence(text: str, start: int) -> bool:
    """Whether a word opens a sentence, a quotation, a bracket, a line of a list, or what follows a colon."""
    return bool(_START.search(text[max(0, start - 8) : start]))


def may_open(folded: str, texts: Sequence[str]) -> bool:
    """Whether a capitalised word that opens a sentence may be a name: texts have it so within one, or never small."""
    if any(name.folded == folded and not name.opens for text in texts for name in names(text)):
        return True
    return folded not in _STARTERS and not any(folded in _small_words(text) for text in texts)


@lru_cache(maxsize=8192)
def _small_words(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in words(text) if text[word.start].islower())


def _is_name(name: Name) -> bool:
    listed = name.folded in STOP_WORDS | _TITLES or name.folded[:3] in _CALENDAR
    return not listed and len(name.folded) > 1 and not (name.opens and base(name.folded) in UNINFORMATIVE)


def _fold_name(word: str) -> str:
    """A name folded, without its possessive ending and full stops around it."""
    return re.sub(r"['’]s?$", "", fold(word)).strip(".'’-")


def _present(name: Name, evidence: str) -> bool:
    """Whether the evidence has a name in any spelling or form."""
    if _has_word(name.folded, evidence) or any(variants(name.folded, other) for other in _folded_words(evidence)):
        return True
    parts = [part for part in re.split(r"[-.’']", name.folded) if len(part) > 2]
    apart = len(parts) > 1 and all(_has_word(part, evidence) for part in parts)
    return apart or name.folded.rstrip("s") in _joined(evidence) or spelled_out(name.text, evidence)


def _has_word(folded: str, evidence: str) -> bool:
    return folded in _folded_words(evidence) or has(base(folded), keys(evidence))


@lru_cache(maxsize=1024)
def _joined(text: str) -> frozenset[str]:
    """Every two neighbouring words of a text written as one word: bell flower, bellflower."""
    tokens = [_fold_name(token.group()) for token in _TOKEN.finditer(text)]
    return frozenset((left + right).rstrip("s") for left, right in pairwise(tokens))


@lru_cache(maxsize=8192)
def _folded_words(text: str) -> frozenset[str]:
    """Every word of a text, folded; names in it may be written small in quotes and compounds."""
    words = {_fold_name(token.group()) for token in _TOKEN.finditer(text)}
    return frozenset(words | {part for word in words if "-" in word for part in word.split("-") if len(part) > 2})


@lru_cache(maxsize=65536)
def variants(left: str, right: str) -> bool:
    """Whether two folded names may be one: an adjective of it, a compound with it, a letter spelled differently."""
    if left in _COUNTRY and right in _COUNTRY:
        return _COUNTRY[left] == _COUNTRY[right]
    if "-" in left and all(part == right or part in right.split("-") for part in left.split("-") if len(part) > 2):
        return True
    stem, other = _DEMONYM.sub("", left), _DEMONYM.sub("", right)
    if len(stem) >= 4 and stem == other and not _is_other_gender(left, right):
        return True
    if not _begin_alike(left, right) or _is_other_gender(left, right):
        return False
    allowed = 2 if min(len(left), len(right)) >= TWO_LETTERS else 1 if min(len(left), len(right)) >= ONE_LETTER else 0
    return bool(allowed) and abs(len(left) - len(right)) <= allowed and _distance(left, right) <= allowed


def _begin_alike(left: str, right: str) -> bool:
    """Whether two names have the same first letter, or two that stand for one of another alphabet: Gaddafi, Qaddafi."""
    return left[:1] == right[:1] or {left[:1], right[:1]} in _TRANSLITERATED


def _is_other_gender(left: str, right: str) -> bool:
    """Whether two names differ in nothing but a vowel at their end: Paul and Paula, Christina and Christine."""
    return left != right and left.rstrip(_VOWELS) == right.rstrip(_VOWELS) and len(left) - len(right) in (-1, 0, 1)


def _distance(left: str, right: str) -> int:
    """Optimal string alignment distance: letters to change, add, drop or swap with their neighbour."""
    rows = [list(range(len(right) + 1))]
    for i, letter in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and other == left[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def spelled_out(word: str, evidence: str) -> bool:
    """Whether a word is the initials of a name in the evidence."""
    return bool(_INITIALS.fullmatch(word)) and word.replace(".", "").lower() in _initials(evidence)


@lru_cache(maxsize=1024)
def _initials(text: str) -> frozenset[str]:
    initials = set()
    for run in re.finditer(r"[A-Z][\w-]*(?:[ -](?:(?:of|the|and|for|on|in) ){0,2}[A-Z][\w-]*){1,5}", text):
        parts = [part for part in re.split(r"[\s-]+", run.group()) if part]
        big = [part[0].lower() for part in parts if part[0].isupper()]
        for start in range(len(big)):
            for end in range(start + 2, len(big) + 1):
                initials.add("".join(big[start:end]))
        initials.add("".join(part[0].lower() for part in parts))
    return frozenset(initials)
