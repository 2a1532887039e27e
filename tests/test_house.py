"""The house stays readable: short files, and a public name that means one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import rag

ROOT = Path(rag.__file__).parents[1]
LONGEST = {"rag": 250, "docs": 250, "tests": 400, "evals": 400}
"""Most lines of a .py, .js or .css file, by top folder."""
SHARED = {"findings", "measure", "METRICS", "main"}
"""Names that several modules define because one caller treats the modules alike: rules, metrics, scripts."""
ALIKE = "evals.benchmarks.stacks."
"""Modules with the same functions, which the benchmark calls in turn."""


def _files() -> list[Path]:
    return [file for folder in LONGEST for file in sorted((ROOT / folder).rglob("*")) if file.is_file()]


CODE = [file for file in _files() if file.suffix in (".py", ".js", ".css")]


@pytest.mark.parametrize("folder", LONGEST)
def test_no_file_is_too_long_to_read_in_one_sitting(folder: str) -> None:
    lines = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in CODE
        if file.relative_to(ROOT).parts[0] == folder
    }
    assert {file: count for file, count in lines.items() if count > LONGEST[folder]} == {}


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _defined(tree: ast.Module) -> set[str]:
    """Functions, classes and constants of a module."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _used(tree: ast.Module, modules: set[str]) -> set[str]:
    """Names that a module imports from others of ours, or reads from a module that it imported."""
    names: set[str] = set()
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("rag", "evals"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                (imported if whole in modules else names).add(alias.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
            names.add(node.attr)
    return names


def test_no_public_name_means_two_things() -> None:
    trees = {
        _module(file): ast.parse(file.read_text(encoding="utf-8"))
        for file in CODE
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ("rag", "evals")
    }
    public = {name for tree in trees.values() for name in _used(tree, set(trees))} - SHARED
    homes: dict[str, list[str]] = defaultdict(list)
    for module, tree in trees.items():
        if not module.startswith(ALIKE):
            for name in _defined(tree) & public:
                homes[name].append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
