"""The tree tells how data flows: a stage may import only stages before it."""

import ast
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parent
FLOW = [
    *("errors", "settings", "words", "dates", "tokens", "prompts", "models"),
    *("articles", "sentences", "passages", "embedding", "index", "retrieval", "claims"),
    *("quoting", "writing", "checking", "answer", "conversation", "drafts", "assistant", "render"),
    *("diagnosis", "llamaindex", "evaluation", "chat", "cli"),
]
GROUND = {"rag"}
"""Modules outside the order: the package itself, for its version."""


def _stage(module: str) -> str:
    return module.split(".")[1] if "." in module else "rag"


def _imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {module for module in found if module.split(".")[0] == "rag"}


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_stage_imports_only_earlier_stages(file: Path) -> None:
    relative = file.relative_to(ROOT)
    here = relative.parts[0].removesuffix(".py")
    if here == "__init__":
        return
    later = {
        module
        for module in _imports(file)
        if (stage := _stage(module)) not in GROUND and FLOW.index(stage) > FLOW.index(here)
    }
    assert not later, f"rag/{relative} imports a later stage"


def test_every_stage_on_disk_has_its_place_in_the_flow() -> None:
    stages = {
        path.name.removesuffix(".py")
        for path in ROOT.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert stages - {"__init__"} <= set(FLOW)
