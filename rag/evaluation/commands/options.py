"""What the commands of `rag eval` share: options, a suite, a judge, and errors as exit codes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import RagError, SuiteError
from rag.evaluation.exit_code import ExitCode

if TYPE_CHECKING:
    from rag.evaluation.cases.suite import Suite
    from rag.evaluation.judge import ModelJudge
    from rag.settings import Settings

SuitePath = Annotated[Path, typer.Option("--suite", help="A JSONL file of cases, or a folder of them.")]
ArticlesDir = Annotated[Path | None, typer.Option("--articles", help="Folder of articles; default: articles_dir.")]
Runs = Annotated[Path, typer.Option("--runs", help="Where runs are kept.")]
Baseline = Annotated[Path, typer.Option("--baseline", help="The blessed results.")]
RunName = Annotated[str, typer.Argument(help="A run: its name, the beginning of it, its folder, or latest.")]
SUITE, RUNS, BASELINE = Path("evals/cases"), Path("evals/runs"), Path("evals/baseline.json")
JUDGE = "judge"
"""Folder beside the runs where a judge's replies are kept."""


@contextmanager
def exit_codes() -> Iterator[None]:
    """Print an error of ours on standard error and exit by what it concerns."""
    try:
        yield
    except SuiteError as error:
        typer.echo(f"rag: {error}", err=True)
        raise typer.Exit(ExitCode.BAD_SUITE) from error
    except RagError as error:  # nothing was measured, which is not the same as worse
        typer.echo(f"rag: {error}", err=True)
        raise typer.Exit(ExitCode.INCOMPLETE) from error


def suite_at(path: Path, articles: Path | None) -> "Suite":
    """The suite at a path, over the named articles or those of the settings."""
    from rag.evaluation.cases.suite import open_suite
    from rag.settings import Settings

    return open_suite(path, articles or Settings.load().articles_dir)


def judge_at(runs: Path, settings: "Settings", requested: bool | None) -> "ModelJudge | None":  # noqa: FBT001
    """The model that the settings name, as a judge; None when there is none, or when it is not requested.

    Args:
        runs: where its replies are kept.
        settings: name the model.
        requested: None when no option says so: then a local file does not judge, for it would take an hour.
    """
    from rag.evaluation.judge import ModelJudge
    from rag.llm import open_model

    judges = not settings.llm.startswith("gguf:") if requested is None else requested
    model = open_model(settings) if judges else None
    return ModelJudge(model, runs / JUDGE) if model else None


def echo(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        typer.echo(line)
