"""`rag eval selftest, calibrate`: how far metrics, checker and judge can be trusted."""

from pathlib import Path
from typing import Annotated

import typer

from rag.errors import RunError
from rag.evaluation.commands.options import (
    RUNS,
    SUITE,
    Articles,
    Runs,
    SuitePath,
    echo,
    exit_codes,
    judge_at,
    progress,
    suite_at,
)

NO_MODEL = "No model to judge with. Set OPENAI_API_KEY, or RAG_LLM=gguf:FILE."


def selftest(suite: SuitePath = SUITE, articles: Articles = None, *, runs: Runs = RUNS) -> None:
    """Break the product in every known way; exit code 1 when a metric does not see it."""
    from rag.evaluation.report import terminal
    from rag.evaluation.runs.run import INDEXES
    from rag.evaluation.trust.selftest import selftest as detections
    from rag.settings import Settings

    with exit_codes():
        opened = suite_at(suite, articles)
        missed = 0
        for found in detections(opened, Settings.load(), runs / INDEXES):
            typer.echo(terminal.detection(found))
            missed += found.missed
    typer.echo(f"{missed} missed" if missed else "all caught")
    raise typer.Exit(1 if missed else 0)


def calibrate(
    paths: Annotated[list[Path], typer.Argument(help="Labelled .jsonl files, folders of them, or articles.")],
    *,
    judge: Annotated[bool, typer.Option("--judge", help="Measure the model that judges, not the checker.")] = False,
    sample: Annotated[int | None, typer.Option(min=10, help="Examples drawn; all without it.")] = None,
    runs: Runs = RUNS,
) -> None:
    """Measure the checker, with the judge of RAG_JUDGE, on labelled data: balanced accuracy, by kind of error."""
    from rag.checking.scoring import checker_model
    from rag.evaluation.metrics.grounding import checker_of
    from rag.evaluation.report import terminal
    from rag.evaluation.trust.calibration import judged, rows, scoring, worth
    from rag.evaluation.trust.cross_validated import known
    from rag.evaluation.trust.labels import drawn
    from rag.settings import Settings

    with exit_codes(), progress() as tell:
        settings = Settings.load()
        examples = drawn(paths, sample)
        model = judge_at(runs, settings, wanted=True) if judge else None
        if judge and model is None:
            raise RunError(NO_MODEL)
        asked = model.verdict if model else checker_of(settings)
        found = judged(examples, asked, lambda done, total: tell(done, total, "checking"))
        if model:
            worth(found, len(examples)).save(model.worth_file)
    echo(terminal.calibration(rows(found), scoring(found)))
    if not model and not settings.judge:
        seen = sum(known(one.sentence, one.evidence) for one in examples)
        echo(terminal.learnt(checker_model().learnt_from, seen, len(examples)))
    if model:
        typer.echo(f"{len(examples) - len(found)} of {len(examples)} without a verdict; kept for {model.name}")
