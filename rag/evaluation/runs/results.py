"""Scored records -> results: one row a case over its repeats, as runs and the baseline keep them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rag.errors import RunError
from rag.evaluation.cases.cases import Case
from rag.evaluation.metrics.scores import Layer
from rag.evaluation.metrics.scoring import METRICS, ScoredRecord

DIGITS = 4
"""Decimals kept of a score: the last ones of a float differ between machines."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one case."""

    case: str
    digest: str
    """Of the case, so that a changed case is not compared with what it was."""
    kind: str
    cluster: str
    passes: tuple[bool, ...]
    """By repeat."""
    layer: Layer | None = None
    """Where the first failing repeat failed first; None when all passed or nothing could be measured."""
    faults: tuple[str, ...] = ()
    """Why, in plain words."""
    error: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    """Mean over the repeats that have a number."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Metrics that do not apply, with the reason."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """Metrics that could not be measured, with the reason."""
    confidence: float | None = None
    answered: bool = False

    @property
    def passed(self) -> bool:
        """Whether more than half of the repeats passed."""
        return 2 * sum(self.passes) > len(self.passes)


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of a suite."""

    suite: str
    """Digest of its cases."""
    deterministic: bool
    """Whether asking again gives the same answers: no language model took part."""
    articles: Mapping[str, str]
    """SHA-256 of each article's text, by id."""
    settings: Mapping[str, object]
    cases: tuple[Result, ...]

    def by_case(self) -> dict[str, Result]:
        """The results by case id."""
        return {result.case: result for result in self.cases}

    def values(self, metric: str) -> dict[str, float]:
        """The numbers of one metric, by case id."""
        return {result.case: result.scores[metric] for result in self.cases if metric in result.scores}


def summarise_case(case: Case, scored: Sequence[ScoredRecord], *, confidence: float | None, answered: bool) -> Result:
    """One case's result over its repeats, at least one."""
    failing = next((record for record in scored if not record.passed), None)
    every = [score for record in scored for score in record.scores]
    numbers = {
        name: [score.value for score in every if score.metric == name and score.value is not None] for name in METRICS
    }
    reasons = {score.metric: score for score in every if not numbers[score.metric]}
    return Result(
        case=case.id,
        digest=case.digest,
        kind=case.kind,
        cluster=case.cluster,
        passes=tuple(record.passed for record in scored),
        layer=failing.first_failing_layer if failing else None,
        faults=tuple(fault for faults in failing.faults.values() for fault in faults) if failing else (),
        error=failing.error if failing else "",
        scores={name: round(sum(values) / len(values), DIGITS) for name, values in numbers.items() if values},
        skipped={name: score.why for name, score in reasons.items() if not score.failed},
        failed={name: score.why for name, score in reasons.items() if score.failed},
        confidence=None if confidence is None else round(confidence, DIGITS),
        answered=answered,
    )


@cache
def _adapter() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


def write_results(file: Path, results: Results) -> None:
    """Save results as JSON, one case a line, so that a diff shows case by case."""
    content = _adapter().dump_python(results, mode="json", exclude_defaults=True)
    cases = content.pop("cases")
    head = json.dumps(content, ensure_ascii=False, indent=1)[:-2]
    rows = ",\n".join(f"  {json.dumps(case, ensure_ascii=False)}" for case in cases)
    file.write_text(f'{head},\n "cases": [\n{rows}\n ]\n}}\n', encoding="utf-8")


def read_results(file: Path, missing: str) -> Results:
    """Results as `write_results` saved them.

    Raises:
        RunError: the file is missing (`missing` is the message) or of another version.
    """
    if not file.is_file():
        raise RunError(missing)
    try:
        return _adapter().validate_json(file.read_bytes())
    except ValidationError as error:
        raise RunError(f"{file} is of another make ({error.errors()[0]['msg']}). Run again: rag eval run") from error


def reduce_for_baseline(results: Results, left_out: Iterable[str]) -> Results:
    """Results as a baseline keeps them: without times and without reasons for what does not apply."""
    without = frozenset(left_out)
    return Results(
        results.suite,
        results.deterministic,
        results.articles,
        results.settings,
        tuple(_lean(result, without) for result in results.cases),
    )


def _lean(result: Result, without: frozenset[str]) -> Result:
    scores = {name: value for name, value in result.scores.items() if name not in without}
    return replace(result, scores=scores, skipped={}, failed={})
