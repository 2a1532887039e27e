"""Question that nothing answers -> the view of the articles that it asks for: a softmax regression over its meaning.

Its inputs are the question's vector, that of the question with its topic replaced by X, and its words and marks.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.exploring.wordings import marked_topic, read_wording, topic_span, topic_words
from rag.logistic import softmax
from rag.text.words import words

CLASSIFIER_FILE = Path(__file__).with_name("request_classifier.json")
"""Written by evals/training/requests.py: the weights, and how often they are right on lines never seen."""
QUESTION = "question"
"""The class of what is no request."""
MARK_VALUE = 0.5
"""Value of a mark or word that a question has, beside vectors of unit length."""
MOST_WORDS, MOST_TOPICS = 12, 4
"""Words, and those of a topic, from which on a question counts as long."""


def embed_questions(questions: Sequence[str], embedder: Embedder) -> NDArray[np.float64]:
    """One row a question: its vector, then that of the question with its topic as X.

    Args:
        questions: as users ask them.
        embedder: the shipped one.
    """
    framed = [read_wording(question).framed for question in questions]
    vectors = embedder.embed_query([*questions, *framed]).astype(np.float64)
    return np.concatenate([vectors[: len(questions)], vectors[len(questions) :]], axis=1)


def read_marks(question: str) -> dict[str, float]:
    """How a question is worded, as numbers from 0 to 1, by their names."""
    wording = read_wording(question)
    return {
        "names all articles": float(wording.names_all),
        "names an article": float(wording.names_article),
        "asks for a view": float(wording.asks_for_view),
        "opens as a question": float(wording.opens_as_question),
        "has no topic": float(not wording.topics),
        "words of the topic": min(len(wording.topics), MOST_TOPICS) / MOST_TOPICS,
        "words": min(len(words(question)), MOST_WORDS) / MOST_WORDS,
    }


def read_words(question: str) -> frozenset[str]:
    """The stems of a question and each pair of neighbours, the first with ^ as the beginning."""
    stems = [word.stem for word in words(question)]
    return frozenset([*stems, *(f"{before} {stem}" for before, stem in zip(["^", *stems], stems, strict=False))])


@dataclass(frozen=True, slots=True)
class RequestClassifier:
    """The regression and the embedder whose vectors it was fitted to."""

    kinds: tuple[str, ...]
    """QUESTION first, then headings of requests.txt."""
    intercepts: NDArray[np.float64]
    """Shape (kinds,)."""
    vector_weights: NDArray[np.float64]
    """Shape (2 x dimension, kinds), as `embed_questions`."""
    mark_weights: dict[str, NDArray[np.float64]]
    """One row for each name of `read_marks`."""
    word_weights: dict[str, NDArray[np.float64]]
    """One row for each of `read_words` that counts."""
    frame: frozenset[str]
    """Stems of the words that requests are made of, whatever their topic."""
    least_probability: float
    """Of being any request, from which on a refused question is taken for one."""
    fingerprint: str
    """As `Embedder.fingerprint`."""

    def fits(self, embedder: Embedder) -> bool:
        """Whether the weights were fitted to the vectors of this embedder."""
        return embedder.fingerprint == self.fingerprint

    def probabilities(self, question: str, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each kind, for a question and its row of `embed_questions`."""
        marked = [MARK_VALUE * value * self.mark_weights[name] for name, value in read_marks(question).items()]
        worded = [MARK_VALUE * self.word_weights[word] for word in read_words(question) if word in self.word_weights]
        return softmax(self.intercepts + vector @ self.vector_weights + np.sum([*marked, *worded], axis=0))

    def classify(self, question: str, embedder: Embedder) -> tuple[str, float]:
        """The likeliest kind of request, and how likely the question is to be any, 0 to 1."""
        shares = self.probabilities(question, embed_questions([question], embedder)[0])
        return self.kinds[1 + int(shares[1:].argmax())], float(1 - shares[0])

    def topic(self, question: str, kind: str) -> str:
        """What a request is about, empty where it is about all: "timeline of the kosovo thing" gives "kosovo".

        Args:
            question: as the user asks it.
            kind: of `classify`; a comparison's topic names both sides.
        """
        if kind == "comparison":
            return topic_span(question, topic_words(question, self.frame))
        return marked_topic(question, self.frame)


@lru_cache(maxsize=1)
def load_classifier() -> RequestClassifier:
    """The classifier that comes with the package."""
    content = json.loads(CLASSIFIER_FILE.read_text(encoding="utf-8"))
    return RequestClassifier(
        tuple(content["kinds"]),
        np.array(content["intercepts"]),
        np.array(content["vectors"]),
        {name: np.array(row) for name, row in content["marks"].items()},
        {word: np.array(row) for word, row in content["words"].items()},
        frozenset(content["frame"]),
        content["least probability"],
        content["embedder"],
    )
