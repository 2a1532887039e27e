"""The import order of docs/architecture.md holds: a stage imports only stages on earlier lines."""

import ast
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parent
ARCHITECTURE = ROOT.parent / "docs" / "architecture.md"
PACKAGE = "rag"
"""The package itself stands outside the order, for its version."""


def _lines() -> list[list[str]]:
    block = ARCHITECTURE.read_text(encoding="utf-8").split("## Import order", 1)[1].split("```text\n", 1)[1]
    return [line.split() for line in block.split("```", 1)[0].splitlines()]


LEVELS = {stage: number for number, line in enumerate(_lines()) for stage in line}


def _stage(parts: tuple[str, ...]) -> str:
    """The most exact entry of the order for a module, given as the parts of its name below the package."""
    inner = "/".join(parts[:2])
    return inner if inner in LEVELS else parts[0]


def _level(stage: str) -> int:
    """A folder that has lines of its own stands, as a whole, on the last of them."""
    return LEVELS[stage] if stage in LEVELS else max(LEVELS[one] for one in LEVELS if one.startswith(f"{stage}/"))


def _imports(file: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            modules.update(f"{PACKAGE}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
    return {module for module in modules if module.startswith(f"{PACKAGE}.") and not module.endswith("__version__")}


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_stage_imports_only_stages_on_earlier_lines(file: Path) -> None:
    here = file.relative_to(ROOT).with_suffix("").parts
    if here == ("__init__",):
        return
    stage = _stage(here)
    imported = {_stage(tuple(module.split(".")[1:])) for module in _imports(file)}
    later = {one for one in imported - {stage} if _level(one) >= _level(stage)}
    assert not later, f"rag/{file.relative_to(ROOT)} imports what does not stand on an earlier line of the order"


def test_the_order_names_every_stage_on_disk_and_no_other() -> None:
    stages = {
        path.name.removesuffix(".py")
        for path in ROOT.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert stages - {"__init__"} == {stage.split("/")[0] for stage in LEVELS}
