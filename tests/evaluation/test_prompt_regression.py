"""The prompt is a part of the product: one that lets a model add what it knows must not pass the gate."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag import prompts
from rag.evaluation.cases.suite import Suite, open_suite
from rag.evaluation.compare.gate import decide_gate
from rag.evaluation.exit_code import ExitCode
from rag.evaluation.report.terminal import comparison_lines, gate_line
from rag.evaluation.runs.results import Results
from rag.evaluation.runs.run import begin_run, complete_run
from rag.settings import Settings
from rag.text.words import stems
from tests.openai_server import Exchange, OpenAIServer, says, serving

REPOSITORY = Path(__file__).parents[2]
ASKED = 12


def obeys(exchange: Exchange) -> None:
    """A model that tells the two sentences nearest to the question in one, and adds to it where the prompt lets it."""
    system, user = (str(message["content"]) for message in exchange.body["messages"])  # type: ignore[attr-defined]
    if "correct one sentence" in system:
        says(prompts.REFUSAL)(exchange)
        return
    question = stems(user.rpartition("Question:")[2])
    numbered = re.findall(r"^\[(\d+)\] (.+)$", user, re.MULTILINE)
    near = sorted(numbered, key=lambda one: -len(question & stems(one[1])))[:2]
    text = ", and ".join(sentence.rstrip(".”") for _, sentence in near)
    marks = "".join(f"[{number}]" for number, _ in near)
    added = "" if "Add nothing" in system else f" The treaty of 1815 had already settled it for 77 years. {marks}"
    says(f"{text}. {marks}{added}")(exchange)


@pytest.fixture
def suite() -> Suite:
    whole = open_suite(REPOSITORY / "evals/cases/factoid.jsonl", REPOSITORY / "seeds")
    return replace(whole, cases=whole.cases[:ASKED])


@pytest.fixture
def run(suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[OpenAIServer], Results]:
    def carried(server: OpenAIServer) -> Results:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        settings = Settings(llm="openai:test-model", repairs=0)
        return complete_run(begin_run(suite, settings, tmp_path / "runs"), suite, settings)

    return carried


@pytest.fixture
def lenient_prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    def worsen() -> None:
        folder = shutil.copytree(REPOSITORY / "prompts", tmp_path / "prompts")
        lines = (folder / "answer.md").read_text().split("\n")
        (folder / "answer.md").write_text("\n".join(line for line in lines if "Add nothing" not in line))
        monkeypatch.setattr(prompts, "_FOLDERS", (folder,))
        prompts.load_prompt.cache_clear()

    yield worsen
    prompts.load_prompt.cache_clear()


def test_a_prompt_that_lets_a_model_add_to_the_articles_is_a_regression_that_names_grounding(
    run: Callable[[OpenAIServer], Results], lenient_prompt: Callable[[], None]
) -> None:
    with serving(obeys) as server:
        before = run(server)
        lenient_prompt()
        after = run(server)
    assert not before.deterministic
    decided = decide_gate(before, after, suite_size=ASKED)
    lines = "\n".join([*comparison_lines(decided.comparison), gate_line(decided)])
    assert decided.code == ExitCode.REGRESSION, lines
    assert "first in grounding" in lines
    assert "survived" in lines
