"""`rag articles, ingest, watch, remove`: what is indexed."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.articles.formats import FORMATS
from rag.commands.options import Json, Verbose, as_date, open_assistant

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index import SyncReport

WEB = ("http://", "https://")
MAX_NAMED = 5
"""Files of no known format that are named; the rest is counted."""
MAX_LINES = 20
"""Files that were skipped, and notes, that are printed; the rest is counted."""


def articles_command(*, as_json: Json = False) -> None:
    """List what is indexed, and where each date comes from."""
    from rag import render
    from rag.answering.jsonable import to_jsonable
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
    places: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACE...",
            help=f"Folders or files: {' '.join(FORMATS)}. Or http(s) addresses of pages, sitemaps, feeds.",
        ),
    ],
    *,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Of a sitemap or feed, only pages from this day on."),
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed anew what another embedder made.")] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that read and embed; more than one need PostgreSQL.")
    ] = 1,
    verbose: Verbose = False,
) -> None:
    """Add these to the index, and what changed in them; what vanished from a folder leaves it."""
    failed = 0
    with open_assistant(rebuild=rebuild) as assistant:
        for place in places:
            path = Path(place)
            if place.lower().startswith(WEB):
                failed += _download(assistant, place, as_date(since))
                path = assistant.settings.pages_folder
            report = assistant.sync(path, workers=workers)
            _print_report(path, report, verbose=verbose)
            failed += len(report.failed)
    raise typer.Exit(1 if failed else 0)


def _download(assistant: "Assistant", address: str, since: date | None) -> int:
    """Fetch an address into the folder of pages; how many pages failed."""
    from rag.web import download_pages

    downloads = download_pages(address, assistant.settings.pages_folder, assistant.settings, since)
    for page in downloads.failed:
        typer.echo(f"skipped {page.address}: {page.reason}", err=True)
    older = f", {downloads.skipped} older than {since}" if downloads.skipped else ""
    typer.echo(f"{address}: {len(downloads.files)} fetched, {len(downloads.failed)} failed{older}")
    return len(downloads.failed)


def watch_command(
    folder: Annotated[Path, typer.Argument(help="The folder to watch.")], *, verbose: Verbose = False
) -> None:
    """Keep the index in step with a folder, until Ctrl-C."""
    from rag.watching import watch_folder

    with open_assistant() as assistant, suppress(KeyboardInterrupt):
        for report in watch_folder(assistant, folder):
            _print_report(folder, report, verbose=verbose)


def _print_report(path: Path, report: "SyncReport", *, verbose: bool) -> None:
    for line in sync_lines(report, verbose=verbose):
        typer.echo(line, err=True)
    typer.echo(
        f"{path}: {report.added} added, {report.updated} updated, {report.removed} removed,"
        f" {report.unchanged} unchanged, {len(report.failed)} failed"
    )


def sync_lines(report: "SyncReport", *, verbose: bool) -> Iterator[str]:
    """What was not read, and why, in lines; all of it when `verbose`, else MAX_LINES of each kind."""
    for kind, found in (("skipped", report.failed), ("note", report.notes)):
        named = found if verbose else found[:MAX_LINES]
        yield from (f"{kind} {one.path}: {one.reason}" for one in named)
        if len(found) > len(named):
            yield f"{kind}: {len(found) - len(named)} more; --verbose prints them"
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
        assistant.require(ids)
        for id in dict.fromkeys(ids):
            assistant.remove(id)
            typer.echo(f"removed {id}")
