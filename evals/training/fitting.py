"""Examples -> weights: a logistic regression with all weights but one bounded by 0 from above, cross-validated."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.training.examples import Example
from rag.checking.checker import CEILINGS
from rag.checking.evidence import join_evidence
from rag.checking.examination import examine
from rag.checking.features import COUNTED, FEATURES, LENGTH, extract_features
from rag.checking.judges.shipped import CrossEncoderScore
from rag.checking.rules.quotations import find_verbatim
from rag.evaluation.compare.statistics import FloatArray
from rag.evaluation.trust.cross_validated import example_key, held_out_scores
from rag.logistic import sigmoid

Mask = NDArray[np.bool_]
FoldNumbers = NDArray[np.int64]

RIDGE = 0.003
"""Pull of each standardised weight towards 0; between a third and three times of it changes no set by .005."""
STEPS = 4000
FOLDS = 5


def feature_table(examples: Sequence[Example]) -> FloatArray:
    """One row of features an example: NaN where no evidence sentence shares a word, -1 where it stands verbatim."""
    known = held_out_scores()
    return np.array([_row(one, known) for one in examples])


def _row(one: Example, known: Mapping[str, CrossEncoderScore]) -> list[float]:
    evidence = join_evidence(one.evidence)
    if find_verbatim(one.sentence, evidence.text):
        return [-1.0] * len(FEATURES)
    examination = examine(one.sentence, evidence, one.published)
    if not examination.near:
        return [float("nan")] * len(FEATURES)
    score = known.get(example_key(one.sentence, one.evidence)) or examination.cross_encoder_score()
    features = extract_features(examination.pair, examination.findings, score)
    return [features[name] for name in FEATURES]


def fit_weights(rows: FloatArray, supported: Mask, weights: FloatArray) -> FloatArray:
    """Intercept and one weight a feature, none but the length's above 0, by accelerated projected gradient descent.

    L-BFGS-B of scipy finds the same optimum, weights within .0005; without it the benchmark needs no further package.
    """
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


def predict(model: FloatArray, rows: FloatArray) -> FloatArray:
    """Probabilities of being supported: 0 for rows of NaN, 1 for rows of -1."""
    finite = np.nan_to_num(rows)
    probabilities = sigmoid(model[0] + finite @ model[1:])
    return np.where(np.isnan(rows[:, 0]), 0.0, np.where(rows[:, 0] < 0, 1.0, probabilities))


def cap_scores(scores: FloatArray, rows: FloatArray, supported: float) -> FloatArray:
    """The scores with the checker's ceilings for sentences with findings.

    Args:
        scores: probabilities.
        rows: features.
        supported: the upper threshold, which the ceilings are shares of.
    """
    known = np.nan_to_num(rows)
    for kind, ceiling in CEILINGS.items():
        against = [FEATURES.index(name) for name, (of, _) in COUNTED.items() if of == kind]
        scores = np.where((known[:, against] > 0).any(axis=1), np.minimum(scores, ceiling * supported), scores)
    return scores


def needs_weights(rows: FloatArray) -> Mask:
    """Mask of the rows that the model decides: neither verbatim nor without a common word."""
    return np.asarray(rows[:, 0] >= 0)


def balance_weights(examples: Sequence[Example]) -> FloatArray:
    """Sample weights that balance the sources, and in each the supported half against all failures together."""
    cells = Counter((one.source, one.label) for one in examples)
    failures = Counter(source for source, label in cells if label != "supported")
    halves = {cell: 1.0 if cell[1] == "supported" else 1 / failures[cell[0]] for cell in cells}
    return np.array([halves[one.source, one.label] / cells[one.source, one.label] for one in examples])


def assign_folds(examples: Sequence[Example], seed: int = 6) -> FoldNumbers:
    """Fold of each example, the same for a whole group."""
    chance = np.random.default_rng(seed)
    drawn: dict[str, int] = {}
    return np.array([drawn.setdefault(f"{one.source} {one.group}", int(chance.integers(FOLDS))) for one in examples])


def cross_validate(
    examples: Sequence[Example], rows: FloatArray, held_out: FoldNumbers | NDArray[np.str_], learn: Mask
) -> FloatArray:
    """Probability of each example by a model fitted without its part.

    Args:
        examples: all of them.
        rows: their features.
        held_out: the part that each belongs to.
        learn: mask of the examples that may be fitted to.
    """
    scores = np.zeros(len(examples))
    supported = np.array([one.supported for one in examples])
    for part in np.unique(held_out):
        fitted = (held_out != part) & learn & needs_weights(rows)
        chosen = [one for one, taken in zip(examples, fitted, strict=True) if taken]
        model = fit_weights(rows[fitted], supported[fitted], balance_weights(chosen))
        scores[held_out == part] = predict(model, rows[held_out == part])
    return scores
