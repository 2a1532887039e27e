"""Passages and questions that the reader learns from, and whether a sentence holds an answer."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

_PUNCTUATION = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A run of sentences of one article."""

    article: str
    title: str
    sentences: tuple[str, ...]
    published: date | None = None


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question about a passage and its labels."""

    text: str
    source: str
    """The labelled set."""
    passage: int
    """Number of the passage in its corpus."""
    gold: tuple[int, ...]
    """Sentences that answer; empty when none does or when they are not labelled."""
    answers: tuple[str, ...]
    answerable: bool
    pair: str = ""
    """Shared with the question that differs from it in being answerable; empty when there is none."""


@dataclass(slots=True)
class QuestionCorpus:
    """Everything to learn from; passages and questions are numbered in the order in which they are added."""

    passages: list[LabelledPassage] = field(default_factory=list)
    questions: list[LabelledQuestion] = field(default_factory=list)
    articles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers of each article's passages, in its order."""
    _numbers: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)

    def add_passage(self, passage: LabelledPassage) -> int:
        """Number of a passage; one with the same sentences of the same article is added once."""
        key = (passage.article, passage.sentences)
        if key not in self._numbers:
            self._numbers[key] = len(self.passages)
            self.articles[passage.article].append(len(self.passages))
            self.passages.append(passage)
        return self._numbers[key]


@lru_cache(maxsize=400_000)
def normalize_text(text: str) -> str:
    """Lower-case words, separated and surrounded by single spaces."""
    return f" {_PUNCTUATION.sub(' ', text.lower()).strip()} "


def contains_answer(sentence: str, answers: Iterable[str]) -> bool:
    """Whether a sentence has the words of one of the answers."""
    return any(
        normalize_text(answer) in normalize_text(sentence) for answer in answers if normalize_text(answer).strip()
    )
