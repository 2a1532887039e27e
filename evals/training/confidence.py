"""Labelled questions -> rag/answering/quoting/confidence.json, the weights of the confidence.

    python -m evals.training.confidence DATA

DATA is that of evals/benchmarks/answers.py. A SQuAD question is ranked twice: with all hits, and without those that
hold its answer, as for articles that are on the topic of a question but do not answer it.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.answers import QuestionResult, abstention_auc, ask_clapnq, ask_questions, squad
from rag.answering.quoting import CONFIDENCE_FILE, confidence_features, rank
from rag.embedding import Embedder, open_embedder
from rag.logistic import sigmoid
from rag.settings import Settings

QUESTIONS = 1400
"""SQuAD questions, each ranked twice."""
RIDGE, STEPS, FOLDS = 1e-3, 50, 5
Matrix = NDArray[np.float64]


class LabelledQuestions(NamedTuple):
    """The questions of one set as features."""

    names: tuple[str, ...]
    """Of the columns."""
    features: Matrix
    """One row a question."""
    answerable: NDArray[np.bool_]


def fit_logistic(features: Matrix, answerable: NDArray[np.bool_], strength: float = RIDGE) -> Matrix:
    """Intercept and weights of a ridge logistic regression, by Newton's method on standardised features.

    Args:
        features: one row an example.
        answerable: whether each is of the positive class.
        strength: of the ridge, for each example.
    """
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    inputs = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    ridge = strength * len(features) * np.diag([0.0] + [1.0] * features.shape[1])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        guess = sigmoid(inputs @ weights)
        slope = inputs.T @ (guess - answerable) + ridge @ weights
        weights = weights - np.linalg.solve((inputs * (guess * (1 - guess))[:, None]).T @ inputs + ridge, slope)
    scaled = weights[1:] / spread
    return np.concatenate([[weights[0] - scaled @ mean], scaled])


def labelled_squad(data: Path, scratch: Path) -> LabelledQuestions:
    """SQuAD's answerable questions, each with and without the hits that hold its answer."""
    questions = [question for question in squad(data / "squad" / "questions.jsonl") if question.answerable]
    chosen = random.Random(2).sample(questions, QUESTIONS)
    results = ask_questions(data / "squad" / "articles", chosen, Settings(index_dir=scratch / "squad"))
    rows = [*_features(results), *_features(results, without_answer=True)]
    return _to_matrix(rows, np.repeat([True, False], len(results)))


def labelled_clapnq(data: Path, scratch: Path) -> LabelledQuestions:
    """CLAP NQ's questions, of which some have no answer in the passages."""
    results = ask_clapnq(data / "clapnq.jsonl", scratch)
    return _to_matrix(_features(results), np.array([result.question.answerable for result in results]))


def _to_matrix(rows: list[dict[str, float]], answerable: NDArray[np.bool_]) -> LabelledQuestions:
    return LabelledQuestions(tuple(rows[0]), np.array([list(row.values()) for row in rows]), answerable)


def _features(results: Iterable[QuestionResult], *, without_answer: bool = False) -> list[dict[str, float]]:
    rows = []
    for result in results:
        hits = [
            hit
            for hit in result.hits
            if not (
                without_answer and _overlaps_answer(result, hit.passage.article, hit.passage.start, hit.passage.end)
            )
        ]
        ranking = rank(result.question.question, hits)
        rows.append(confidence_features(ranking.question, ranking.candidates))
    return rows


def _overlaps_answer(result: QuestionResult, article: str, start: int, end: int) -> bool:
    question = result.question
    return article == question.article and any(start < last and first < end for first, last in question.spans)


def fit_confidence(sets: Mapping[str, LabelledQuestions], embedder: Embedder) -> dict[str, object]:
    """The content of confidence.json: the weights fitted to all sets, and where they come from."""
    features = np.concatenate([one.features for one in sets.values()])
    answerable = np.concatenate([one.answerable for one in sets.values()])
    names = next(iter(sets.values())).names
    intercept, *weights = fit_logistic(features, answerable).round(2).tolist()
    return {
        "made by": "python -m evals.training.confidence DATA",
        "learnt from": {name: len(one.answerable) for name, one in sets.items()},
        "AUC, 5-fold cross-validated": _cross_validated(sets, features, answerable),
        "embedder": {"name": embedder.name, "fingerprint": embedder.fingerprint},
        "intercept": intercept,
        "weights": dict(zip(names, weights, strict=True)),
    }


def _cross_validated(
    sets: Mapping[str, LabelledQuestions], features: Matrix, answerable: NDArray[np.bool_]
) -> dict[str, float]:
    """AUC by set, each question scored by weights that were not fitted to it."""
    origin = np.concatenate([np.full(len(one.answerable), name) for name, one in sets.items()])
    folds = np.random.default_rng(0).permutation(len(answerable)) % FOLDS
    scores = np.empty(len(answerable))
    for fold in range(FOLDS):
        weights = fit_logistic(features[folds != fold], answerable[folds != fold])
        scores[folds == fold] = features[folds == fold] @ weights[1:] + weights[0]
    return {
        name: round(abstention_auc(scores[origin == name].tolist(), answerable[origin == name].tolist()), 3)
        for name in sets
    }


def main() -> None:
    """Fit the weights and write them beside the code that reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        sets = {"SQuAD": labelled_squad(data, scratch), "CLAP NQ": labelled_clapnq(data, scratch)}
    content = json.dumps(fit_confidence(sets, open_embedder(Settings())), indent=2)
    CONFIDENCE_FILE.write_text(f"{content}\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
