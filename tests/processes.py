"""Which tests one process of several runs together: all that look at a page, first; of the others, those of a file."""

import ast
from functools import cache
from pathlib import Path

BROWSER = "browser"
"""Name of the group of tests that look at a page."""


def group(nodeid: str) -> str:
    """The group of a test: BROWSER, or its file."""
    file, _, test = nodeid.partition("::")
    name = test.partition("[")[0].rpartition("::")[2]
    return BROWSER if file.startswith("tests/chat/") and name in _of_a_page(file) else file


@cache
def _of_a_page(file: str) -> frozenset[str]:
    """The functions of a file that take the fixture `read`, which opens a page."""
    tree = ast.parse((Path(__file__).parents[1] / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if any(argument.arg == "read" for argument in one.args.args))
