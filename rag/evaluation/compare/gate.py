"""Results + baseline -> decision: what got worse, in which layer, and an exit code."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rag.evaluation.compare.comparison import RunComparison, compare_results
from rag.evaluation.exit_code import ExitCode
from rag.evaluation.metrics.scoring import METRICS
from rag.evaluation.runs import results
from rag.evaluation.runs.results import Results

NO_BASELINE = "No baseline at {file}. Make the latest run the one to beat: rag eval bless"


class GateDecision(NamedTuple):
    """What the gate decides."""

    code: ExitCode
    comparison: RunComparison
    incomplete: tuple[str, ...]
    """Why nothing can be concluded, or not for all cases."""


def decide_gate(baseline: Results, run: Results, *, suite_size: int) -> GateDecision:
    """Compare a run with the baseline; a regression counts even when the run is incomplete.

    Args:
        baseline: the blessed results.
        run: the results in question.
        suite_size: cases that the suite has.
    """
    comparison = compare_results(baseline, run)
    missing = tuple(_missing(comparison, run, suite_size))
    code = ExitCode.REGRESSION if comparison.regressed else ExitCode.INCOMPLETE if missing else ExitCode.OK
    return GateDecision(code, comparison, missing)


def _missing(comparison: RunComparison, run: Results, suite_size: int) -> Iterator[str]:
    errors = [result.case for result in run.cases if result.error]
    if len(run.cases) < suite_size:
        yield f"{suite_size - len(run.cases)} of {suite_size} cases were not asked. Go on: rag eval run --resume"
    if errors:
        yield f"{len(errors)} cases could not be asked ({', '.join(errors[:3])}): see rag eval explain"
    if comparison.unknown:
        shown = ", ".join(comparison.unknown[:3])
        yield f"{len(comparison.unknown)} cases are new or changed ({shown}): check them, then rag eval bless"
    if comparison.removed:
        shown = ", ".join(comparison.removed[:3])
        yield f"{len(comparison.removed)} cases of the baseline are gone ({shown}): rag eval bless"


def save_baseline(file: Path, run: Results) -> None:
    """Make a run the one that later ones are compared with."""
    file.parent.mkdir(parents=True, exist_ok=True)
    times = [name for name, metric in METRICS.items() if metric.layer == "cost"]
    results.write_results(file, results.reduce_for_baseline(run, times))


def read_baseline(file: Path) -> Results:
    """The blessed results.

    Raises:
        RunError: there are none.
    """
    return results.read_results(file, NO_BASELINE.format(file=file))
