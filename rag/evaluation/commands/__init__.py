"""`rag eval`: each command is a few lines around the stages. Exit codes: 0 ok, 1 worse, 2 bad suite, 3 incomplete."""

import typer

from rag.evaluation.commands.cases import convert, generate
from rag.evaluation.commands.run import bless, check, diff, explain, gate, run
from rag.evaluation.commands.trust import calibrate, selftest

app = typer.Typer(
    help="Know what a change did, question by question. Exit codes: 0 ok, 1 regression, 2 bad suite, 3 incomplete.",
    no_args_is_help=True,
)
for _command in (check, run, gate, bless, diff, explain, calibrate, selftest, generate, convert):
    app.command()(_command)

__all__ = ["app"]
