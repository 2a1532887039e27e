"""Examples -> weights: a logistic model that nothing against a sentence can make surer, and its cross-validation."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.training.examples import Example
from rag.checking.checker import CEILINGS, examine
from rag.checking.evidence import join_evidence
from rag.checking.features import COUNTED, FEATURES, LENGTH, extract_features
from rag.checking.judges.shipped import CrossEncoderScore
from rag.checking.rules.quotations import find_verbatim
from rag.evaluation.trust.cross_validated import example_key, held_out_scores
from rag.logistic import sigmoid

Floats = NDArray[np.float64]
Split = NDArray[np.bool_]
Parts = NDArray[np.int64]

RIDGE = 0.003
"""Pull of each standardised weight towards 0; between a third and three times of it changes no set by .005."""
STEPS = 4000
FOLDS = 5


def table(examples: Sequence[Example]) -> Floats:
    """Features of each example; a row of NaN where no evidence sentence shares a word, of -1 where it is verbatim."""
    known = held_out_scores()
    return np.array([_row(one, known) for one in examples])


def _row(one: Example, known: Mapping[str, CrossEncoderScore]) -> list[float]:
    held = join_evidence(one.evidence)
    if find_verbatim(one.sentence, held.text):
        return [-1.0] * len(FEATURES)
    examination = examine(one.sentence, held, one.published)
    if not examination.near:
        return [float("nan")] * len(FEATURES)
    score = known.get(example_key(one.sentence, one.evidence)) or examination.cross_encoder_score()
    made = extract_features(examination.pair, examination.findings, score)
    return [made[name] for name in FEATURES]


def fit(rows: Floats, supported: Split, weights: Floats) -> Floats:
    """Intercept and one weight a feature, none but the length's above 0, by accelerated projected gradient descent."""
    scale = rows.std(axis=0) + 1e-9
    design, target = rows / scale, supported.astype(np.float64)
    weights = weights / weights.sum()
    highest = np.where(np.array(FEATURES) == LENGTH, np.inf, 0.0)
    step = 1 / (0.25 * (weights @ (design**2).sum(axis=1) + 1) + RIDGE)
    now = ahead = np.zeros(rows.shape[1] + 1)
    for number in range(STEPS):
        error = weights * (sigmoid(ahead[0] + design @ ahead[1:]) - target)
        slope = np.concatenate(([error.sum()], design.T @ error + RIDGE * ahead[1:]))
        then, now = now, ahead - step * slope
        now[1:] = np.minimum(now[1:], highest)
        ahead = now + number / (number + 3) * (now - then)
    return np.concatenate((now[:1], now[1:] / scale))


def probabilities(model: Floats, rows: Floats) -> Floats:
    """Of being supported: 0 for rows of NaN, 1 for rows of -1."""
    known = np.nan_to_num(rows)
    found = sigmoid(model[0] + known @ model[1:])
    return np.where(np.isnan(rows[:, 0]), 0.0, np.where(rows[:, 0] < 0, 1.0, found))


def capped(scores: Floats, rows: Floats, supported: float) -> Floats:
    """Probabilities held down, as the checker does it, where there is something against a sentence."""
    known = np.nan_to_num(rows)
    for kind, ceiling in CEILINGS.items():
        against = [FEATURES.index(name) for name, (of, _) in COUNTED.items() if of == kind]
        scores = np.where((known[:, against] > 0).any(axis=1), np.minimum(scores, ceiling * supported), scores)
    return scores


def learnable(rows: Floats) -> Split:
    """Rows that the model is asked about."""
    return np.asarray(rows[:, 0] >= 0)


def evenly(examples: Sequence[Example]) -> Floats:
    """Weights by which each source counts alike: half of it supported, its kinds of failure sharing the other half."""
    cells = Counter((one.source, one.label) for one in examples)
    failures = Counter(source for source, label in cells if label != "supported")
    halves = {cell: 1.0 if cell[1] == "supported" else 1 / failures[cell[0]] for cell in cells}
    return np.array([halves[one.source, one.label] / cells[one.source, one.label] for one in examples])


def folds(examples: Sequence[Example], seed: int = 6) -> Parts:
    """A fold for each example, the same for all of one claim or article."""
    chance = np.random.default_rng(seed)
    drawn: dict[str, int] = {}
    return np.array([drawn.setdefault(f"{one.source} {one.group}", int(chance.integers(FOLDS))) for one in examples])


def cross_validated(
    examples: Sequence[Example], rows: Floats, held_out: Parts | NDArray[np.str_], learn: Split
) -> Floats:
    """Probability of each example by a model that saw none of its part.

    Args:
        examples: all of them.
        rows: their features.
        held_out: the part that each belongs to.
        learn: those that may be learnt from.
    """
    found = np.zeros(len(examples))
    supported = np.array([one.supported for one in examples])
    for part in np.unique(held_out):
        seen = (held_out != part) & learn & learnable(rows)
        chosen = [one for one, taken in zip(examples, seen, strict=True) if taken]
        model = fit(rows[seen], supported[seen], evenly(chosen))
        found[held_out == part] = probabilities(model, rows[held_out == part])
    return found
