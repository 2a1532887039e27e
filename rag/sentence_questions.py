"""Sentences -> questions about the names that they open with, which they answer."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.exploring.contents import ArticleSentence
from rag.exploring.name_mentions import find_names
from rag.passages import Passage
from rag.question_patterns import BASES, PATTERNS, QuestionPattern, name_pattern
from rag.text.english import word_set
from rag.text.words import fold

MOST_WORDS = 12
"""Words of a question; a longer one gives its answer away."""
_LEANING = word_set("anaphors") | frozenset("and as after because before but how if that when which while who".split())
"""Words that a question may not have: they refer to what was said before, or begin another clause."""
_DEFINITE = re.compile(r"\bthe [^A-Z]+\Z")
"""What only the sentence before explains: the new building."""
_OF_THE_LIVING = re.compile(r"(?:Who|How old|Where) is ")
_PAST = re.compile(r"\b1\d[0-7]\d\b")
"""A year that somebody in it may be dead since: "Who is" is not asked of a text with one."""


class SentenceQuestion(NamedTuple):
    """A question that a sentence answers."""

    pattern: QuestionPattern
    question: str
    name: str
    sentence: ArticleSentence


def find_questions(passages: Sequence[Passage]) -> Iterator[SentenceQuestion]:
    """The questions of every pattern that a sentence of some passages answers, in their order."""
    sentences = [ArticleSentence(passage, number) for passage in passages for number in range(len(passage.sentences))]
    names: dict[ArticleSentence, list[str]] = {}
    for mention in find_names(sentences):
        names.setdefault(mention.sentence, []).append(mention.name)
    for sentence, named in names.items():
        text = " ".join(sentence.text.split())
        for pattern in PATTERNS:
            if match := re.match(pattern.opening, text):
                yield from _example(pattern, match.groupdict(), named, sentence)


def _example(
    pattern: QuestionPattern, parts: dict[str, str], names: Sequence[str], sentence: ArticleSentence
) -> Iterator[SentenceQuestion]:
    """The question; none where its name is none of the sentence's names, or where it leans on other sentences."""
    parts = {key: re.sub("^The ", "the ", part) for key, part in parts.items()}
    match = next(filter(None, (name_pattern(name).fullmatch(parts["name"]) for name in names)), None)
    if match is None or not _is_clear(pattern, match["name"], match["whole"], sentence):
        return
    parts["name"] = match["whole"]
    if "verb" in parts and re.search(r"\b(?:did|does)\b", pattern.question):
        parts["verb"] = BASES[parts["verb"]]
    question = pattern.question.format(**parts)
    asked = question.rstrip("?").split()
    leaning = _DEFINITE.search(parts.get("rest", "")) or not _LEANING.isdisjoint(map(fold, asked[1:]))
    if len(asked) <= MOST_WORDS and not leaning:
        yield SentenceQuestion(pattern, question, match["name"], sentence)


def _is_clear(pattern: QuestionPattern, name: str, whole: str, sentence: ArticleSentence) -> bool:
    """Whether a question on the name is sure to be well put: with the article and the tense that it needs."""
    text = sentence.passage.text
    if " " in name and whole == name and f"the {name}" in text:
        return False
    if _may_open_with_a_noun(name, sentence) or (pattern.types == ("person",) and whole != name):
        return False
    return not _OF_THE_LIVING.match(pattern.question) or (" " in name and not _PAST.search(text))


def _may_open_with_a_noun(name: str, sentence: ArticleSentence) -> bool:
    """Whether only its place in the sentence may capitalise the first word: "Prosecutors", "Farmer James Winslade"."""
    may = name.endswith("s") if " " not in name else name.count(" ") > 1
    opens = may and sentence.text.startswith(name)
    return opens and not re.search(rf"[\w,;’'“] {re.escape(name)}\b", sentence.passage.text)
