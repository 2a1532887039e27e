"""Values -> a terminal: JSON, rich text, answers while they are made, and a progress bar on standard error."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from rag.answering.answer import Answer
    from rag.index import Progress


def open_console() -> "Console":
    """Standard output as rich text, without colours that rich would guess."""
    from rich.console import Console

    return Console(highlight=False)


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_answer(answer: "Answer", links: Mapping[str, str]) -> None:
    """Print an answer; `links` says where an article opens, by its id."""
    from rag import rich_text

    open_console().print(rich_text.terminal(answer, links), soft_wrap=not sys.stdout.isatty())


def watch_answers(answers: "Iterable[Answer]") -> "Answer":
    """The last of the answers; a terminal shows each of them until the next one comes."""
    if not sys.stdout.isatty():
        *_, answer = answers
        return answer
    from rich.live import Live

    from rag import rich_text

    with Live(console=open_console(), auto_refresh=False, transient=True) as live:
        for answer in answers:
            live.update(rich_text.terminal(answer), refresh=True)
    return answer


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """A bar on standard error that appears with the first report, and only on a terminal.

    Yields a function of how many are done, of how many, and the name of the present one.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bars:
        task: TaskID | None = None

        def report(done: int, total: int, name: str) -> None:
            nonlocal task
            task = bars.add_task(name, total=total) if task is None else task
            bars.update(task, completed=done, total=total, description=name)

        yield report
