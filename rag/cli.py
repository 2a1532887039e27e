"""Command line: each command is a few lines around Assistant and render."""

import io
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag import __version__
from rag.chat.command import serve, user
from rag.errors import QuestionError, RagError
from rag.evaluation.commands import eval_app

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from rag.answering.answer import Answer
    from rag.assistant import Assistant
    from rag.index import Progress, SyncReport

ABSTAINED = 3
"""Exit code of `ask` when the articles do not answer; 0 answered, 1 error, 2 wrong usage."""
NAMED = 5
"""Files passed over that are told by name."""

app = typer.Typer(
    help="Ask a folder of articles; every sentence of the answer is checked against the sentence it cites.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app, name="eval")
Question = Annotated[str, typer.Argument(help="What to ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
After = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published from this day on.")]
Before = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles published up to this day.")]
Articles = Annotated[list[str] | None, typer.Option("--article", help="Only this article, by its id; repeatable.")]

app.command()(serve)
app.command()(user)


def main() -> None:
    """Run `rag`; an error of ours, or of the disk, is one line on standard error and exit code 1."""
    _settle_output()
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("rag").addHandler(handler)
    try:
        app()
    except RagError as error:
        sys.exit(f"rag: {error}")
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - what could not be written is not tried again
        sys.exit(f"rag: {error}")


def _settle_output() -> None:
    """Print to any terminal: what its character set lacks becomes a question mark; a closed output takes nothing."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _show_version(wanted: bool) -> None:  # noqa: FBT001
    if wanted:
        typer.echo(f"rag {__version__}")
        raise typer.Exit


@app.callback()
def rag(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask a folder of articles; every sentence of the answer is checked against the sentence it cites."""


@app.command()
def ask(
    question: Question,
    *,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: Articles = None,
) -> None:
    """Answer a question; exit code 3 when the articles do not say."""
    with _assistant() as assistant:
        _require(assistant, article)
        answer = _watched(assistant.stream(question, after=_day(after), before=_day(before), articles=article))
        if as_json:
            _print_json(answer.to_dict())
        else:
            _print_answer(assistant, answer)
    raise typer.Exit(0 if answer.status == "answered" else ABSTAINED)


@app.command()
def chat() -> None:
    """Ask one question after another in this terminal; an empty line ends it."""
    from rag.answering.answer import Turn

    history: tuple[Turn, ...] = ()
    with _assistant() as assistant:
        while question := _next_question():
            try:
                answer = _watched(assistant.stream(question, history))
            except QuestionError as error:
                typer.echo(f"rag: {error}", err=True)
                continue
            _print_answer(assistant, answer)
            history = (*history, Turn(question, answer.text))


@app.command()
def search(
    question: Question,
    *,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Passages wanted.")] = 10,
    as_json: Json = False,
    after: After = None,
    before: Before = None,
    article: Articles = None,
) -> None:
    """List the passages nearest to a question, best first."""
    from rag import render
    from rag.answering.answer import plain

    with _assistant() as assistant:
        _require(assistant, article)
        hits = assistant.search(question, k, after=_day(after), before=_day(before), articles=article)
    if as_json:
        _print_json([plain(asdict(hit)) for hit in hits])
    else:
        _console().print(render.hits(hits), soft_wrap=True)


@app.command()
def articles(*, as_json: Json = False) -> None:
    """List what is indexed."""
    from rag import render
    from rag.answering.answer import plain

    with _assistant() as assistant:
        entries = assistant.articles()
    if as_json:
        _print_json([plain(asdict(entry)) for entry in entries])
        return
    for entry in entries:
        _console().print(
            render.harmless(f"{entry.id}  {render.day(entry.date)}  {entry.passages} passages  {entry.title}"),
            markup=False,
            soft_wrap=True,
        )


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Folders or files: .txt .md .html .pdf .docx.")],
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed anew what another embedder made.")] = False,
) -> None:
    """Add these folders or files to the index, and what changed in them; what vanished from them leaves it."""
    with _assistant(rebuild=rebuild) as assistant:
        failed = [failure for path in paths for failure in _sync(assistant, path).failed]
    raise typer.Exit(1 if failed else 0)


def _sync(assistant: "Assistant", path: Path) -> "SyncReport":
    report = assistant.sync(path)
    for failure in report.failed:
        typer.echo(f"skipped {failure.path}: {failure.reason}", err=True)
    if report.passed_over:
        typer.echo(f"passed over, of no known format: {_named(report.passed_over)}", err=True)
    counts = (("added", report.added), ("updated", report.updated), ("removed", report.removed))
    told = [f"{number} {name}" for name, number in (*counts, ("unchanged", report.unchanged))]
    typer.echo(f"{path}: {', '.join(told)}, {len(report.failed)} failed")
    return report


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Articles by their ids, as in rag articles.")],
) -> None:
    """Take articles out of the index; while its file stands, the next ingest of its folder reads one again."""
    with _assistant() as assistant:
        _require(assistant, ids)
        for id in dict.fromkeys(ids):
            assistant.remove(id)
            typer.echo(f"removed {id}")


def _named(files: Sequence[Path]) -> str:
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(file.name for file in files[:NAMED]) + more


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """Tell what is configured, how the index stands, and what would make answers better."""
    from rag.doctor import diagnose

    findings = diagnose()
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    for finding in () if as_json else findings:
        typer.echo(f"{'ok   ' if finding.good else 'look '} {finding.topic}: {finding.text}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


@contextmanager
def _assistant(*, rebuild: bool = False) -> Iterator["Assistant"]:
    from rag.assistant import Assistant

    with _progress() as progress, Assistant.open(rebuild=rebuild, progress=progress) as assistant:
        yield assistant


@contextmanager
def _progress() -> Iterator["Progress"]:
    """A bar on standard error that shows itself once there is work to show, and only on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task: TaskID | None = None

        def tell(done: int, total: int, name: str) -> None:
            nonlocal task
            task = bar.add_task(name, total=total) if task is None else task
            bar.update(task, completed=done, total=total, description=name)

        yield tell


def _next_question() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


def _require(assistant: "Assistant", ids: list[str] | None) -> None:
    """Stop at an article that there is not: no answer would read as if it said nothing."""
    if ids and assistant.articles():
        for id in ids:
            assistant.article(id)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _watched(answers: "Iterable[Answer]") -> "Answer":
    """The last of the answers; a terminal shows each of them until the next one comes."""
    if not sys.stdout.isatty():
        *_, answer = answers
        return answer
    from rich.live import Live

    from rag import render

    with Live(console=_console(), auto_refresh=False, transient=True) as live:
        for answer in answers:
            live.update(render.terminal(answer), refresh=True)
    return answer


def _print_answer(assistant: "Assistant", answer: "Answer") -> None:
    from rag import render

    links = {entry.id: Path(entry.source).resolve().as_uri() for entry in assistant.articles()}
    _console().print(render.terminal(answer, links), soft_wrap=not sys.stdout.isatty())
