"""Names of a claim against those of its evidence: spelling variants, adjectives of countries, initials."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rag.checking.overlap import UNINFORMATIVE, has, keys
from rag.checking.rules.base import Finding, Pair, gap, remark
from rag.text.english import MONTHS, WEEKDAYS
from rag.text.lemmas import base
from rag.text.words import STOP_WORDS, fold

_TOKEN = re.compile(r"[^\W\d_][\w'’.&-]*[\w]|[^\W\d_]", re.UNICODE)
_START = re.compile(r"(?:^|[.!?:;\n][\"'”’)]*\s+|[\"“‘(]\s*)$")
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,6}")
_TITLES = frozenset(
    """mr mrs ms dr president prime minister secretary general king queen prince princess sir lord lady chancellor
    judge justice senator governor professor captain colonel chief commander doctor update mayor pope saint
    st""".split()
).union(month.full for month in MONTHS)
_COUNTRIES = (
    "us usa u.s u.s.a united_states america american americans washington",
    "uk u.k britain british united_kingdom",
    "eu e.u european_union brussels",
    "un u.n united_nations",
    "france french paris",
    "germany german germans berlin",
    "spain spanish spaniard",
    "netherlands dutch holland",
    "switzerland swiss",
    "denmark danish dane",
    "sweden swedish swede",
    "poland polish pole",
    "finland finnish finn",
    "greece greek greeks",
    "turkey turkish turk turkiye",
    "ireland irish",
    "serbia serbian serb serbs serbians belgrade",
    "kosovo kosovar kosovan kosovars pristina prishtina",
    "russia russian russians moscow kremlin",
    "china chinese beijing",
    "ukraine ukrainian ukrainians kyiv kiev",
    "albania albanian albanians",
    "portugal portuguese",
    "wales welsh",
    "scotland scottish scots",
    "philippines filipino philippine",
    "israel israeli israelis",
    "iraq iraqi iraqis",
)
_CLASSES = {name: number for number, line in enumerate(_COUNTRIES) for name in line.split()}
_DEMONYM = re.compile(r"(?:ians?|ans?|ns?|s|ese|ish|i|ia|a|o|y|e|ars?)$")
ONE_LETTER, TWO_LETTERS = 5, 9
"""Lengths from which a name may be spelled with one and with two letters changed: Kurti, Kurdi."""


_ENDING = re.compile(r"(?:['’]s?)?$")


class Name(NamedTuple):
    """One word of a name."""

    said: str
    folded: str
    opens: bool
    """Whether it opens a sentence, where any word is capitalised."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Names of the claim that the evidence has elsewhere or not at all."""
    found = []
    for one in names(pair.claim):
        if _present(one, pair.near_text):
            continue
        repeated = any(_present(one, sentence) for sentence in pair.sentences)
        if repeated and (not one.opens or any(one.folded == other.folded for other in _all(pair.sentences))):
            found.append(remark("names", f"the article names {one.said} elsewhere, not here"))
        elif not repeated and not one.opens:
            found.append(gap("names", f"the article does not name {one.said}"))
    return tuple(found)


def respelled(claim: str, evidence: str) -> str:
    """The claim with every name as the evidence spells it: to a cross-encoder Kurdi and Kurti are two people."""
    ours = [token for token in _TOKEN.finditer(claim) if token.group()[0].isupper()]
    for token in reversed(ours):
        own = _key(token.group())
        if own in _held(evidence):
            continue
        theirs = next((one.said for one in names(evidence) if variants(own, one.folded)), None)
        if theirs:
            ending = _ENDING.findall(token.group())[0]
            claim = claim[: token.start()] + _ENDING.sub("", theirs) + ending + claim[token.end() :]
    return claim


def _all(sentences: tuple[str, ...]) -> Iterator[Name]:
    return (one for sentence in sentences for one in names(sentence))


@lru_cache(maxsize=8192)
def names(text: str) -> tuple[Name, ...]:
    """The capitalised words of a text, in order; titles, weekdays and months aside.

    Nothing where most words are capitalised, as in a headline, or none is.
    """
    tokens = list(_TOKEN.finditer(text))
    found = [
        Name(token.group(), _key(token.group()), bool(_START.search(text[: token.start()][-8:])))
        for token in tokens
        if token.group()[0].isupper()
    ]
    kept = [one for one in found if one.folded not in STOP_WORDS | _TITLES and one.folded[:3] not in _TIMES]
    return tuple(one for one in kept if len(one.folded) > 1 and not (one.opens and base(one.folded) in UNINFORMATIVE))


_TIMES = frozenset(name.full[:3] for name in (*MONTHS, *WEEKDAYS)) - {
    "mar",
    "may",
    "dec",
    "sun",
    "jan",
    "apr",
    "mon",
    "sat",
    "oct",
}


def _key(word: str) -> str:
    folded = fold(word)
    return re.sub(r"['’]s?$", "", folded).strip(".'’-")


def _present(one: Name, evidence: str) -> bool:
    held = _held(evidence)
    if one.folded in held or has(base(one.folded), keys(evidence)):
        return True
    if any(variants(one.folded, other) for other in held):
        return True
    parts = [part for part in re.split(r"[-.’']", one.folded) if len(part) > 2]
    apart = len(parts) > 1 and all(part in held or has(base(part), keys(evidence)) for part in parts)
    return apart or one.folded.rstrip("s") in _joined(evidence) or spelled_out(one.said, evidence)


@lru_cache(maxsize=1024)
def _joined(text: str) -> frozenset[str]:
    """Every two neighbouring words of a text written as one: bell flower, bellflower."""
    tokens = [_key(token.group()) for token in _TOKEN.finditer(text)]
    return frozenset((left + right).rstrip("s") for left, right in pairwise(tokens))


@lru_cache(maxsize=8192)
def _held(text: str) -> frozenset[str]:
    """Every word of a text, folded; names in it may be written small in quotes and compounds."""
    found = {_key(token.group()) for token in _TOKEN.finditer(text)}
    return frozenset(found | {part for one in found if "-" in one for part in one.split("-") if len(part) > 2})


@lru_cache(maxsize=65536)
def variants(left: str, right: str) -> bool:
    """Whether two folded names may be one: an adjective of it, a compound with it, a letter spelled differently."""
    if left in _CLASSES and right in _CLASSES:
        return _CLASSES[left] == _CLASSES[right]
    if "-" in left and all(part == right or part in right.split("-") for part in left.split("-") if len(part) > 2):
        return True
    stem, other = _DEMONYM.sub("", left), _DEMONYM.sub("", right)
    if len(stem) >= 4 and stem == other:
        return True
    if left[:1] != right[:1] and left[1:2] != right[1:2]:
        return False
    allowed = 2 if min(len(left), len(right)) >= TWO_LETTERS else 1 if min(len(left), len(right)) >= ONE_LETTER else 0
    return bool(allowed) and abs(len(left) - len(right)) <= allowed and _distance(left, right) <= allowed


def _distance(left: str, right: str) -> int:
    """Letters to change, add, drop or swap with their neighbour to turn one word into the other."""
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


def spelled_out(said: str, evidence: str) -> bool:
    """Whether the word is the initials of a name in the evidence."""
    return bool(_INITIALS.fullmatch(said)) and said.replace(".", "").lower() in _initials(evidence)


@lru_cache(maxsize=1024)
def _initials(text: str) -> frozenset[str]:
    found = set()
    for run in re.finditer(r"[A-Z][\w-]*(?:[ -](?:(?:of|the|and|for|on|in) ){0,2}[A-Z][\w-]*){1,5}", text):
        parts = [part for part in re.split(r"[\s-]+", run.group()) if part]
        big = [part[0].lower() for part in parts if part[0].isupper()]
        for start in range(len(big)):
            for end in range(start + 2, len(big) + 1):
                found.add("".join(big[start:end]))
        found.add("".join(part[0].lower() for part in parts))
    return frozenset(found)
