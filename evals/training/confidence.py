"""Labelled questions -> the coefficients in rag/answering/quoting/confidence.py.

    python -m evals.training.confidence FOLDER

FOLDER is that of evals/benchmarks/answers.py.
A SQuAD question is asked twice: of all hits, and of those that do not hold
its answer, which is what a question looks like when the articles are on its topic but do not say.
"""

import argparse
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.answers import Asked, ask, ask_clapnq, auc, squad
from rag.answering.quoting import confidence_features, rank
from rag.logistic import sigmoid
from rag.settings import Settings

QUESTIONS = 1400
"""SQuAD questions, each asked twice."""
RIDGE, STEPS = 1e-3, 50
Rows = NDArray[np.float64]


def fit(rows: Rows, labels: Rows) -> Rows:
    """Constant and weights of a ridge logistic regression, by Newton's method on standardised features."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    inputs = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])
    ridge = RIDGE * len(rows) * np.diag([0.0] + [1.0] * rows.shape[1])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        guess = sigmoid(inputs @ weights)
        slope = inputs.T @ (guess - labels) + ridge @ weights
        weights = weights - np.linalg.solve((inputs * (guess * (1 - guess))[:, None]).T @ inputs + ridge, slope)
    scaled = weights[1:] / spread
    return np.concatenate([[weights[0] - scaled @ mean], scaled])


def _rows(asked: Iterable[Asked], *, without_answer: bool = False) -> Rows:
    rows = []
    for one in asked:
        hits = [
            hit
            for hit in one.hits
            if not (without_answer and _holds(one, hit.passage.article, hit.passage.start, hit.passage.end))
        ]
        ranking = rank(one.question.question, hits)
        rows.append(confidence_features(ranking.question, ranking.candidates))
    return np.array(rows)


def _holds(asked: Asked, article: str, start: int, end: int) -> bool:
    question = asked.question
    return article == question.article and any(start < last and first < end for first, last in question.spans)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    data = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as scratch:
        every = squad(data / "squad" / "questions.jsonl")
        chosen = random.Random(2).sample([one for one in every if one.answerable], QUESTIONS)
        told = ask(data / "squad" / "articles", chosen, Settings(index_dir=Path(scratch) / "squad"))
        natural = ask_clapnq(data / "clapnq.jsonl", Path(scratch))
    sets = {
        "SQuAD": (np.concatenate([_rows(told), _rows(told, without_answer=True)]), np.repeat([1.0, 0.0], len(told))),
        "CLAP NQ": (_rows(natural), np.array([float(one.question.answerable) for one in natural])),
    }
    _report(sets)


def _report(sets: dict[str, tuple[Rows, Rows]]) -> None:
    rows = np.concatenate([rows for rows, _ in sets.values()])
    labels = np.concatenate([labels for _, labels in sets.values()])
    origin = np.concatenate([np.full(len(labels), name) for name, (_, labels) in sets.items()])
    folds = np.random.default_rng(0).permutation(len(labels)) % 5
    scores = np.empty(len(labels))
    for fold in range(5):
        weights = fit(rows[folds != fold], labels[folds != fold])
        scores[folds == fold] = rows[folds == fold] @ weights[1:] + weights[0]
    for name in sets:
        here = origin == name
        print(f"{name}: AUC {auc(scores[here].tolist(), (labels[here] > 0).tolist()):.3f} (5-fold)")
    constant, *weights = fit(rows, labels).round(2).tolist()
    print(f"CONSTANT = {constant}\nWEIGHTS = {tuple(weights)}")


if __name__ == "__main__":
    main()
