"""Ranked sentences -> confidence: how likely it is that they hold the answer at all."""

import math
from collections.abc import Sequence

from rag.answering.quoting.question import Asked
from rag.answering.quoting.ranking import Candidate
from rag.answering.quoting.values import measures, value
from rag.text.words import stems

BEST = 3
"""Sentences looked at."""
CONSTANT = -3.97
WEIGHTS = (3.66, 5.84, -0.29, -0.61, -0.74)
"""Logistic regression over `features`, fitted by evals/training/confidence.py on 2,800 SQuAD questions, half
of them asked with every passage that holds the answer taken away, and 275 of CLAP NQ: cross-validated AUC .85 and
.89."""


def confidence(asked: Asked, ranked: Sequence[Candidate]) -> float:
    """Probability that the best sentences answer the question, 0 to 1.

    It rises with the cosine of the nearest sentence and with how much of the question's topic the best one tells; it
    falls when a name in the question stands in none of them, when none has the kind of value asked for, and when none
    has a number beside what was to be counted or measured.
    """
    if not ranked:
        return 0.0
    told = zip(WEIGHTS, features(asked, ranked), strict=True)
    return 1 / (1 + math.exp(-CONSTANT - sum(weight * feature for weight, feature in told)))


def features(asked: Asked, ranked: Sequence[Candidate]) -> tuple[float, float, float, float, float]:
    """What confidence rests on, for at least one ranked sentence: each 0 to 1 (a cosine may be less)."""
    best = ranked[:BEST]
    known = frozenset[str]().union(*(stems(one.text) | stems(one.passage.title) for one in best))
    return (
        max(one.cosine for one in best),
        best[0].coverage * best[0].cosine,
        float(bool(asked.names - known)),
        float(asked.kind is not None and not any(one.answers for one in best)),
        float(measures(asked) and not any(value(asked, one) for one in best)),
    )
