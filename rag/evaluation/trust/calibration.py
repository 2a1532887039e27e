"""Labelled examples + checker -> how far its verdicts and scores can be trusted, with intervals, by kind of error."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from rag.checking import Verdict
from rag.errors import RunError
from rag.evaluation.compare.statistics import RESAMPLES, RESAMPLING_SEED, FloatArray, Interval
from rag.evaluation.judge import JudgeAccuracy
from rag.evaluation.trust.labels import LabelledExample
from rag.evaluation.trust.overlap import BoolArray, held_out_accuracy, overlap

BINS = 10
PARTS = 5
"""Of the clusters, each of which gets the baseline's threshold from the others."""
ERRORS = "all errors"
OnExample = Callable[[int, int], None]
PartialChecker = Callable[[str, Sequence[str], date | None], Verdict | None]


@dataclass(frozen=True, slots=True)
class CheckedExample:
    """An example and the verdict on it."""

    example: LabelledExample
    verdict: Verdict

    @property
    def accepted(self) -> bool:
        """Whether the sentence would be shown; an unsure one would not."""
        return self.verdict.label == "supported"


class CalibrationRow(NamedTuple):
    """The checker on one source against one kind of error."""

    source: str
    kind: str
    supported: int
    wrong: int
    sensitivity: Interval
    """Share of supported sentences that are shown."""
    specificity: Interval
    """Share of wrong ones that are not."""
    balanced: Interval
    """Balanced accuracy: the mean of both; .5 is guessing."""
    precision: float | None
    """Share of the shown sentences that are supported; None where none is shown. It depends on how many there are."""
    overlap: float
    """Balanced accuracy of counting shared words, at a threshold chosen on other clusters: the baseline."""


class Bin(NamedTuple):
    """Sentences of about the same score: one point of a calibration curve."""

    score: float
    """Their mean."""
    supported: float
    """The share of them that people found supported."""
    sentences: int


class ScoreQuality(NamedTuple):
    """How good the scores are as probabilities, for one source."""

    source: str
    auc: float
    """Chance that a supported sentence scores above a wrong one."""
    calibration_error: float
    """Expected gap between score and share supported, over ten bins (Naeini et al. 2015)."""
    unsure: float
    """Share of sentences with an unsure verdict."""
    curve: tuple[Bin, ...]
    """By rising score; bins without sentences are left out."""


def check_examples(
    examples: Iterable[LabelledExample], judge: PartialChecker, on_example: OnExample | None = None
) -> tuple[CheckedExample, ...]:
    """The verdict of a checker or a judge on each example; those without a verdict are left out."""
    every = list(examples)
    checked: list[CheckedExample] = []
    for count, example in enumerate(every, start=1):
        verdict = judge(example.sentence, example.evidence, None)
        checked += [CheckedExample(example, verdict)] if verdict else []
        if on_example:
            on_example(count, len(every))
    return tuple(checked)


def calibration_rows(checked: Sequence[CheckedExample]) -> tuple[CalibrationRow, ...]:
    """One row a source and kind of error, and one for all its errors; 95 % intervals from resampling clusters."""
    table: list[CalibrationRow] = []
    for source in dict.fromkeys(entry.example.source for entry in checked):
        examples = [entry for entry in checked if entry.example.source == source]
        right = [entry for entry in examples if entry.example.label == "supported"]
        wrong = [entry for entry in examples if entry.example.label != "supported"]
        kinds = list(dict.fromkeys(entry.example.kind for entry in wrong))
        groups = [(kind, [entry for entry in wrong if entry.example.kind == kind]) for kind in kinds]
        if right and wrong:
            table += [_row(source, kind, right, group) for kind, group in [(ERRORS, wrong), *groups]]
    return tuple(table)


def _row(source: str, kind: str, right: Sequence[CheckedExample], wrong: Sequence[CheckedExample]) -> CalibrationRow:
    """Both rates over the same draws of clusters; a draw without one of the two classes is left out."""
    clusters = sorted({entry.example.cluster for entry in (*right, *wrong)})
    drawn = np.random.default_rng(RESAMPLING_SEED).integers(0, len(clusters), (RESAMPLES, len(clusters)))
    accepted, of_right = _counts(right, clusters, kept=True)
    refused, of_wrong = _counts(wrong, clusters, kept=False)
    whole = (of_right[drawn].sum(axis=1) > 0) & (of_wrong[drawn].sum(axis=1) > 0)
    drawn = drawn[whole]
    sensitive = accepted[drawn].sum(axis=1) / of_right[drawn].sum(axis=1)
    specific = refused[drawn].sum(axis=1) / of_wrong[drawn].sum(axis=1)
    means = (float(accepted.sum() / of_right.sum()), float(refused.sum() / of_wrong.sum()))
    size = (len(right) + len(wrong), len(clusters))
    good, bad = (sum(entry.accepted for entry in group) for group in (right, wrong))
    return CalibrationRow(
        source,
        kind,
        len(right),
        len(wrong),
        _interval(means[0], sensitive, size),
        _interval(means[1], specific, size),
        _interval(sum(means) / 2, (sensitive + specific) / 2, size),
        good / (good + bad) if good + bad else None,
        _overlap((*right, *wrong), clusters),
    )


def _overlap(group: Sequence[CheckedExample], clusters: Sequence[str]) -> float:
    parts = {cluster: place % PARTS for place, cluster in enumerate(clusters)}
    scores = np.array([overlap(entry.example.sentence, entry.example.evidence) for entry in group])
    supported = np.array([entry.example.label == "supported" for entry in group])
    return held_out_accuracy(scores, supported, np.array([parts[entry.example.cluster] for entry in group]))


def _counts(group: Sequence[CheckedExample], clusters: Sequence[str], *, kept: bool) -> tuple[FloatArray, FloatArray]:
    places = {cluster: place for place, cluster in enumerate(clusters)}
    good, every = np.zeros(len(clusters)), np.zeros(len(clusters))
    for entry in group:
        every[places[entry.example.cluster]] += 1
        good[places[entry.example.cluster]] += entry.accepted == kept
    return good, every


def _interval(mean: float, draws: FloatArray, size: tuple[int, int]) -> Interval:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(mean, float(low), float(high), *size)


def judge_accuracy(checked: Sequence[CheckedExample], asked: int) -> JudgeAccuracy:
    """Accuracy of a judge over all sources together.

    Raises:
        RunError: it gave no verdict on a supported sentence, or none on a wrong one.
    """
    right = [entry.accepted for entry in checked if entry.example.label == "supported"]
    wrong = [not entry.accepted for entry in checked if entry.example.label != "supported"]
    if not right or not wrong:
        raise RunError("Too few verdicts to measure the judge. Ask it about more: --sample 200")
    return JudgeAccuracy(sum(right) / len(right), sum(wrong) / len(wrong), len(checked), asked - len(checked))


def score_quality(checked: Sequence[CheckedExample]) -> tuple[ScoreQuality, ...]:
    """How good the scores are, source by source."""
    sources = dict.fromkeys(entry.example.source for entry in checked)
    return tuple(_scoring(source, [entry for entry in checked if entry.example.source == source]) for source in sources)


def _scoring(source: str, examples: Sequence[CheckedExample]) -> ScoreQuality:
    scores = np.array([entry.verdict.score for entry in examples])
    truth = np.array([entry.example.label == "supported" for entry in examples])
    unsure = sum(entry.verdict.label == "unsure" for entry in examples) / len(examples)
    curve = _curve(scores, truth)
    error = sum(abs(bin.score - bin.supported) * bin.sentences for bin in curve) / len(examples)
    return ScoreQuality(source, roc_auc(scores[truth], scores[~truth]), error, unsure, curve)


def roc_auc(higher: FloatArray, lower: FloatArray) -> float:
    """Chance that one of the first scores above one of the second, ties counting half; .5 when either is empty."""
    if not len(higher) or not len(lower):
        return 0.5
    wins = (higher[:, None] > lower[None, :]).mean() + 0.5 * (higher[:, None] == lower[None, :]).mean()
    return float(wins)


def _curve(scores: FloatArray, truth: BoolArray) -> tuple[Bin, ...]:
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    masks = [bins == place for place in sorted(set(bins))]
    return tuple(Bin(float(scores[mask].mean()), float(truth[mask].mean()), int(mask.sum())) for mask in masks)
