"""Cases asked without a threshold -> the confidence above which at most a given share of the answers shown is wrong."""

import math
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from rag.evaluation.cases.suite import Suite
from rag.evaluation.compare.statistics import LEVEL, clopper_pearson
from rag.evaluation.runs.ask import OpenAssistant, ask_cases, open_indexed
from rag.evaluation.runs.results import Result
from rag.evaluation.runs.run import measure_records
from rag.settings import Settings


class RiskThreshold(NamedTuple):
    """What a suite proves about a threshold."""

    risk: float
    """Share of the answers shown that may be wrong."""
    threshold: float | None
    """Confidence from which answers are shown; None where none keeps to the risk."""
    cases: int
    shown: int
    """Answers from the threshold on; without one, the surest with which it was tried."""
    wrong: int
    """How many of them are."""
    bound: float
    """The share of wrong ones that such answers have at most, with 95 %."""
    needed: int
    """Answers without any wrong one that would prove the risk."""


def ask_without_threshold(
    suite: Suite, settings: Settings, indexes: Path, open_assistant: OpenAssistant = open_indexed
) -> tuple[Result, ...]:
    """The result of every case when nothing is refused for its confidence.

    Args:
        suite: the cases.
        settings: what they are asked with, but for `confidence`.
        indexes: folder for indexes.
        open_assistant: opens an assistant.
    """
    open_settings = settings.model_copy(update={"confidence": 0.0})
    asked = [(case, 0) for case in suite.cases]
    records = tuple(ask_cases(suite, asked, open_settings, indexes, open_assistant))
    return measure_records(suite, records, {}, {}).cases


def risk_threshold(results: Sequence[Result], risk: float) -> RiskThreshold:
    """The lowest threshold that keeps to a risk, with 95 %, taking cases as independent of one another.

    An answer is wrong when its case does not pass; one without a confidence (a view of the folder) is always shown.
    Thresholds are tried from the surer half of the answers downwards until one fails: an order that does not depend on
    which answers are wrong, so that trying several leaves the 95 % as they are (fixed sequence testing, as in "Learn
    then test", Angelopoulos et al. 2021).

    Args:
        results: of cases asked without a threshold.
        risk: share of the answers shown that may be wrong, above 0 and below 1.
    """
    answers = sorted((one for one in results if one.answered), key=_confidence, reverse=True)
    wrong = list(accumulate((not one.passed for one in answers), initial=0))
    needed = _needed(risk)
    first = min(len(answers), max(needed, (len(answers) + 1) // 2))
    best: RiskThreshold | None = None
    for shown in _ends(answers, first):
        tried = RiskThreshold(
            risk,
            _confidence(answers[shown - 1]),
            len(results),
            shown,
            wrong[shown],
            clopper_pearson(wrong[shown], shown),
            needed,
        )
        if tried.bound > risk:
            return best or tried._replace(threshold=None)
        best = tried
    return best or RiskThreshold(risk, None, len(results), len(answers), wrong[-1], 1.0, needed)


def _confidence(result: Result) -> float:
    return 1.0 if result.confidence is None else result.confidence


def _ends(answers: Sequence[Result], first: int) -> list[int]:
    """How many answers each threshold shows, from `first` on: equal confidences are shown together."""
    last = len(answers)
    return [
        shown
        for shown in range(max(first, 1), last + 1)
        if shown == last or _confidence(answers[shown]) < _confidence(answers[shown - 1])
    ]


def _needed(risk: float) -> int:
    """Fewest answers, none of them wrong, whose bound keeps to the risk."""
    return math.ceil(math.log(1 - LEVEL) / math.log1p(-risk))
