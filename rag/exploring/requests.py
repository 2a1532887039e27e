"""Question -> request: whether it asks for a view of the articles, about them, or nothing at all, and about what.

Only a question that speaks of articles or of a summary, a list and the like, or that has no topic at all, is looked
at: every other is a question to the sentences of the articles. What is looked at is compared by meaning with the
wordings of requests.txt, its topic replaced by X in both, so that new wordings are understood and new topics do not
matter.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag.embedding import Embedder, Vectors
from rag.text.words import STOP_WORDS, Word, words

WORDINGS_FILE = Path(__file__).with_name("requests.txt")
CONTENT = "content"
"""The kind of a question that the sentences of the articles answer."""
SURE_COSINE, LEAST_COSINE, ALONE_COSINE = 0.87, 0.76, 0.6
"""Cosine with a wording from which on a question is taken for its kind: the middle one where it speaks of all articles
or is an order ("timeline of the war"), the lowest where it has no topic. Of 76,326 questions to paragraphs that had no
part in choosing them, 40 are taken for requests (evals/benchmarks/requests.py)."""
REFUSED_COSINE = 0.72
"""The same where the sentences of the articles do not answer: a question is then looked at whatever it speaks of."""
MARGIN = 0.02
"""How much nearer it must be than any wording of a question of content."""
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
_SOCIAL = re.compile(
    r"\W*(?:hi|hello|hey|good|great|thanks?|thx|ok|okay|cool|nice|perfect|bye|help|are you|who are you|what are you"
    r"|what can (?:you|i)|how are you)\b",
    re.IGNORECASE,
)
"""How what is said to rag itself opens, also in the middle of a conversation."""
_PLURAL = re.compile(r"\b(?:docs|documents|files)\b", re.IGNORECASE)
_SINGULAR = re.compile(r"\b(?:doc|document|file|text|piece|story)\b", re.IGNORECASE)
_TOPIC = "X"


@dataclass(frozen=True, slots=True)
class FolderRequest:
    """What a question asks for."""

    kind: str
    """A heading of requests.txt."""
    topic: str
    """The words of the question that are no wording: "the border crossings"; empty without any."""
    cosine: float
    """With the nearest wording of the kind."""


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


class RequestParser:
    """Finds out what questions ask for.

    Args:
        open_shipped: gives the shipped embedder, whose cosines the thresholds were chosen for; called when needed.
    """

    def __init__(self, open_shipped: Callable[[], Embedder]) -> None:
        self._open_shipped = open_shipped
        self._vectors: Vectors | None = None

    def parse(self, question: str, *, follows: bool = False, refused: bool = False) -> FolderRequest:
        """The request that a question makes; of the kind CONTENT for all that the sentences are to answer.

        Args:
            question: as the user asks it.
            follows: whether there are earlier turns, which a question without a topic and without a word for the
                articles then follows up on.
            refused: whether the sentences do not answer it.
        """
        topics = _topic_words(question)
        folded = {word.folded for word in words(question)}
        speaks = bool(folded & (_ARTICLES | _ARTICLE)) or _ASKS_FOR_VIEW.search(question) is not None
        if not (speaks or refused) and (topics or (follows and not _SOCIAL.match(question))):
            return FolderRequest(CONTENT, "", 0.0)
        is_order = _ASKING.match(question) is None and _ASKS_FOR_VIEW.search(question) is not None
        framed = _PLURAL.sub("articles", _replace_topics(question, topics))
        framed = _SINGULAR.sub("article", framed) if is_order else framed
        cosines = self._wordings() @ self._open_shipped().embed_query([framed])[0]
        of_all = is_order or bool(folded & _ARTICLES)
        least = REFUSED_COSINE if refused else _least_cosine(of_all=of_all, alone=not topics)
        return _nearest(cosines, least, _topic(question, topics))

    def _wordings(self) -> Vectors:
        if self._vectors is None:
            self._vectors = self._open_shipped().embed_query(load_wordings().texts)
        return self._vectors


def _least_cosine(*, of_all: bool, alone: bool) -> float:
    if alone:
        return ALONE_COSINE
    return LEAST_COSINE if of_all else SURE_COSINE


def _nearest(cosines: Vectors, least: float, topic: str) -> FolderRequest:
    kinds = load_wordings().kinds
    of_content = np.array([kind == CONTENT for kind in kinds])
    best = int(np.where(of_content, -1, cosines).argmax())
    cosine = float(cosines[best])
    if cosine < least or cosine < float(cosines[of_content].max()) + MARGIN:
        return FolderRequest(CONTENT, "", float(cosines[of_content].max()))
    return FolderRequest(kinds[best], topic, cosine)


def _topic_words(question: str) -> tuple[Word, ...]:
    """The words that are not of any wording: names, numbers, and what the articles are about."""
    vocabulary = load_wordings().vocabulary
    return tuple(word for word in words(question) if word.stem not in vocabulary and word.folded not in STOP_WORDS)


def _replace_topics(question: str, topics: Sequence[Word]) -> str:
    """The question with each run of topical words, and the small words between them, as one X."""
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


def _topic(question: str, topics: Sequence[Word]) -> str:
    return question[topics[0].start : topics[-1].end] if topics else ""
