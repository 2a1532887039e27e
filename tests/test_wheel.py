"""The wheel is the product: installed alone, outside the repository, it answers."""

import json
import os
import re
import site
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
pytestmark = pytest.mark.timeout(600)
"""Building, installing and indexing is work for one fixture."""
QUESTION = "Why did Serbs put up roadblocks in December 2022?"


def _build(target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=300)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the commands of a new environment that holds the wheel, and borrows its dependencies from this one."""
    wheel = _build("wheel", tmp_path_factory.mktemp("dist"))
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    (packages,) = home.glob("lib/python*/site-packages")
    # After the environment's own packages; a .pth file of the borrowed folder, such as that of a checkout, is not read.
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    python = str(home / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, "--force-reinstall", str(wheel)], check=True, timeout=300)
    return home / "bin"


@pytest.fixture(scope="module")
def folder(scripts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the repository in which `rag demo` was run."""
    folder = tmp_path_factory.mktemp("empty")
    demo = run(scripts, folder, "demo")
    assert demo.returncode == 0, demo.stderr
    assert demo.stdout.startswith("5 articles, in seeds/. Ask: rag ask")
    return folder


def run(scripts: Path, folder: Path, *arguments: str, program: str = "rag") -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "OPENAI_", "PYTHON"))}
    command = [str(scripts / program), *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300)


def test_the_wheel_answers_in_an_empty_folder(scripts: Path, folder: Path) -> None:
    answer = json.loads(run(scripts, folder, "ask", QUESTION, "--json").stdout)
    assert answer["status"] == "answered"
    first = answer["citations"][0]
    text = (folder / "seeds" / first["article"]).read_text(encoding="utf-8")
    assert text[first["start"] : first["end"]] == first["quote"]


def test_the_wheel_is_run_by_its_own_name_too(scripts: Path, folder: Path) -> None:
    assert run(scripts, folder, "--version", program=PROJECT["name"]).stdout.startswith("rag 0.")


def test_everything_that_is_read_at_run_time_is_in_the_wheel(scripts: Path, folder: Path) -> None:
    code = (
        "import rag; from pathlib import Path; from rag.prompts import load_prompt; from rag.chat import document;"
        "from rag.chat.markup import TEMPLATES; [load_prompt(name) for name in 'answer condense judge'.split()];"
        "home = Path(rag.__file__).parent; assert home.is_relative_to(Path(__import__('sys').prefix)), home;"
        "assert (home / 'weights' / 'NOTICE').is_file() and list(document.STATIC.rglob('OFL*')) and TEMPLATES.is_dir()"
    )
    run(scripts, folder, "-c", code, program="python").check_returncode()


def test_the_source_distribution_holds_what_the_wheel_is_built_from(tmp_path: Path) -> None:
    with tarfile.open(_build("sdist", tmp_path)) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"pyproject.toml", "LICENSE", "prompts/answer.md", "rag/weights/word_embeddings.bin"} <= names
    assert sum(name.startswith("seeds/") for name in names) == 5
    assert not any(name.startswith("tests/") for name in names)


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    extras = (one for extra in PROJECT["optional-dependencies"].values() for one in extra)
    for requirement in (*PROJECT["dependencies"], *extras):
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?>=[\d.]+,<[\d.]+", requirement), requirement
