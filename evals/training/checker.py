"""Labelled data -> rag/checking/weights.json: fit the checker's weights and choose its two thresholds.

    python -m evals.training.checker DATA

DATA holds wice.jsonl, factcheck_gpt.jsonl, begin_wow.jsonl and train/factcg_doc.jsonl; contrast pairs, and sentences
that say something of the wrong thing, are made of news articles in the last. How well it does on what it never saw:
python -m evals.benchmarks.checker
"""

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.training.examples import Example, labelled, news, own_words, pairs
from evals.training.fitting import Floats, capped, cross_validated, evenly, fit, folds, learnable, table
from rag.checking.features import FEATURES
from rag.checking.scoring import WEIGHTS
from rag.evaluation.trust.overlap import balanced, best_threshold

PAIRS = 700
"""Contrast pairs to learn from; three times as many changes nothing."""
MADE = "made by rules"
"""Source of examples that are no people's, of articles that the cross-encoder did not learn from: contrast pairs and
what says something of the wrong thing. One source, so that it counts no more than another."""
MISSED = 0.05
"""Share of supported sentences that may fall below the lower threshold."""
LEAST = 0.5
"""A sentence that is as likely wrong as right is never shown, whatever balanced accuracy would gain."""

log = logging.getLogger("train")


def examples(folder: Path) -> list[Example]:
    """Everything there is to learn from."""
    articles = list(news(folder))
    return [*labelled(folder), *pairs(MADE, articles, PAIRS), *own_words(MADE, articles, 2)]


def thresholds(found: Sequence[Example], scores: Floats, rows: Floats) -> tuple[float, float]:
    """The upper one of best mean balanced accuracy over the sources, above `LEAST`; the lower one by `MISSED`."""
    supported = np.array([one.supported for one in found])
    sources = np.array([one.source for one in found])

    def mean(threshold: float) -> float:
        held = capped(scores, rows, threshold)
        each = [balanced(held[sources == one], supported[sources == one], threshold) for one in np.unique(sources)]
        return float(np.mean(each))

    upper = best_threshold(scores[scores > LEAST + 0.005], mean)
    lows = [np.quantile(scores[supported & (sources == one)], MISSED) for one in np.unique(sources)]
    return upper, min(upper, round(float(np.median(lows)), 2))


def main(folder: Path) -> None:
    """Fit, choose, write."""
    found = examples(folder)
    rows = table(found)
    supported = np.array([one.supported for one in found])
    scores = cross_validated(found, rows, folds(found), np.ones(len(found), dtype=np.bool_))
    upper, lower = thresholds(found, scores, rows)
    seen = learnable(rows)
    model = fit(rows[seen], supported[seen], evenly([one for one, known in zip(found, seen, strict=True) if known]))
    written = {
        "made by": "python -m evals.training.checker",
        "learnt from": {
            source: sum(one.source == source for one in found) for source in sorted({one.source for one in found})
        },
        "intercept": round(float(model[0]), 3),
        "weights": {name: round(float(weight), 3) for name, weight in zip(FEATURES, model[1:], strict=True)},
        "supported": round(upper, 2),
        "unsupported": lower,
    }
    WEIGHTS.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    log.info("%s: %s", WEIGHTS, json.dumps(written, indent=2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
