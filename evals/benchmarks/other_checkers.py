"""This checker beside those of other packages, on the same claims that people labelled, in one run and offline.

    python3 -m venv .venv-checkers
    .venv-checkers/bin/pip install -r evals/benchmarks/data/other_checkers.txt
    python -m evals.benchmarks.other_checkers DATA --peers .venv-checkers/bin/python [--most 100] [--checkers NAME...]

DATA holds labelled/check/ and faithfulness/. Of each set at most so many claims are drawn, of groups that the large
network learnt nothing from; sets with one class alone are left out. Each checker decides by its own default threshold,
and "partly supported" counts as not supported. Only what ran is printed; the others with their error.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.check_step import CHECKERS, OURS
from rag.evaluation.trust.labels import LabelledExample, sample_examples
from rag.evaluation.trust.overlap import balanced

CLAIMS_A_SET = 100
FILES = ("wice", "factcheck_gpt", "begin_wow", "train/factcg_doc")
"""Below faithfulness/."""
DRAWS = 1000
SHOWN: dict[str, Callable[[LabelledExample], bool]] = {
    "supported": lambda one: one.label == "supported",
    "refuted": lambda one: one.label == "contradicted",
    "the rest": lambda one: one.label not in ("supported", "contradicted"),
}
"""Kinds of claims whose share that a checker lets pass is printed."""


class CheckerRun(NamedTuple):
    """What one checker said of every claim."""

    name: str
    supported: NDArray[np.bool_]
    seconds: NDArray[np.float64]


def draw_claims(data: Path, most: int) -> list[LabelledExample]:
    """At most so many claims of each set that has supported ones and others."""
    files = [*sorted((data / "labelled" / "check").glob("*.jsonl*"))]
    files += [data / "faithfulness" / f"{name}.jsonl" for name in FILES]
    sets = [sample_examples([file], most, unlearnt=True) for file in files]
    return [one for drawn in sets if len({one.label == "supported" for one in drawn}) == 2 for one in drawn]


def run_checker(name: str, python: Path, claims: Sequence[LabelledExample]) -> CheckerRun:
    """Run one checker in a process of its own.

    Raises:
        ValueError: it failed; with the last line that it wrote.
    """
    rows = json.dumps([(one.sentence, one.evidence) for one in claims])
    command = [str(python), "-m", "evals.benchmarks.check_step", name]
    process = subprocess.run(command, input=rows, capture_output=True, text=True, check=False)
    if process.returncode:
        raise ValueError((process.stderr.strip().splitlines() or ["no message"])[-1])
    result = json.loads(process.stdout)
    return CheckerRun(name, np.array(result["supported"]), np.array(result["seconds"]))


def set_accuracies(claims: Sequence[LabelledExample], shown: NDArray[np.bool_]) -> dict[str, float]:
    """Balanced accuracy of each set."""
    truth = np.array([one.label == "supported" for one in claims])
    sources = np.array([one.source for one in claims])
    return {
        source: _balanced(truth[sources == source], shown[sources == source])
        for source in dict.fromkeys(one.source for one in claims)
    }


def _balanced(truth: NDArray[np.bool_], shown: NDArray[np.bool_]) -> float:
    return balanced(shown.astype(np.float64), truth, 0.5)


def mean_interval(claims: Sequence[LabelledExample], shown: NDArray[np.bool_]) -> tuple[float, float]:
    """95 % of the mean of the sets, the claims of each resampled; a draw without one of the classes is drawn again."""
    chance = np.random.default_rng(0)
    truth = np.array([one.label == "supported" for one in claims])
    sources = np.array([one.source for one in claims])
    places = [np.flatnonzero(sources == source) for source in dict.fromkeys(sources)]
    means = [np.mean([_drawn(chance, truth[at], shown[at]) for at in places]) for _ in range(DRAWS)]
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def _drawn(chance: np.random.Generator, truth: NDArray[np.bool_], shown: NDArray[np.bool_]) -> float:
    while True:
        rows = chance.integers(len(truth), size=len(truth))
        if 0 < truth[rows].sum() < len(rows):
            return _balanced(truth[rows], shown[rows])


def checker_rows(claims: Sequence[LabelledExample], runs: Sequence[CheckerRun]) -> Iterator[str]:
    """A line a checker: the mean of the sets, what it shows of each kind, and its time; then a line a set."""
    yield "| checker | mean balanced accuracy (95 %) | shown of supported / refuted / the rest | median ms |"
    yield "|---|---|---|---|"
    for run in runs:
        low, high = mean_interval(claims, run.supported)
        mean = float(np.mean(list(set_accuracies(claims, run.supported).values())))
        kinds = [run.supported[[kind(one) for one in claims]].mean() for kind in SHOWN.values()]
        shares = " / ".join(_figure(float(share)) for share in kinds)
        took = np.median(run.seconds) * 1000
        yield f"| {run.name} | {_figure(mean)} ({_figure(low)}-{_figure(high)}) | {shares} | {took:.1f} |"
    yield ""
    yield f"| set (claims) | {' | '.join(run.name for run in runs)} |"
    yield "|---" * (len(runs) + 1) + "|"
    each = [set_accuracies(claims, run.supported) for run in runs]
    for source in each[0] if each else ():
        count = sum(one.source == source for one in claims)
        yield f"| {source} ({count}) | {' | '.join(_figure(one[source]) for one in each)} |"


def _figure(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def run_checkers(names: Collection[str], peers: Path, claims: Sequence[LabelledExample]) -> Iterator[CheckerRun]:
    """One run a checker that runs here; of the others the reason is printed."""
    for name in names:
        try:
            yield run_checker(name, Path(sys.executable) if name in OURS else peers, claims)
        except ValueError as error:
            print(f"{name} did not run: {error}", file=sys.stderr)


def main() -> None:
    """Run from the command line, from the root of the repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", type=Path, required=True, help="python of the environment with the other packages")
    parser.add_argument("--most", type=int, default=CLAIMS_A_SET, help="claims a set")
    parser.add_argument("--checkers", nargs="+", default=list(CHECKERS), choices=CHECKERS)
    given = parser.parse_args()
    claims = draw_claims(given.data, given.most)
    print(f"{len(claims)} claims of {len({one.source for one in claims})} sets\n", flush=True)
    print("\n".join(checker_rows(claims, list(run_checkers(given.checkers, given.peers, claims)))))


if __name__ == "__main__":
    main()
