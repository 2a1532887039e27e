"""Question -> the same question as users in a hurry type it.

A change depends on the question, the passage beside it and chance, never on whether the passage answers.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from rag.reading.layout import FUNCTION_WORDS

CHANGED = 0.35
"""Share of questions that may be changed."""
CHANGE = 0.4
"""Chance of each kind of change to such a question."""
KEPT_FUNCTION_WORD = 0.25
"""Chance of a function word to stay in a question that is reduced to key words."""


def _read_pairs(name: str) -> Iterator[tuple[str, str]]:
    """Lines of two texts with a slash between them."""
    for line in Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition("/")
        yield before, after


_SPELLINGS = tuple(_read_pairs("spellings"))
"""British and American."""
_REPLACEMENTS = (
    *_SPELLINGS,
    *((american, british) for british, american in _SPELLINGS),
    *_read_pairs("abbreviations"),
)
_CAPITALS = dict(_read_pairs("capitals"))
"""Of countries whose governments news articles call by their capital."""


def augment_question(question: str, passage: str, rng: random.Random) -> str:
    """The question, changed now and then.

    Args:
        question: any text.
        passage: its sentences; a capital replaces its country only where the passage names both.
        rng: source of chance.
    """
    if rng.random() >= CHANGED:
        return question
    for change in (_replace_word, _mistype_words, _keep_key_words, _drop_case):
        if rng.random() < CHANGE:
            question = change(question, rng)
    return _name_capital(question, passage, rng).strip() or question


def _replace_word(question: str, _: random.Random) -> str:
    """The other spelling or the abbreviation of one word, and possessives without their apostrophe."""
    for before, after in _REPLACEMENTS:
        match = re.search(rf"\b{re.escape(before)}\b", question, re.IGNORECASE)
        if match:
            question = question[: match.start()] + after + question[match.end() :]
            break
    return re.sub(r"(\w)['’]s\b", r"\1s", question)


def _mistype_words(question: str, rng: random.Random) -> str:
    """A typing error in one or two of the longer words."""
    words = question.split()
    long = [number for number, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for number in rng.sample(long, min(len(long), rng.choice((1, 1, 2)))):
        words[number] = _mistype(words[number], rng)
    return " ".join(words)


def _mistype(word: str, rng: random.Random) -> str:
    """A word with two letters exchanged, one missing or one doubled, behind its first letter."""
    at = rng.randrange(1, len(word) - 1)
    before, first, second, after = word[:at], word[at], word[at + 1], word[at + 2 :]
    errors = (second + first, second, first, first + first + second, first + second + second)
    return before + rng.choice(errors) + after


def _keep_key_words(question: str, rng: random.Random) -> str:
    """Without most function words; half of the time with the question word."""
    words = question.rstrip("?. ").split()
    kept = [word for word in words if word.lower() not in FUNCTION_WORDS or rng.random() < KEPT_FUNCTION_WORD]
    question_word = words[:1] if rng.random() < 0.5 and words[0] not in kept[:1] else []
    return " ".join([*question_word, *kept]) if len(kept) > 1 else question


def _drop_case(question: str, _: random.Random) -> str:
    return question.rstrip("?. ").lower()


def _name_capital(question: str, passage: str, rng: random.Random) -> str:
    """Half of the time a capital in place of the first country that allows it."""
    for country, capital in _CAPITALS.items():
        if country in question and country in passage and capital in passage and rng.random() < 0.5:
            return question.replace(country, capital)
    return question
