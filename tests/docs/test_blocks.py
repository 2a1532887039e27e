"""Every shell and Python block of the README and of docs/ runs; what cannot is marked with its reason, and counted."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(
    r"(?P<mark><!-- not run: [^>]+ -->\n)?^```(?P<language>bash|python)\n(?P<code>.*?)^```$", re.M | re.S
)
CASES = 2
"""Cases of each kind that the blocks ask."""
MARKED = 21
"""Blocks that are not run. Raise this only with a reason that a user would accept."""


class Block(NamedTuple):
    """One fenced block of a page."""

    page: Path
    language: str
    code: str
    marked: bool


def _blocks() -> Iterator[Block]:
    for page in PAGES:
        for match in FENCE.finditer(page.read_text(encoding="utf-8")):
            yield Block(page, match["language"], match["code"], match["mark"] is not None)


BLOCKS = list(_blocks())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder as a user has it after cloning: the seeds, a few cases, and the commands on the path."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(ROOT / "seeds", folder / "articles")
    shutil.copytree(ROOT / "evals" / "cases", folder / "evals" / "cases")
    kept = {id for file in (folder / "evals" / "cases").glob("*.jsonl") for id in _shorten(file)}
    baseline = json.loads((ROOT / "evals" / "baseline.json").read_text(encoding="utf-8"))
    baseline["cases"] = [one for one in baseline["cases"] if one["case"] in kept]
    (folder / "evals" / "baseline.json").write_text(json.dumps(baseline), encoding="utf-8")
    return folder


def _shorten(file: Path) -> list[str]:
    """Keep the first CASES cases of a file; their ids. `make evals` asks them all, and takes minutes."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)[:CASES]
    file.write_text("".join(lines), encoding="utf-8")
    return [json.loads(line)["id"] for line in lines]


def _run(block: Block, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment |= {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    command = ["bash", "-e", "-c", block.code] if block.language == "bash" else [sys.executable, "-c", block.code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=400)


@pytest.mark.timeout(420)  # a block starts several commands, each loads the networks
@pytest.mark.parametrize("block", [block for block in BLOCKS if not block.marked], ids=lambda block: block.page.name)
def test_a_block_runs(block: Block, folder: Path) -> None:
    finished = _run(block, folder)
    assert finished.returncode == 0, f"{block.code}\n{finished.stdout}\n{finished.stderr}"


def test_the_blocks_that_are_not_run_are_counted() -> None:
    assert sum(block.marked for block in BLOCKS) == MARKED


def test_every_block_names_its_language() -> None:
    for page in PAGES:
        fences = re.findall(r"^ *```(\w*)$", page.read_text(encoding="utf-8"), re.M)
        assert all(fences[::2]), page.name


def test_the_readme_fits_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
