"""Command line: the commands of rag/commands, rag/chat and rag/evaluation by name."""

import io
import logging
import os
import sys
from functools import lru_cache
from typing import Annotated

import typer

from rag import __version__
from rag.chat.command import serve, user
from rag.commands.demo import demo_command
from rag.commands.doctor import doctor_command
from rag.commands.folder import compare_command, overview_command, timeline_command
from rag.commands.index import index_app, work_command
from rag.commands.library import articles_command, ingest_command, remove_command, watch_command
from rag.commands.mcp import mcp_command
from rag.commands.questions import ask_command, chat_command, search_command
from rag.errors import RagError, SettingsError
from rag.evaluation.commands import eval_app
from rag.logs import log_handler
from rag.tracing import export_spans

app = typer.Typer(
    help="Ask a folder of articles; every sentence of the answer is checked against the sentence it cites.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app, name="eval")
app.add_typer(index_app, name="index")
app.command()(serve)
app.command()(user)
app.command("ask")(ask_command)
app.command("chat")(chat_command)
app.command("search")(search_command)
app.command("overview")(overview_command)
app.command("timeline")(timeline_command)
app.command("compare")(compare_command)
app.command("articles")(articles_command)
app.command("ingest")(ingest_command)
app.command("work")(work_command)
app.command("watch")(watch_command)
app.command("remove")(remove_command)
app.command("doctor")(doctor_command)
app.command("demo")(demo_command)
app.command("mcp")(mcp_command)


def main() -> None:
    """Run `rag`; an error of ours, or of the disk, is one line on standard error and exit code 1."""
    _prepare_output()
    logging.getLogger("rag").addHandler(log_handler(_logs_json))
    try:
        export_spans()
        app()
    except RagError as error:
        sys.exit(f"rag: {error}")
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - what could not be written is not tried again
        sys.exit(f"rag: {error}")


@lru_cache(maxsize=1)
def _logs_json() -> bool:
    """Whether the settings ask for it; a setting that is wrong is reported by the command itself."""
    from rag.settings import Settings

    try:
        return Settings.load().log_format == "json"
    except SettingsError:
        return False


def _prepare_output() -> None:
    """Print to any terminal: what its character set lacks becomes a question mark; a closed output takes nothing."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _show_version(requested: bool) -> None:  # noqa: FBT001
    if requested:
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
