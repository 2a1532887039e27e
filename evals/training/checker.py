"""Labelled data -> rag/checking/weights.json: fit the checker's weights and choose its two thresholds.

    python -m evals.training.checker DATA

DATA holds wice.jsonl, factcheck_gpt.jsonl, begin_wow.jsonl and train/factcg_doc.jsonl; contrast pairs and
misattributed claims are made of news articles in the last. Held-out accuracy: python -m evals.benchmarks.checker
"""

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.training.examples import (
    Example,
    contrast_examples,
    labelled_examples,
    misattribution_examples,
    news_articles,
)
from evals.training.fitting import (
    assign_folds,
    balance_weights,
    cap_scores,
    cross_validate,
    feature_table,
    fit_weights,
    needs_weights,
)
from rag.checking.features import FEATURES
from rag.checking.scoring import WEIGHTS
from rag.evaluation.compare.statistics import FloatArray
from rag.evaluation.trust.overlap import balanced, best_threshold

PAIRS = 700
"""Contrast pairs among the training examples; three times as many changes nothing."""
RULE_MADE = "made by rules"
"""Source of the examples that rules make of held-back articles: contrast pairs and misattributed claims. One source, so
that they have the weight of one."""
MISSED_SHARE = 0.05
"""Share of supported sentences that may fall below the lower threshold."""
LEAST_UPPER = 0.5
"""Least upper threshold: a sentence more likely wrong than right is never supported, whatever the balanced accuracy."""

log = logging.getLogger("train")


def training_examples(folder: Path) -> list[Example]:
    """Every training example of the weights."""
    articles = list(news_articles(folder))
    return [
        *labelled_examples(folder),
        *contrast_examples(RULE_MADE, articles, PAIRS),
        *misattribution_examples(RULE_MADE, articles, 2),
    ]


def choose_thresholds(examples: Sequence[Example], scores: FloatArray, rows: FloatArray) -> tuple[float, float]:
    """The upper one has the best mean balanced accuracy over the sources; the lower one misses `MISSED_SHARE`."""
    supported = np.array([one.supported for one in examples])
    sources = np.array([one.source for one in examples])

    def mean(threshold: float) -> float:
        capped = cap_scores(scores, rows, threshold)
        each = [balanced(capped[sources == one], supported[sources == one], threshold) for one in np.unique(sources)]
        return float(np.mean(each))

    upper = best_threshold(scores[scores > LEAST_UPPER + 0.005], mean)
    lows = [np.quantile(scores[supported & (sources == one)], MISSED_SHARE) for one in np.unique(sources)]
    return upper, min(upper, round(float(np.median(lows)), 2))


def main(folder: Path) -> None:
    """Fit the weights, choose the thresholds and write both."""
    every = training_examples(folder)
    rows = feature_table(every)
    supported = np.array([one.supported for one in every])
    scores = cross_validate(every, rows, assign_folds(every), np.ones(len(every), dtype=np.bool_))
    upper, lower = choose_thresholds(every, scores, rows)
    seen = needs_weights(rows)
    model = fit_weights(
        rows[seen], supported[seen], balance_weights([one for one, known in zip(every, seen, strict=True) if known])
    )
    content = {
        "made by": "python -m evals.training.checker",
        "learnt from": {
            source: sum(one.source == source for one in every) for source in sorted({one.source for one in every})
        },
        "intercept": round(float(model[0]), 3),
        "weights": {name: round(float(weight), 3) for name, weight in zip(FEATURES, model[1:], strict=True)},
        "supported": round(upper, 2),
        "unsupported": lower,
    }
    WEIGHTS.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    log.info("%s: %s", WEIGHTS, json.dumps(content, indent=2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
