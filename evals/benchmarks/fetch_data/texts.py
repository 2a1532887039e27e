"""Texts of origins -> plain spelling, keys, groups of connected rows, and the sentences that hold an answer."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from evals.benchmarks.fetch_data.record import LabelledRow
from rag.text.words import STOP_WORDS

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', " -- ": " – "}
"""Names of brackets, and LaTeX's quotation marks and dashes, in tokenised text."""
_BEFORE = re.compile(r"\s+([,.;:!?%)\]]|(?:'s|n't|'re|'ve|'ll|'d|'m)\b|'(?=\s))")
_AFTER = re.compile(r"([(\[]|(?<!\S)\$)\s+(?=\S)")
_OVERLAP = 0.6
"""Share of an answer's words that a sentence must hold where the answer stands in none; the first conversion's."""


def join_tokens(text: str) -> str:
    """Text whose tokens are apart -> as it is printed: `Carlito 's Way ( 1993 ) .` is `Carlito's Way (1993).`"""
    for name, sign in _BRACKETS.items():
        text = text.replace(name, sign)
    return _AFTER.sub(r"\1", _BEFORE.sub(r"\1", squeeze(text)))


def squeeze(text: str) -> str:
    """Text with one space for any white space, and none around it."""
    return " ".join(text.split())


def lower_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


def text_key(text: str, digits: int = 12) -> str:
    """A short key that texts share when they have the same words in ASCII letters and digits."""
    return _digest(" ".join(re.findall(r"[a-z0-9]+", text.lower())), digits)


def opening_key(text: str, digits: int = 10) -> str:
    """A short key that texts share when they open with the same words, for 80 letters."""
    return _digest(" ".join(lower_words(text))[:80], digits)


def _digest(text: str, digits: int) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:digits]


def drop_duplicates(rows: Iterable[LabelledRow], *names: str) -> Iterator[LabelledRow]:
    """The rows without those whose named fields all occurred before."""
    seen: set[str] = set()
    for row in rows:
        key = repr([row[name] for name in names])
        if key not in seen:
            seen.add(key)
            yield row


def group_connected(rows: Iterable[LabelledRow]) -> list[LabelledRow]:
    """The rows with a `group`, `g0`, `g1` ... in order: one for rows that share a claim, or the first 60 letters of
    their evidence, directly or through others."""
    rows = list(rows)
    parents: dict[str, str] = {}
    for row in rows:
        parents[_root(parents, _opening(row["evidence"]))] = _root(parents, _claim(row))
    roots = [_root(parents, _claim(row)) for row in rows]
    numbers = {root: number for number, root in enumerate(dict.fromkeys(roots))}
    return [{**row, "group": f"g{numbers[root]}"} for row, root in zip(rows, roots, strict=True)]


def _claim(row: LabelledRow) -> str:
    return f"claim: {' '.join(lower_words(str(row['claim'])))}"


def _opening(evidence: object) -> str:
    return f"evidence: {' '.join(lower_words(str(evidence)))[:60]}"


def _root(parents: dict[str, str], key: str) -> str:
    while (parent := parents.setdefault(key, key)) != key:
        parents[key] = parents.setdefault(parent, parent)
        key = parent
    return key


def sentences_with(sentences: Sequence[str], answers: Iterable[str]) -> list[int]:
    """Indexes of the sentences that hold an answer, word for word."""
    runs = [f" {' '.join(lower_words(answer))} " for answer in answers]
    padded = [f" {' '.join(lower_words(sentence))} " for sentence in sentences]
    return [at for at, sentence in enumerate(padded) if any(run.strip() and run in sentence for run in runs)]


def most_similar_sentence(sentences: Sequence[str], text: str, among: Iterable[int]) -> int:
    """Index of the sentence, of some, that shares most words with a text; the first of equals."""
    wanted = set(lower_words(text))
    return max(among, key=lambda at: len(wanted & set(lower_words(sentences[at]))))


def closest_sentence(sentences: Sequence[str], answers: Iterable[str]) -> list[int]:
    """Index of the sentence with the largest share of an answer's words, stop words apart, if that is 0.6 or more."""
    shares = [
        (len(wanted & set(lower_words(sentence))) / len(wanted), -at)
        for answer in answers
        if (wanted := set(lower_words(answer)) - STOP_WORDS)
        for at, sentence in enumerate(sentences)
    ]
    share, at = max(shares, default=(0.0, 0))
    return [-at] if share >= _OVERLAP else []


def gold_sentence(sentences: Sequence[str], answers: Iterable[str], question: str) -> tuple[list[int], str]:
    """The sentence of an answer without an offset, and how it was picked: `unique` or `overlap`.

    The first answer that stands in one sentence only decides; else, of the sentences with an answer, the one that
    shares most words with the question.
    """
    places = [[at for at, sentence in enumerate(sentences) if _stands(answer, sentence)] for answer in answers]
    alone = [place for place in places if len(place) == 1]
    if alone:
        return alone[0], "unique"
    among = sorted({at for place in places for at in place}) or list(range(len(sentences)))
    return ([most_similar_sentence(sentences, question, among)] if among else []), "overlap"


def _stands(answer: str, sentence: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", sentence) is not None
