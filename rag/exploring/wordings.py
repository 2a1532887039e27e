"""Question -> how it is worded: the words for articles and views in it, its topic, and the wordings of requests.txt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.exploring.mention_wordings import asks_which_lack, asks_which_mention, name_articles
from rag.text.words import STOP_WORDS, Word, words

WORDINGS_FILE = Path(__file__).with_name("requests.txt")
_ARTICLES = frozenset("articles docs texts folder corpus".split())
"""Words for all that is indexed."""
_ARTICLE = frozenset(
    "article document documents doc file files collection text source sources paper report reports story stories piece"
    " one".split()
)
"""Words for one or more articles, most of which mean other things as often."""
_ASKS_FOR_VIEW = re.compile(
    r"\b(?:summar|overview|timeline|time line|chronolog|compar|contrast|tl;?dr|gist|recap|outline|sum up|brief me"
    r"|list\b|names\b|mentioned\b|comes? up\b|themes?\b|key (?:points|dates|players)|who'?s who)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\W*(?!(?:can|could|will|would) you\b)"
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|in|on|at|of|to|from|for|by|the|a|an)\b",
    re.IGNORECASE,
)
"""How a question opens that is no order."""
_WHICH_MENTION = frozenset("mention mentioned discuss name come appear please pls thanks".split())
_PLURAL = re.compile(r"\b(?:docs|documents|files)\b", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(?:doc|document|file|text|piece|story)\b", re.IGNORECASE)
_TOPIC = "X"
_BEFORE_TOPICS = frozenset("of on about in for regarding re around concerning".split())
_ALL = frozenset("here there it them".split())
"""What a preposition can be about instead: "in there mate"."""


@dataclass(frozen=True, slots=True)
class _Wordings:
    kinds: tuple[str, ...]
    texts: tuple[str, ...]
    vocabulary: frozenset[str]
    """Stems of the words of every wording."""


@lru_cache(maxsize=1)
def load_wordings() -> _Wordings:
    """The wordings of requests.txt, each with its kind."""
    kinds, texts, kind = [], [], ""
    for line in map(str.strip, WORDINGS_FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            kinds.append(kind)
            texts.append(line)
    vocabulary = frozenset(word.stem for text in (*texts, *_ARTICLES, *_ARTICLE) for word in words(text))
    return _Wordings(tuple(kinds), tuple(texts), vocabulary)


@dataclass(frozen=True, slots=True)
class QuestionWording:
    """How a question is worded."""

    question: str
    """As the user asks it, or as `name_articles` words it."""
    topics: tuple[Word, ...]
    """Its words that are of no wording: names, numbers, and what the articles are about."""
    names_all: bool
    """It has a word for all that is indexed."""
    names_article: bool
    """It has a word for one or more articles."""
    asks_for_view: bool
    """It has a word for a summary, a list and the like."""
    opens_as_question: bool
    """It is no order."""
    asks_which: bool
    """It asks which articles mention what it is about, or which do not."""
    asks_which_lack: bool
    """It asks which do not."""

    @property
    def speaks(self) -> bool:
        """Whether it speaks of articles or of a view of them."""
        return self.names_all or self.names_article or self.asks_for_view

    @property
    def is_order(self) -> bool:
        """Whether it asks for a view without being a question."""
        return self.asks_for_view and not self.opens_as_question

    @property
    def framed(self) -> str:
        """The question with each run of topical words, and the small words between them, as one X."""
        framed = _PLURAL.sub("articles", _replace_topics(self.question, self.topics))
        return _SINGULAR.sub("article", framed) if self.is_order else framed


def read_wording(question: str) -> QuestionWording:
    """How a question, as the user asks it, is worded."""
    asks_which, lack = asks_which_mention(question), asks_which_lack(question)
    question = name_articles(question) if asks_which else question
    folded = {word.folded for word in words(question)}
    return QuestionWording(
        question,
        _mentioned_words(question) if asks_which else topic_words(question),
        names_all=bool(folded & _ARTICLES),
        names_article=bool(folded & _ARTICLE),
        asks_for_view=_ASKS_FOR_VIEW.search(question) is not None,
        opens_as_question=_ASKING.match(question) is not None,
        asks_which=asks_which,
        asks_which_lack=lack,
    )


def topic_words(question: str, frame: frozenset[str] = frozenset()) -> tuple[Word, ...]:
    """The words of no wording and of no further ones, given by their stems, that requests are made of."""
    known = load_wordings().vocabulary | frame
    return tuple(word for word in words(question) if word.stem not in known and word.folded not in STOP_WORDS)


def _mentioned_words(question: str) -> tuple[Word, ...]:
    """The words of what articles are to mention, also those of other wordings: "the treaty"."""
    said = (one for one in words(question) if one.start > question.index("articles"))
    return tuple(one for one in said if not {one.folded, one.stem} & (_WHICH_MENTION | STOP_WORDS))


def marked_topic(question: str, frame: frozenset[str]) -> str:
    """The topical words after "of", "about" and the like, without short numbers: in slang most others are no topic.

    Args:
        question: as the user asks it.
        frame: stems of further words that are no topic.
    """
    topics = [word for word in topic_words(question, frame) if not (word.folded.isdigit() and len(word.folded) < 4)]
    marked = [run for run in _runs(question, topics) if _follows_preposition(question[: run[0]])]
    return question[marked[0][0] : marked[-1][1]] if marked else ""


def _follows_preposition(before: str) -> bool:
    for word in reversed(words(before)):
        if word.folded in _BEFORE_TOPICS or word.folded in _ALL or word.folded not in STOP_WORDS:
            return word.folded in _BEFORE_TOPICS
    return False


def topic_span(question: str, topics: Sequence[Word]) -> str:
    """The question from the first topical word to the last; empty without any."""
    return question[topics[0].start : topics[-1].end] if topics else ""


def _replace_topics(question: str, topics: Sequence[Word]) -> str:
    framed, at = "", 0
    for start, end in _runs(question, topics):
        framed += question[at:start] + _TOPIC
        at = end
    return framed + question[at:]


def _runs(question: str, topics: Sequence[Word]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for word in topics:
        between = words(question[runs[-1][1] : word.start]) if runs else ()
        joined = runs and all(one.folded in STOP_WORDS and one.folded not in _JOINS for one in between)
        if joined:
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return runs


_JOINS = frozenset("and or with to from than versus vs w".split())
"""Small words that part two topics: "compare X and X"."""
