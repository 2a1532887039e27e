"""Public names of the package -> docs/api.md: signatures, fields and docstrings, as they stand in the source."""

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from textwrap import dedent

import rag

SECTION = re.compile(r"(Args|Returns|Yields|Raises):")
ENTRY = re.compile(r"    (\w+): (.*)")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def api_page(warning: str) -> str:
    """The page, below a line that says how it is made."""
    lines = [
        warning,
        "# Python, name by name",
        "",
        "The public names of the package, from their docstrings; how to use them: [in Python](python.md).",
        "",
    ]
    for name in rag.__all__:
        lines += [f"## {name}", "", *_described(getattr(rag, name)), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _described(value: object) -> Iterator[str]:
    if not inspect.isclass(value):
        (node,) = _parsed(value).body
        assert isinstance(node, ast.FunctionDef)
        yield from (_signature(node), "", *_prose(inspect.getdoc(value) or ""))
        return
    yield from _prose(inspect.getdoc(value) or "")
    owners = [one for one in value.__mro__ if one.__module__.startswith("rag.")]
    bodies = [_body(_parsed(one)) for one in owners]
    if value is rag.Settings:
        yield from ("", "Its fields: [settings](settings.md).")
    else:
        yield from _fields(bodies[0])
    for node in (node for body in bodies for node in body if isinstance(node, _Function)):
        if not node.name.startswith("_") and ast.get_docstring(node):
            yield from ("", f"### {value.__name__}.{node.name}", "", _signature(node), "")
            yield from _prose(ast.get_docstring(node) or "")


def _parsed(value: object) -> ast.Module:
    return ast.parse(dedent(inspect.getsource(value)))  # type: ignore[arg-type]  # a class or a function


def _body(module: ast.Module) -> Sequence[ast.stmt]:
    (node,) = module.body
    assert isinstance(node, ast.ClassDef)
    return node.body


def _signature(node: _Function) -> str:
    """A property by its type; a function without `self` and `cls`."""
    returns = f" -> {ast.unparse(_unquoted(node.returns))}" if node.returns else ""
    if any(isinstance(one, ast.Name) and one.id == "property" for one in node.decorator_list):
        return f"`{node.name}{returns}`"
    node.args.args = [one for one in node.args.args if one.arg not in ("self", "cls")]
    for one in (*node.args.args, *node.args.kwonlyargs):
        one.annotation = one.annotation and _unquoted(one.annotation)
    awaited = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    return f"`{awaited}{node.name}({ast.unparse(node.args)}){returns}`"


def _unquoted(annotation: ast.expr) -> ast.expr:
    """A type without the quotes that keep its module from being imported."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation


def _fields(body: Sequence[ast.stmt]) -> Iterator[str]:
    """A table of the fields of a value, each with the docstring below it."""
    found = [(one, after) for one, after in pairwise([*body, ast.Pass()]) if isinstance(one, ast.AnnAssign)]
    rows = [(ast.unparse(one.target), ast.unparse(one.annotation), _docstring(after)) for one, after in found]
    shown = [row for row in rows if not row[0].startswith("_")]
    if shown:
        yield from ("", "| field | type | meaning |", "|---|---|---|")
        yield from (f"| `{name}` | `{kind.replace('|', chr(92) + '|')}` | {text} |" for name, kind, text in shown)


def _docstring(node: ast.stmt) -> str:
    """What stands below a field; empty where that is the next one."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return ""
    return " ".join(str(node.value.value).replace("|", "\\|").split())


def _prose(docstring: str) -> Iterator[str]:
    """A docstring as Markdown: its sections as lists."""
    section = ""
    for line in docstring.splitlines():
        if heading := SECTION.fullmatch(line):
            section = heading[1]
            yield from (f"{section}:", "")
        elif section and (entry := ENTRY.fullmatch(line)):
            yield f"- `{entry[1]}`: {entry[2]}"
        else:
            yield f"  {line.strip()}" if section and line.startswith("     ") else line.strip()
