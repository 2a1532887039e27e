"""`rag articles, ingest, remove`: what is indexed."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.articles.formats import FORMATS
from rag.commands.options import Json, Verbose, open_assistant, require_articles

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index import SyncReport

MAX_NAMED = 5
"""Files of no known format that are named; the rest is counted."""
MAX_NOTES = 20
"""Notes on files that were not read in full that are printed; the rest is counted."""


def articles_command(*, as_json: Json = False) -> None:
    """List what is indexed, and where each date comes from."""
    from rag import render
    from rag.answering.answer import to_jsonable
    from rag.console import open_console, print_json
    from rag.text.day_names import format_date

    with open_assistant() as assistant:
        entries = assistant.articles()
    if as_json:
        print_json([to_jsonable(asdict(entry)) for entry in entries])
        return
    for entry in entries:
        open_console().print(
            render.replace_controls(
                f"{entry.id}  {format_date(entry.date)}{render.date_places(entry.dates)}"
                f"  {entry.passages} passages  {entry.title}"
            ),
            markup=False,
            soft_wrap=True,
        )


def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help=f"Folders or files: {' '.join(FORMATS)}.")],
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed anew what another embedder made.")] = False,
    verbose: Verbose = False,
) -> None:
    """Add these folders or files to the index, and what changed in them; what vanished from them leaves it."""
    with open_assistant(rebuild=rebuild) as assistant:
        failed = [failure for path in paths for failure in _sync(assistant, path, verbose=verbose).failed]
    raise typer.Exit(1 if failed else 0)


def _sync(assistant: "Assistant", path: Path, *, verbose: bool) -> "SyncReport":
    report = assistant.sync(path)
    for line in sync_lines(report, verbose=verbose):
        typer.echo(line, err=True)
    typer.echo(
        f"{path}: {report.added} added, {report.updated} updated, {report.removed} removed,"
        f" {report.unchanged} unchanged, {len(report.failed)} failed"
    )
    return report


def sync_lines(report: "SyncReport", *, verbose: bool) -> Iterator[str]:
    """What was not read, and why, in lines; all of it by name when `verbose`, otherwise counted."""
    yield from (f"skipped {failure.path}: {failure.reason}" for failure in report.failed)
    notes = report.notes if verbose else report.notes[:MAX_NOTES]
    yield from (f"note {note.path}: {note.reason}" for note in notes)
    if len(report.notes) > len(notes):
        yield f"note: {len(report.notes) - len(notes)} more notes on files not read in full; --verbose prints them"
    if verbose:
        yield from (f"left out {file.path}: {file.reason}" for file in report.left_out)
        yield from (f"passed over {file}: of no known format" for file in report.passed_over)
        return
    if report.left_out:
        names = _names([file.path for file in report.left_out])
        yield f"left out (drafts, data without a text, lock files, parts of saved pages): {names}"
    if report.passed_over:
        yield f"passed over, of no known format: {_names(report.passed_over)}"


def _names(files: Sequence[Path]) -> str:
    more = f" and {len(files) - MAX_NAMED} more" if len(files) > MAX_NAMED else ""
    return ", ".join(file.name for file in files[:MAX_NAMED]) + more


def remove_command(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Articles by their ids, as in rag articles.")],
) -> None:
    """Take articles out of the index; while its file stands, the next ingest of its folder reads one again."""
    with open_assistant() as assistant:
        require_articles(assistant, ids)
        for id in dict.fromkeys(ids):
            assistant.remove(id)
            typer.echo(f"removed {id}")
