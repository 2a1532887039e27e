"""`rag eval`: each command is a few lines around the stages. Exit codes: rag/evaluation/exit_code.py."""

import typer

from rag.evaluation.commands.cases import convert_command, export_command, generate_command
from rag.evaluation.commands.run import (
    bless_command,
    check_command,
    diff_command,
    explain_command,
    gate_command,
    run_command,
)
from rag.evaluation.commands.trust import calibrate_command, selftest_command

eval_app = typer.Typer(
    help="Know what a change did, question by question. Exit codes: 0 ok, 1 regression, 2 bad suite, 3 incomplete.",
    no_args_is_help=True,
)
eval_app.command("check")(check_command)
eval_app.command("run")(run_command)
eval_app.command("gate")(gate_command)
eval_app.command("bless")(bless_command)
eval_app.command("diff")(diff_command)
eval_app.command("explain")(explain_command)
eval_app.command("calibrate")(calibrate_command)
eval_app.command("selftest")(selftest_command)
eval_app.command("generate")(generate_command)
eval_app.command("convert")(convert_command)
eval_app.command("export")(export_command)

__all__ = ["eval_app"]
