"""`rag eval check, run, diff, gate, bless, explain`: from cases to a verdict."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import RunError
from rag.evaluation.commands.options import (
    BAD_SUITE,
    BASELINE,
    INCOMPLETE,
    REGRESSION,
    RUNS,
    SUITE,
    Articles,
    Baseline,
    RunName,
    Runs,
    SuitePath,
    echo,
    exit_codes,
    judge_at,
    progress,
    suite_at,
)

if TYPE_CHECKING:
    from rag.evaluation.cases.suite import Suite
    from rag.evaluation.runs.results import Results


def check(suite: SuitePath = SUITE, articles: Articles = None) -> None:
    """Prove that every quote of the cases still stands in the articles."""
    from rag.evaluation.cases.suite import problems

    with exit_codes():
        opened = suite_at(suite, articles)
    found = problems(opened)
    for problem in found:
        typer.echo(f"{problem.case}: {problem.text}", err=True)
    typer.echo(f"{_count(opened)}, {len(found)} problems")
    raise typer.Exit(BAD_SUITE if found else 0)


def run(
    suite: SuitePath = SUITE,
    articles: Articles = None,
    *,
    repeat: Annotated[int, typer.Option(min=1, help="Times each case is asked; 1 is enough without a model.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the latest run was interrupted.")] = False,
    judge: Annotated[
        bool | None, typer.Option("--judge/--no-judge", help="Have a model judge; default: with a model on a server.")
    ] = None,
    runs: Runs = RUNS,
    baseline: Baseline = BASELINE,
) -> None:
    """Ask every case, measure every layer, write the report."""
    from rag.evaluation.compare.gate import read_baseline
    from rag.evaluation.judge import faithfulness, told
    from rag.evaluation.metrics.grounding import FAITHFULNESS
    from rag.evaluation.report import terminal
    from rag.evaluation.runs.publish import publish
    from rag.evaluation.runs.run import begin, carry_out
    from rag.settings import Settings

    with exit_codes():
        opened, settings = suite_at(suite, articles), Settings.load()
        folder = begin(opened, settings, runs, repeat=repeat, resume=resume)
        with progress() as tell:
            second = judge_at(runs, settings, judge)
            found = carry_out(
                folder,
                opened,
                settings,
                tell=lambda done, total, record: tell(done, total, record.case),
                second=partial(faithfulness, corpus=opened.corpus, judge=second) if second else None,
            )
            opinion = told(second, found.values(FAITHFULNESS.name).values()) if second else ""
        publish(folder, opened, found, read_baseline(baseline) if baseline.is_file() else None, opinion)
    echo(terminal.summary(found))
    echo([opinion] if opinion else [])
    typer.echo(f"report: {folder.report}")
    raise typer.Exit(INCOMPLETE if any(result.error for result in found.cases) else 0)


def diff(before: RunName, after: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE) -> None:
    """Tell what changed between two runs; `baseline` is the blessed one. Exit code 1 when something got worse."""
    from rag.evaluation.compare.comparison import compare
    from rag.evaluation.report import terminal

    with exit_codes():
        comparison = compare(*(_results(name, runs, baseline) for name in (before, after)))
    echo(terminal.difference(comparison))
    raise typer.Exit(REGRESSION if comparison.regressed else 0)


def gate(name: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE) -> None:
    """Fail when a run is worse than the baseline, and name the layer."""
    from rag.evaluation.cases.cases import load
    from rag.evaluation.compare.gate import judge, read_baseline
    from rag.evaluation.report import terminal
    from rag.evaluation.runs import folders

    with exit_codes():
        folder = folders.find(runs, name)
        found = folder.read_results()
        decided = judge(read_baseline(baseline), found, wanted=len(load(Path(folder.manifest().suite_path))))
    echo(terminal.difference(decided.comparison))
    typer.echo(terminal.verdict(decided))
    raise typer.Exit(decided.code)


def bless(name: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE) -> None:
    """Make a run the baseline that later ones are compared with; commit the file."""
    from rag.evaluation.compare.gate import bless as save
    from rag.evaluation.runs import folders

    with exit_codes():
        found = folders.find(runs, name).read_results()
        save(baseline, found)
    passed = sum(result.passed for result in found.cases)
    typer.echo(f"{baseline}: {passed} of {len(found.cases)} cases pass")


def explain(
    case: Annotated[str, typer.Argument(help="The id of a case.")], name: RunName = "latest", *, runs: Runs = RUNS
) -> None:
    """Show one case sentence by sentence: quote, verdict, reason, nearest evidence."""
    from rag.evaluation.metrics.scoring import score
    from rag.evaluation.report.explain import explain as lines
    from rag.evaluation.runs import folders

    with exit_codes():
        folder = folders.find(runs, name)
        manifest = folder.manifest()
        opened = suite_at(Path(manifest.suite_path), Path(manifest.articles_path))
        wanted = next((one for one in opened.cases if one.id == case), None)
        records = [record for record in folder.read_records() if record.case == case]
        if wanted is None or not records:
            raise RunError(f"No case {case!r} in {folder.path}. List them: rag eval diff baseline")
        for record in records:
            echo(lines(wanted, record, score(wanted, record, opened.corpus), opened.corpus))


def _results(name: str, runs: Path, baseline: Path) -> "Results":
    from rag.evaluation.compare.gate import read_baseline
    from rag.evaluation.runs import folders

    return read_baseline(baseline) if name == "baseline" else folders.find(runs, name).read_results()


def _count(suite: "Suite") -> str:
    from rag.evaluation.cases.cases import KINDS

    kinds = {kind: sum(case.kind == kind for case in suite.cases) for kind in KINDS}
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    missing = [kind for kind, count in kinds.items() if not count]
    without = f"; none of kind {', '.join(missing)}" if missing else ""
    return f"{len(suite.cases)} cases over {len(suite.corpus.articles)} articles ({told}{without})"
