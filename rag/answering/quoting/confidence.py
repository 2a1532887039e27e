"""Ranked sentences -> confidence: the probability that they hold the answer at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.question import ParsedQuestion
from rag.answering.quoting.values import asks_for_measure, extract_value
from rag.logistic import LogisticModel
from rag.text.words import stems

CONFIDENCE_FILE = Path(__file__).with_name("confidence.json")
"""Written by evals/training/confidence.py: the weights, what they were fitted to, and the measured accuracy."""
BEST = 3
"""Candidates that the features are computed from."""


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """The logistic model of confidence and the embedder whose cosines it was fitted to.

    The other thresholds on cosines were chosen with the same embedder: LEAST_SPREAD in rag/retrieval.py, NEAR and
    ALIKE in disagreements.py.
    """

    logistic: LogisticModel
    embedder: str
    """Name of the embedder."""
    fingerprint: str
    """As `Embedder.fingerprint`; with another embedder, the confidence is not calibrated."""


@lru_cache(maxsize=1)
def confidence_model() -> ConfidenceModel:
    """The model that comes with the package."""
    embedder = json.loads(CONFIDENCE_FILE.read_text(encoding="utf-8"))["embedder"]
    return ConfidenceModel(LogisticModel.load(CONFIDENCE_FILE), embedder["name"], embedder["fingerprint"])


def estimate_confidence(question: ParsedQuestion, candidates: Sequence[Candidate]) -> float:
    """Probability that the best candidates answer the question, 0 to 1; 0 without candidates.

    It rises with the cosine of the nearest sentence and with the share of the question's topic that the best one
    covers. It falls when a name in the question stands in none of them, when none has a value of the expected answer
    type, and when none has a number beside what was to be counted or measured.
    """
    if not candidates:
        return 0.0
    return confidence_model().logistic.probability(confidence_features(question, candidates))


def reader_features(
    question: ParsedQuestion, marked: Sequence[Candidate], scored: Sequence[Candidate]
) -> dict[str, float]:
    """The inputs of the logistic model over a reader's logits, beside those without a reader.

    Args:
        question: the question.
        marked: the candidates in the order of the reader, each with its mark; at least one.
        scored: the same candidates in the order of words and cosines.
    """
    marks = [candidate.mark for candidate in marked if candidate.mark]
    passages = sorted({(one.passage.key, one.mark.passage) for one in marked if one.mark}, key=lambda pair: -pair[1])
    return {
        "best sentence logit": marks[0].sentence,
        "best over none": marks[0].sentence - marks[0].none,
        "best margin": marks[0].margin,
        "passage logit of the best sentence": marks[0].passage,
        "best score": marked[0].score,
        "second score": marked[1].score if len(marked) > 1 else 0.0,
        "highest passage logit": passages[0][1],
        "second passage logit": passages[min(1, len(passages) - 1)][1],
        **confidence_features(question, scored),
    }


def confidence_features(question: ParsedQuestion, candidates: Sequence[Candidate]) -> dict[str, float]:
    """The inputs of the logistic model, for at least one candidate: each 0 to 1 (a cosine may be less)."""
    best = candidates[:BEST]
    known = frozenset[str]().union(*(stems(one.text) | stems(one.passage.title) for one in best))
    return {
        "nearest cosine": max(one.cosine for one in best),
        "topic covered, times cosine": best[0].coverage * best[0].cosine,
        "name missing": float(bool(question.names - known)),
        "value missing": float(question.answer_type is not None and not any(one.has_value for one in best)),
        "measure missing": float(asks_for_measure(question) and not any(extract_value(question, one) for one in best)),
    }
