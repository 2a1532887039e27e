"""The GitHub Action and the hooks of pre-commit: their commands exist, and the action's steps do as they are named."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

from rag.cli import app
from rag.evaluation.cases.cases import dump_case
from rag.evaluation.commands import eval_app
from tests.evaluation.building import FROGS, OWLS, case, nugget

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / ".github" / "actions" / "evals" / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SCRIPTS = [step for step in ACTION["runs"]["steps"] if "run" in step]
COMMAND = re.compile(r"\brag ((?:[a-z]+ ?)+)((?:[^|&>'\n\\]|\\\n)*)")
EXPRESSION = re.compile(r"\$\{\{ ([\w.]+) \}\}")


@pytest.mark.parametrize("script", [step["run"] for step in SCRIPTS] + [hook["entry"] for hook in HOOKS])
def test_every_command_and_option_exists(script: str) -> None:
    for words, rest in COMMAND.findall(script):
        command: Any = typer.main.get_command(app)
        for word in words.split():
            command = command.commands[word]
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in shlex.split(rest) if word.startswith("--")} <= options


def test_no_script_holds_an_expression_that_a_branch_or_a_path_could_turn_into_a_command() -> None:
    assert len(SCRIPTS) == 7
    assert not any("${{" in step["run"] for step in SCRIPTS)
    assert {step["shell"] for step in SCRIPTS} == {"bash"}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: values[found[1]], text)


def run_steps(inputs: Mapping[str, str], home: Path, folder: Path) -> tuple[int, str]:
    """Run the action's scripts after the installing in order until one fails; the exit code and the summary's text."""
    values = {f"inputs.{name}": given.get("default", "") for name, given in ACTION["inputs"].items()}
    values |= {"runner.temp": str(home), **{f"inputs.{name}": text for name, text in inputs.items()}}
    summary, output = home / "summary.md", home / "output.txt"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for step in (step for step in SCRIPTS if step["name"] != "Install"):
        output.write_text("")
        given = {name: _filled(text, values) for name, text in step["env"].items()}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "PATH": path}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        finished = subprocess.run(command, cwd=folder, env={**os.environ, **given, **files}, timeout=100)
        pairs = (line.split("=", 1) for line in output.read_text().splitlines())
        values |= {f"steps.{step.get('id')}.outputs.{name}": text for name, text in pairs}
        if finished.returncode:
            break
    for promised in ACTION["outputs"].values():
        assert _filled(promised["value"], values)
    return finished.returncode, summary.read_text()


@pytest.mark.timeout(300)  # four commands, each of which loads the networks
def test_the_steps_in_order_fail_with_what_got_worse_and_leave_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "owls.txt").write_text(OWLS)
    (tmp_path / "articles" / "frogs.txt").write_text(FROGS)
    asked = case(question="How many owls did Kim Lee count?", nuggets=(nugget("12", quote="Kim Lee counted 12 owls"),))
    (tmp_path / "cases.jsonl").write_text(dump_case(asked))
    where = ["--suite", "cases.jsonl", "--articles", "articles", "--runs", "before"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert CliRunner().invoke(eval_app, ["run", *where]).exit_code == 0
    assert CliRunner().invoke(eval_app, ["bless", "--runs", "before", "--baseline", "b.json"]).exit_code == 0
    monkeypatch.setenv("RAG_CONFIDENCE", "1")
    home = tmp_path / "runner"
    home.mkdir()
    code, summary = run_steps({"suite": "cases.jsonl", "baseline": "b.json"}, home, tmp_path)
    assert code == 1
    assert summary.startswith("### gate: REGRESSION, first in behaviour")
    assert "newly fails: a (behaviour: refused what the articles answer)" in summary
    (junit,) = home.glob("rag-eval/*/junit.xml")
    assert 'failures="1"' in junit.read_text()
    assert list(home.glob("rag-eval/*/report.html"))
