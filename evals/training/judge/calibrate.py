"""Both networks of the checker on claims they learnt nothing of -> rag/checking/cascade.json, and a table of errors.

    python -m evals.training.judge.calibrate DATA [ARTICLES...] [--most 600] [--read FILE] [--write]

One half of the groups that every set keeps from training fits the weights over both networks, with claims that rules
make of news; the other half measures. FEVER, WiCE, what a model wrote for the benchmark, and pairs made of ARTICLES
(folders of .txt files) only measure. The table has the small network alone beside both, in one run, and both without
each kind of rule. Intervals: 95 %, groups resampled. Reading takes some 100 ms a claim; FILE keeps what was read.
"""

import argparse
import hashlib
import itertools
import json
import logging
import pickle
import random
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped, unused-ignore]

from evals.benchmarks.checker import CLAIMS, CONTRAST, MISATTRIBUTED, MOST, WRITTEN, accuracy_interval
from evals.training.checker import RULE_MADE
from evals.training.examples import (
    Example,
    contrast_examples,
    labelled_examples,
    misattribution_examples,
    news_articles,
    text_files,
)
from evals.training.experiments.written_pairs import benchmark_claims, benchmark_sentences
from evals.training.fitting import Mask
from evals.training.judge.pairs import SETS_OF_CHECK, SETS_OF_FAITHFULNESS, labelled_set
from rag.checking.checker import CEILINGS, GRAVITY
from rag.checking.evidence import join_evidence
from rag.checking.examination import examine
from rag.checking.features import extract_features
from rag.checking.judges.large import weigh_verdicts
from rag.checking.rules.base import Finding
from rag.checking.rules.quotations import find_verbatim
from rag.checking.scoring import CASCADE, CascadeModel, cascade_model, checker_model
from rag.checking.weighing import cascade_features, decides
from rag.evaluation.compare.statistics import FloatArray
from rag.evaluation.trust.cross_validated import example_key, held_out_scores, is_kept_from_judge
from rag.evaluation.trust.overlap import balanced
from rag.logistic import LogisticModel, log_odds

MEASURED_ONLY = frozenset({"fever_dev_pairs", "WiCE", CLAIMS, CONTRAST, MISATTRIBUTED, WRITTEN})
MADE = 600
"""Claims that rules make of news, of either kind."""
RIDGE = 1e-4
SEED = 3
LEAST_COUNTED = 15
"""Examples of a label that a set needs to count in the means."""
MADE_WORTH = 8.0
"""Weight of the claims that rules make, by which a labelled set counts 1: sentences of answers are near copies, as they
are. From 4 to 12 the mean over the sets falls by .005; "he won" beside "he congratulated those who won" needs 8."""
ASK_FROM, ASK_TO = 0.05, 0.97
"""Between these probabilities of the small network the large one is asked: all others change no mean by .001."""
log = logging.getLogger("calibrate")


class ReadClaim(NamedTuple):
    """An example as rules and both networks read it."""

    example: Example
    certain: float | None
    """1 where it stands in the evidence word for word, 0 where no sentence shares a word with it; else None."""
    small: float = 0.0
    """Probability of support by the small network and its weights."""
    features: Mapping[str, float] = {}
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    """That the large network took."""


def kept_examples(data: Path, most: int) -> Iterator[Example]:
    """Examples of the groups that were kept from training, at most so many a set."""
    labelled = list(labelled_examples(data / "faithfulness"))
    sets = [list(labelled_set(data, name)) for name in SETS_OF_CHECK]
    sets += [[one for one in labelled if one.source == name] for name in SETS_OF_FAITHFULNESS]
    for examples in sets:
        kept = [one for one in examples if is_kept_from_judge(one.source, one.group)]
        yield from random.Random(SEED).sample(kept, min(most, len(kept)))


def made_examples(data: Path) -> list[Example]:
    """Claims that rules make of news: contrast pairs, and misattributed ones beside true ones."""
    articles = list(news_articles(data / "faithfulness"))
    misattributed = list(misattribution_examples(RULE_MADE, articles, 2))
    return [
        *contrast_examples(RULE_MADE, articles, MADE // 2),
        *random.Random(SEED).sample(misattributed, min(MADE, len(misattributed))),
    ]


def benchmark_examples(data: Path, articles: Sequence[tuple[str, str]], most: int) -> Iterator[Example]:
    """What only measures: claims and sentences of a model, and pairs made of articles."""
    claims = list(benchmark_claims(CLAIMS, data))
    yield from random.Random(SEED).sample(claims, min(most, len(claims)))
    yield from contrast_examples(CONTRAST, articles, most // 2)
    yield from misattribution_examples(MISATTRIBUTED, articles, min(MOST, max(1, most // 60)))
    yield from benchmark_sentences(WRITTEN, articles)


def read_example(one: Example) -> ReadClaim:
    """An example read by the rules and by both networks."""
    evidence = join_evidence(one.evidence)
    if find_verbatim(one.sentence, evidence.text):
        return ReadClaim(one, 1.0)
    examination = examine(one.sentence, evidence, one.published)
    if not examination.near:
        return ReadClaim(one, 0.0)
    known = held_out_scores().get(example_key(one.sentence, one.evidence))
    features = extract_features(examination.pair, examination.findings, known or examination.cross_encoder_score())
    small = checker_model().logistic.probability(features)
    started = time.perf_counter()
    read = weigh_verdicts(examination.restated, examination.context)
    seconds = time.perf_counter() - started
    weighed = cascade_features(small, features["words missing"], read)
    return ReadClaim(one, None, small, weighed, examination.findings, seconds)


def is_fitted(one: Example) -> bool:
    """Whether an example belongs to the half that the weights are fitted to."""
    half = hashlib.sha256(f"judge half {one.group}".encode()).digest()[0] < 128
    return one.source == RULE_MADE or (one.source not in MEASURED_ONLY and half)


def fit_cascade(claims: Sequence[ReadClaim]) -> LogisticModel:
    """Weights over both networks; sources count alike, and in each the supported half as much as the other."""
    chosen = [one for one in claims if is_fitted(one.example) and one.certain is None]
    names = tuple(chosen[0].features)
    rows = np.array([[one.features[name] for name in names] for one in chosen])
    supported = np.array([one.example.supported for one in chosen])
    counts = Counter((one.example.source, one.example.supported) for one in chosen)
    share = np.array([_worth(one.example) / counts[one.example.source, one.example.supported] for one in chosen])
    scale = rows.std(axis=0) + 1e-9
    design, share = np.column_stack([np.ones(len(rows)), rows / scale]), share / share.sum()

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        logits = design @ weights
        value = share @ (np.logaddexp(0, logits) - supported * logits) + RIDGE * (weights[1:] @ weights[1:])
        slope = design.T @ (share * (1 / (1 + np.exp(-logits)) - supported)) + 2 * RIDGE * np.r_[0, weights[1:]]
        return float(value), slope

    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    weights = {name: round(float(value), 3) for name, value in zip(names, found[1:] / scale, strict=True)}
    # fitted to halves, its even point is .5; the checker's thresholds put it at `supported`
    return LogisticModel(round(float(found[0]) + log_odds(checker_model().supported), 3), weights)


def _worth(one: Example) -> float:
    return MADE_WORTH if one.source == RULE_MADE else 1.0


def score(one: ReadClaim, cascade: CascadeModel | None, without: Collection[str] = ()) -> float:
    """The checker's score of a claim.

    Args:
        one: the claim.
        cascade: the weights over both networks; None for the small one alone.
        without: findings that do not count, by their rule.
    """
    if one.certain is not None:
        return one.certain
    findings = [found for found in one.findings if found.rule not in without]
    asked = cascade and cascade.asks(one.small) and not any(map(decides, findings))
    probability = cascade.logistic.probability(one.features) if cascade and asked else one.small
    worst = min((found.kind for found in findings), key=GRAVITY.index, default=None)
    return min(probability, CEILINGS[worst] * checker_model().supported) if worst else probability


def table_lines(claims: Sequence[ReadClaim], cascade: CascadeModel) -> Iterator[str]:
    """A line a set: balanced accuracy of both ways, and what is shown of each label."""
    yield f"{'':20}    n  small   both  95 %          shown of: supported    refuted   the rest (small / both)"
    upper = checker_model().supported
    for source, own, supported in _sets(claims):
        small, both = (np.array([score(one, model) for one in own]) for model in (None, cascade))
        low, high = accuracy_interval(both, supported, [one.example.group for one in own], upper)
        shares = "   ".join(_shown(own, small >= upper, both >= upper, of) for of in KINDS)
        accuracy = f"{balanced(small, supported, upper):.3f}  {balanced(both, supported, upper):.3f}"
        yield f"{source:20}{len(own):5}  {accuracy}  {low:.3f}-{high:.3f}  {shares}"


KINDS: tuple[frozenset[str], ...] = (
    frozenset({"supported"}),
    frozenset({"refuted", "contradicted"}),
    frozenset({"unsupported", "not supported", "partly"}),
)


def _shown(claims: Sequence[ReadClaim], small: Mask, both: Mask, labels: Collection[str]) -> str:
    of = np.array([one.example.label in labels for one in claims])
    return f"{small[of].mean():.2f} / {both[of].mean():.2f}" if of.sum() >= LEAST_COUNTED else "     -     "


def rate_lines(claims: Sequence[ReadClaim], cascade: CascadeModel) -> Iterator[str]:
    """What is shown of each label over all sets that people labelled, with and without each kind of rule."""
    labelled = [one for one in claims if one.example.source not in (CLAIMS, CONTRAST, MISATTRIBUTED, WRITTEN)]
    for name, model, without in (
        ("small network", None, ()),
        ("both", cascade, ()),
        *((f"both without {rule}", cascade, (rule,)) for rule in SENSES),
        ("both without all of these", cascade, SENSES),
    ):
        shown = np.array([score(one, model, without) >= checker_model().supported for one in labelled])
        shares = [shown[[one.example.label in labels for one in labelled]].mean() for labels in KINDS]
        mean = _mean_accuracy(claims, model, without)
        listed = ", ".join(f"{share:.3f}" for share in shares)
        yield f"{name:28} shown of supported, refuted, the rest: {listed}; mean balanced accuracy {mean:.3f}"


SENSES = ("negation", "antonyms", "quantifiers", "comparatives", "modality", "roles")
"""Rules by sense, as findings name them."""


def _mean_accuracy(claims: Sequence[ReadClaim], model: CascadeModel | None, without: Collection[str]) -> float:
    scored = ((np.array([score(one, model, without) for one in own]), supported) for _, own, supported in _sets(claims))
    return float(np.mean([balanced(scores, supported, checker_model().supported) for scores, supported in scored]))


def _sets(claims: Sequence[ReadClaim]) -> Iterator[tuple[str, list[ReadClaim], Mask]]:
    """Name, claims and which of them are supported, of every set that has both kinds."""
    for source in dict.fromkeys(one.example.source for one in claims):
        own = [one for one in claims if one.example.source == source]
        supported = np.array([one.example.supported for one in own])
        if supported.any() and not supported.all():
            yield source, own, supported


def speed_line(claims: Iterable[ReadClaim], cascade: CascadeModel) -> str:
    """Milliseconds of the large network, and how often it is asked."""
    read = [one for one in claims if one.certain is None]
    open_ones = [one for one in read if not any(map(decides, one.findings))]
    times = np.array([one.seconds for one in read]) * 1000
    asked = sum(cascade.asks(one.small) for one in open_ones) / len(read)
    return f"large network: median {np.median(times):.0f} ms, p95 {np.quantile(times, 0.95):.0f}; asked for {asked:.2f}"


def read_claims(data: Path, folders: Sequence[Path], most: int, kept: Path | None) -> list[ReadClaim]:
    """Everything to fit and to measure with, as a file keeps it where there is one."""
    if kept and kept.exists():
        with kept.open("rb") as stream:
            known: list[ReadClaim] = pickle.load(stream)
        return known
    articles = list(itertools.chain.from_iterable(map(text_files, folders)))
    examples = itertools.chain(kept_examples(data, most), made_examples(data), benchmark_examples(data, articles, most))
    claims = [read_example(one) for one in examples if any(map(str.isalnum, one.sentence))]
    if kept:
        with kept.open("wb") as stream:
            pickle.dump(claims, stream)
    return claims


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("articles", type=Path, nargs="*")
    parser.add_argument("--most", type=int, default=600)
    parser.add_argument("--read", type=Path, help="file of what was read; made where there is none")
    parser.add_argument("--write", action="store_true", help="write the weights")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    claims = read_claims(given.data, given.articles, given.most, given.read)
    model = fit_cascade(claims)
    content = {
        "made by": "python -m evals.training.judge.calibrate",
        "intercept": model.intercept,
        "weights": dict(model.weights),
        "ask from": ASK_FROM,
        "ask to": ASK_TO,
    }
    log.info("fitted: %s", json.dumps(content, indent=2))
    if given.write:
        CASCADE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    cascade = CascadeModel(model, ASK_FROM, ASK_TO) if given.write else cascade_model()
    measured = [one for one in claims if not is_fitted(one.example)]
    for line in itertools.chain(table_lines(measured, cascade), rate_lines(measured, cascade)):
        log.info("%s", line)
    log.info("%s", speed_line(measured, cascade))


if __name__ == "__main__":
    main()
