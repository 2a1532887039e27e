"""`rag eval check, run, diff, gate, bless, explain`: from cases to a verdict."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import RunError
from rag.evaluation.commands.options import (
    BASELINE,
    RUNS,
    SUITE,
    ArticlesDir,
    Baseline,
    RunName,
    Runs,
    SuitePath,
    echo,
    exit_codes,
    judge_at,
    suite_at,
)
from rag.evaluation.exit_code import ExitCode

if TYPE_CHECKING:
    from rag.evaluation.cases.suite import Suite
    from rag.evaluation.runs.results import Results


def check_command(suite: SuitePath = SUITE, articles: ArticlesDir = None) -> None:
    """Prove that every quote of the cases still stands in the articles."""
    from rag.evaluation.cases.suite import problems

    with exit_codes():
        opened = suite_at(suite, articles)
    found = problems(opened)
    for problem in found:
        typer.echo(f"{problem.case}: {problem.text}", err=True)
    typer.echo(f"{_describe(opened)}, {len(found)} problems")
    raise typer.Exit(ExitCode.BAD_SUITE if found else ExitCode.OK)


def run_command(
    suite: SuitePath = SUITE,
    articles: ArticlesDir = None,
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
    from rag.console import progress_bar
    from rag.evaluation.compare.gate import read_baseline
    from rag.evaluation.judge import faithfulness, judge_line
    from rag.evaluation.metrics.grounding import FAITHFULNESS
    from rag.evaluation.report import terminal
    from rag.evaluation.runs.publish import publish
    from rag.evaluation.runs.run import begin_run, complete_run
    from rag.settings import Settings

    with exit_codes():
        opened, settings = suite_at(suite, articles), Settings.load()
        folder = begin_run(opened, settings, runs, repeat=repeat, resume=resume)
        with progress_bar() as report:
            model = judge_at(runs, settings, judge)
            results = complete_run(
                folder,
                opened,
                settings,
                on_record=lambda done, total, record: report(done, total, record.case),
                second_opinion=partial(faithfulness, corpus=opened.corpus, judge=model) if model else None,
            )
            opinion = judge_line(model, results.values(FAITHFULNESS.name).values()) if model else ""
        publish(folder, opened, results, read_baseline(baseline) if baseline.is_file() else None, opinion)
    echo(terminal.summary_lines(results))
    echo([opinion] if opinion else [])
    typer.echo(f"report: {folder.report}")
    raise typer.Exit(ExitCode.INCOMPLETE if any(result.error for result in results.cases) else ExitCode.OK)


def diff_command(
    before: RunName, after: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE
) -> None:
    """Tell what changed between two runs; `baseline` is the blessed one. Exit code 1 when something got worse."""
    from rag.evaluation.compare.comparison import compare_results
    from rag.evaluation.report import terminal

    with exit_codes():
        comparison = compare_results(*(_results(name, runs, baseline) for name in (before, after)))
    echo(terminal.comparison_lines(comparison))
    raise typer.Exit(ExitCode.REGRESSION if comparison.regressed else ExitCode.OK)


def gate_command(name: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE) -> None:
    """Fail when a run is worse than the baseline, and name the layer."""
    from rag.evaluation.cases.cases import load_cases
    from rag.evaluation.compare.gate import decide_gate, read_baseline
    from rag.evaluation.report import terminal
    from rag.evaluation.runs import folders

    with exit_codes():
        folder = folders.find_run(runs, name)
        results = folder.read_results()
        asked = len(load_cases(Path(folder.manifest().suite_path)))
        decision = decide_gate(read_baseline(baseline), results, suite_size=asked)
    echo(terminal.comparison_lines(decision.comparison))
    typer.echo(terminal.gate_line(decision))
    raise typer.Exit(decision.code)


def bless_command(name: RunName = "latest", *, runs: Runs = RUNS, baseline: Baseline = BASELINE) -> None:
    """Make a run the baseline that later ones are compared with; commit the file."""
    from rag.evaluation.compare.gate import save_baseline
    from rag.evaluation.runs import folders

    with exit_codes():
        results = folders.find_run(runs, name).read_results()
        save_baseline(baseline, results)
    passed = sum(result.passed for result in results.cases)
    typer.echo(f"{baseline}: {passed} of {len(results.cases)} cases pass")


def explain_command(
    case: Annotated[str, typer.Argument(help="The id of a case.")], name: RunName = "latest", *, runs: Runs = RUNS
) -> None:
    """Show one case sentence by sentence: quote, verdict, reason, nearest evidence."""
    from rag.evaluation.metrics.scoring import score_record
    from rag.evaluation.report.explain import explain_case
    from rag.evaluation.runs import folders

    with exit_codes():
        folder = folders.find_run(runs, name)
        manifest = folder.manifest()
        suite = suite_at(Path(manifest.suite_path), Path(manifest.articles_path))
        explained = next((other for other in suite.cases if other.id == case), None)
        records = [record for record in folder.read_records() if record.case == case]
        if explained is None or not records:
            raise RunError(f"No case {case!r} in {folder.path}. List them: rag eval diff baseline")
        for record in records:
            scored = score_record(explained, record, suite.corpus)
            echo(explain_case(explained, record, scored, suite.corpus))


def _results(name: str, runs: Path, baseline: Path) -> "Results":
    from rag.evaluation.compare.gate import read_baseline
    from rag.evaluation.runs import folders

    return read_baseline(baseline) if name == "baseline" else folders.find_run(runs, name).read_results()


def _describe(suite: "Suite") -> str:
    from rag.evaluation.cases.cases import CASE_KINDS

    counts = {kind: sum(case.kind == kind for case in suite.cases) for kind in CASE_KINDS}
    present = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    missing = ", ".join(kind for kind, count in counts.items() if not count)
    without = f"; none of kind {missing}" if missing else ""
    return f"{len(suite.cases)} cases over {len(suite.corpus.articles)} articles ({present}{without})"
