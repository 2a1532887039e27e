"""Ranked sentences -> confidence: the probability that they hold the answer at all."""

import math
from collections.abc import Sequence

from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.question import ParsedQuestion
from rag.answering.quoting.values import asks_for_measure, extract_value
from rag.text.words import stems

BEST = 3
"""Candidates that the features are computed from."""
CONSTANT = -3.97
WEIGHTS = (3.66, 5.84, -0.29, -0.61, -0.74)
"""Logistic regression over `confidence_features`, fitted by evals/training/confidence.py on 2,800 SQuAD questions, half
of them asked with every passage that holds the answer taken away, and 275 of CLAP NQ: cross-validated AUC .85 and
.89."""


def estimate_confidence(question: ParsedQuestion, candidates: Sequence[Candidate]) -> float:
    """Probability that the best candidates answer the question, 0 to 1; 0 without candidates.

    It rises with the cosine of the nearest sentence and with the share of the question's topic that the best one
    covers. It falls when a name in the question stands in none of them, when none has a value of the expected answer
    type, and when none has a number beside what was to be counted or measured.
    """
    if not candidates:
        return 0.0
    terms = zip(WEIGHTS, confidence_features(question, candidates), strict=True)
    return 1 / (1 + math.exp(-CONSTANT - sum(weight * feature for weight, feature in terms)))


def confidence_features(
    question: ParsedQuestion, candidates: Sequence[Candidate]
) -> tuple[float, float, float, float, float]:
    """The inputs of the logistic model, for at least one candidate: each 0 to 1 (a cosine may be less)."""
    best = candidates[:BEST]
    known = frozenset[str]().union(*(stems(one.text) | stems(one.passage.title) for one in best))
    return (
        max(one.cosine for one in best),
        best[0].coverage * best[0].cosine,
        float(bool(question.names - known)),
        float(question.answer_type is not None and not any(one.has_value for one in best)),
        float(asks_for_measure(question) and not any(extract_value(question, one) for one in best)),
    )
