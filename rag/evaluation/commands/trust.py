"""`rag eval selftest, calibrate`: how far metrics, checker and judge can be trusted."""

from pathlib import Path
from typing import Annotated

import typer

from rag.errors import RunError
from rag.evaluation.commands.options import (
    RUNS,
    SUITE,
    ArticlesDir,
    Runs,
    SuitePath,
    echo,
    exit_codes,
    judge_at,
    suite_at,
)
from rag.evaluation.exit_code import ExitCode

NO_LABELS = "Name files of labels, or ask for a threshold: rag eval calibrate --risk .1 --suite cases.jsonl"
NO_MODEL = "No model to judge with. Set OPENAI_API_KEY, or RAG_LLM=gguf:FILE."


def selftest_command(suite: SuitePath = SUITE, articles: ArticlesDir = None, *, runs: Runs = RUNS) -> None:
    """Break the product in every known way; exit code 1 when a metric does not see it."""
    from rag.evaluation.report import terminal
    from rag.evaluation.runs.run import INDEXES
    from rag.evaluation.trust.selftest import run_selftest
    from rag.settings import Settings

    with exit_codes():
        opened = suite_at(suite, articles)
        missed = 0
        for detection in run_selftest(opened, Settings.load(), runs / INDEXES):
            typer.echo(terminal.detection_line(detection))
            missed += detection.missed
    typer.echo(f"{missed} missed" if missed else "all caught")
    raise typer.Exit(ExitCode.REGRESSION if missed else ExitCode.OK)


def calibrate_command(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Labelled .jsonl files, folders of them, or articles.")
    ] = None,
    *,
    risk: Annotated[
        float | None,
        typer.Option(min=0.001, max=0.999, help="Find the RAG_CONFIDENCE at which so many answers may be wrong."),
    ] = None,
    suite: SuitePath = SUITE,
    articles: ArticlesDir = None,
    judge: Annotated[bool, typer.Option("--judge", help="Measure the model that judges, not the checker.")] = False,
    sample: Annotated[int | None, typer.Option(min=10, help="Examples drawn; all without it.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Measure the checker, with the judge of RAG_JUDGE, on labelled data; with --risk, the threshold on your cases."""
    from rag.checking.scoring import checker_model
    from rag.console import progress_bar
    from rag.evaluation.metrics.grounding import open_checker
    from rag.evaluation.report import terminal
    from rag.evaluation.trust.calibration import calibration_rows, check_examples, judge_accuracy, score_quality
    from rag.evaluation.trust.cross_validated import is_training_example
    from rag.evaluation.trust.labels import sample_examples
    from rag.settings import Settings

    if risk is not None:
        _calibrate_threshold(suite, articles, runs, risk)
        return
    with exit_codes(), progress_bar() as report:
        if not paths:
            raise RunError(NO_LABELS)
        settings = Settings.load()
        examples = sample_examples(paths, sample, unlearnt=not judge and not settings.judge)
        model = judge_at(runs, settings, requested=True) if judge else None
        if judge and model is None:
            raise RunError(NO_MODEL)
        checker = model.verdict if model else open_checker(settings)
        checked = check_examples(examples, checker, lambda done, total: report(done, total, "checking"))
        if model:
            judge_accuracy(checked, len(examples)).save(model.accuracy_file)
    echo(terminal.calibration_lines(calibration_rows(checked), score_quality(checked)))
    if not model and not settings.judge:
        seen = sum(is_training_example(example.sentence, example.evidence) for example in examples)
        echo(terminal.training_lines(checker_model().learnt_from, seen, len(examples)))
    if model:
        typer.echo(f"{len(examples) - len(checked)} of {len(examples)} without a verdict; kept for {model.name}")


def _calibrate_threshold(suite: Path, articles: Path | None, runs: Path, risk: float) -> None:
    """Print the threshold that the cases prove; exit code 3 where they prove none."""
    from rag.evaluation.report import terminal
    from rag.evaluation.runs.run import INDEXES
    from rag.evaluation.trust.risk import ask_without_threshold, risk_threshold
    from rag.settings import Settings

    with exit_codes():
        results = ask_without_threshold(suite_at(suite, articles), Settings.load(), runs / INDEXES)
        failed = [one for one in results if one.error]
        if failed:
            raise RunError(f"{len(failed)} of {len(results)} cases could not be asked ({failed[0].error}).")
    found = risk_threshold(results, risk)
    typer.echo(terminal.risk_line(found))
    raise typer.Exit(ExitCode.INCOMPLETE if found.threshold is None else ExitCode.OK)
