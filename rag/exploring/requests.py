"""Question -> request: whether it asks for a view of the articles, about them, or nothing at all, and about what.

Only a question that speaks of articles, also by a pronoun ("which of them mention owls"), or of a summary, a list and
the like, or that has no topic at all, is compared by meaning with the wordings of requests.txt, its topic replaced by X
in both, so that new wordings are understood and new topics do not matter. Every other is a question to the sentences of
the articles; what they do not answer, a classifier looks at.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rag.embedding import Embedder, Vectors
from rag.exploring.request_classifier import load_classifier
from rag.exploring.wordings import QuestionWording, load_wordings, read_wording, topic_span

CONTENT = "content"
"""The kind of a question that the sentences of the articles answer."""
LACKING = "lacking"
"""The kind of a question for the articles that do not mention something."""
SURE_COSINE, LEAST_COSINE, ALONE_COSINE = 0.87, 0.76, 0.6
"""Cosine with a wording from which on a question is taken for its kind: the middle one where it speaks of all articles
or is an order ("timeline of the war"), the lowest where it has no topic. Of 76,326 questions to paragraphs that had no
part in choosing them, 40 are taken for requests (evals/benchmarks/requests.py)."""
REFUSED_COSINE, LEAST_LIKELY = 0.72, 0.3
"""The same where the sentences of the articles do not answer, for the kinds UNCLASSIFIED, and the least probability of
being a request: of 450 questions that were chosen to look like requests it leaves 3, without it there are 16."""
SURE_REQUEST = 0.9
"""Least probability where the nearest sentences are shown otherwise: none of those 450 questions has it in five folds,
but 59 % of the requests do, with their kind."""
UNCLASSIFIED = ("mentions", "author", "published", "newest", "oldest")
"""Kinds that the classifier does not tell apart."""
MARGIN = 0.02
"""How much nearer it must be than any wording of a question of content."""
_SOCIAL = re.compile(
    r"\W*(?:hi|hello|hey|good|great|thanks?|thx|ok|okay|cool|nice|perfect|bye|help|are you|who are you|what are you"
    r"|what can (?:you|i)|how are you)\b",
    re.IGNORECASE,
)
"""How what is said to rag itself opens, also in the middle of a conversation."""


@dataclass(frozen=True, slots=True)
class FolderRequest:
    """What a question asks for."""

    kind: str
    """A heading of requests.txt, or LACKING."""
    topic: str
    """The words of the question that are no wording: "the border crossings"; empty without any."""
    score: float
    """Cosine with the nearest wording of the kind; of a refused question the probability that it is a request."""


class RequestParser:
    """Finds out what questions ask for.

    Args:
        open_shipped: gives the shipped embedder, whose cosines the thresholds were chosen for; called when needed.
    """

    def __init__(self, open_shipped: Callable[[], Embedder]) -> None:
        self._open_shipped = open_shipped
        self._vectors: Vectors | None = None

    def parse(self, question: str, *, follows: bool = False) -> FolderRequest:
        """The request that a question makes; of the kind CONTENT for all that the sentences are to answer.

        Args:
            question: as the user asks it.
            follows: whether there are earlier turns, which a question without a topic and without a word for the
                articles then follows up on.
        """
        wording = read_wording(question)
        if _leans(wording):
            return FolderRequest(CONTENT, "", 0.0)
        if wording.asks_which_lack:
            return FolderRequest(LACKING, topic_span(wording.question, wording.topics), 1.0)
        if not wording.speaks and (wording.topics or (follows and not _SOCIAL.match(question))):
            return FolderRequest(CONTENT, "", 0.0)
        of_all = wording.is_order or wording.names_all
        return self._nearest(wording, _least_cosine(of_all=of_all, alone=not wording.topics))

    def parse_unanswered(self, question: str, *, refused: bool = True) -> FolderRequest:
        """The request that a question makes which the sentences of the articles do not answer for sure.

        Args:
            question: as the user asks it.
            refused: whether nothing is shown otherwise; the nearest sentences give way to a SURE_REQUEST request only.
        """
        classifier, embedder = load_classifier(), self._open_shipped()
        if not classifier.fits(embedder) or _leans(read_wording(question)):
            return FolderRequest(CONTENT, "", 0.0)
        kind, probability = classifier.classify(question, embedder)
        if probability >= (classifier.least_probability if refused else SURE_REQUEST):
            return FolderRequest(kind, classifier.topic(question, kind), probability)
        if refused and probability >= LEAST_LIKELY:
            nearest = self._nearest(read_wording(question), REFUSED_COSINE)
            if nearest.kind in UNCLASSIFIED:
                return nearest
        return FolderRequest(CONTENT, "", probability)

    def _nearest(self, wording: QuestionWording, least: float) -> FolderRequest:
        cosines = self._wordings() @ self._open_shipped().embed_query([wording.framed])[0]
        return _nearest(cosines, least, topic_span(wording.question, wording.topics))

    def _wordings(self) -> Vectors:
        if self._vectors is None:
            self._vectors = self._open_shipped().embed_query(load_wordings().texts)
        return self._vectors


def _leans(wording: QuestionWording) -> bool:
    """Whether only earlier turns say whom it is about: "which of them mention him"."""
    return wording.asks_which and not wording.topics


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
