"""`rag index copy`, `rag work`: an index moves between a folder and PostgreSQL; a host helps another to fill one."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.settings import Settings

index_app = typer.Typer(help="The index itself: move it.", no_args_is_help=True)


@index_app.callback()
def index_command() -> None:
    """The index itself: move it."""


@index_app.command("copy")
def copy_command(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A folder (.rag) or postgresql://user@host/database.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same; empty, or left by a copy that was stopped.")],
) -> None:
    """Copy an index with its vectors: nothing is embedded again, and every article is compared at the end."""
    from rag.console import progress_bar
    from rag.embedding import open_embedder
    from rag.index import Index
    from rag.settings import Settings

    settings = Settings.load()
    old, new = settings.at_index(source), settings.at_index(target)
    _require_folder(old)
    embedder = open_embedder(settings)
    with closing(Index.open(old, embedder)) as one, closing(Index.open(new, embedder)) as other:
        with progress_bar() as progress:
            report = other.copy_from(one, progress)
        typer.echo(
            f"{new.index_name}: {report.copied} articles copied, {report.present} were there;"
            f" {report.passages} passages compared, all the same"
        )


def _require_folder(settings: "Settings") -> None:
    """Stop before an index is looked for in a folder that does not exist: opening would make it."""
    from rag.errors import IndexMissing

    if settings.index is None and not settings.index_dir.is_dir():
        raise IndexMissing(f"There is no folder {settings.index_dir}.")


def work_command() -> None:
    """Read and embed for the ingests into PostgreSQL that run now, also those of other hosts with the same files."""
    from rag.index import work_at
    from rag.settings import Settings

    typer.echo(f"{work_at(Settings.load())} files read; none is waiting")
