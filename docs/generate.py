"""The code -> the pages that repeat it: docs/settings.md, cli.md, api.md, llms.txt and the list of docs/formats.md.

    make docs            # or: python -m docs.generate

tests/docs/test_generated.py fails when a page no longer says what the code says.
"""

import ast
import inspect
import tomllib
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import typer.main
from pydantic_core import PydanticUndefined
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from docs.python_api import api_page
from rag import settings
from rag.articles.formats import FORMATS
from rag.cli import app

FOLDER = Path(__file__).parent
LIST_START = "<!-- The list is made by docs/generate.py (make docs). -->"
LIST_END = "<!-- End of the list. -->"
WARNING = "<!-- Made by docs/generate.py (make docs): change the code, not this page. -->"


def pages() -> dict[Path, str]:
    """The generated pages by their files."""
    made = {
        FOLDER / "settings.md": settings_page(),
        FOLDER / "cli.md": cli_page(),
        FOLDER / "formats.md": formats_page((FOLDER / "formats.md").read_text(encoding="utf-8")),
        FOLDER / "api.md": api_page(WARNING),
    }
    return {**made, FOLDER / "llms.txt": llms_page(made)}


def llms_page(made: Mapping[Path, str]) -> str:
    """The site's pages as a list for language models (llmstxt): its name, what it is, each page with its opening.

    Args:
        made: pages that are generated, too.
    """
    project = tomllib.loads((FOLDER / "zensical.toml").read_text(encoding="utf-8"))["project"]
    lines = [f"# {project['site_name']}", "", f"> {project['site_description']}", ""]
    for section in project["nav"]:
        ((name, files),) = section.items()
        lines += [f"## {name}", "", *(_listed(file, made) for file in files), ""]
    return "\n".join(lines)


def _listed(file: str, made: Mapping[Path, str]) -> str:
    """A page's title and the first sentence below it."""
    text = made.get(FOLDER / file) or (FOLDER / file).read_text(encoding="utf-8")
    title = next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    opening = text.partition(f"# {title}\n")[2].strip().partition("\n\n")[0]
    sentence = " ".join(opening.split()).partition(". ")[0].removesuffix(".")
    return f"- [{title}]({file}): {sentence}."


def formats_page(page: str) -> str:
    """The page on formats with its list made anew: every suffix, and what its converter reads."""
    suffixes: dict[str, list[str]] = {}
    for suffix, convert in FORMATS.items():
        suffixes.setdefault(_first_line(convert), []).append(f"`{suffix}`")
    rows = [f"| {' '.join(names)} | {_cell(meaning)} |" for meaning, names in suffixes.items()]
    before, _, rest = page.partition(LIST_START)
    return "\n".join(
        [before + LIST_START, "| files | what is read |", "|---|---|", *rows, LIST_END + rest.partition(LIST_END)[2]]
    )


def _first_line(function: Callable[..., object]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def settings_page() -> str:
    """A table of every field of `Settings`: its variable, its default, and its docstring."""
    meanings = _field_docstrings()
    rows = [
        f"| `{name}` | `{settings.PREFIX}{name.upper()}` | {_default(field.default)} | {_cell(meanings[name])} |"
        for name, field in settings.Settings.model_fields.items()
    ]
    return "\n".join(
        [
            WARNING,
            "# Settings",
            "",
            "Set a field as an environment variable or as a line of `rag.toml` in the working folder"
            ' (`hits = 5`, `articles_dir = "~/articles"`). The variable wins. An unknown name or a value out of bounds'
            " is an error. In Python: `Settings(hits=5)`, `Settings.load()`.",
            "",
            "| field | variable | default | meaning |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def cli_page() -> str:
    """Every command with its help, arguments and options."""
    root = typer.main.get_command(app)
    lines = [WARNING, "# Command line", "", "`rag --help`, and `--help` after each command, print the same.", ""]
    for path, command in _commands("rag", root):
        lines += [f"## {path}", "", inspect.cleandoc(command.help or ""), ""]
        rows = [_parameter(parameter) for parameter in command.params]
        if rows:
            lines += ["| argument or option | default | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _field_docstrings() -> dict[str, str]:
    """The docstring under each field, which pydantic does not keep."""
    (body,) = [
        node.body
        for node in ast.parse(inspect.getsource(settings)).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    ]
    meanings: dict[str, str] = {}
    for field, after in pairwise(body):
        documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and documented:
            meanings[field.target.id] = inspect.cleandoc(str(ast.literal_eval(ast.unparse(after))))
    return meanings


def _commands(path: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperCommand):
        yield path, command
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _commands(f"{path} {name}", inner)


def _parameter(parameter: object) -> str:
    if isinstance(parameter, TyperArgument):
        return f"| `{parameter.metavar or (parameter.name or '').upper()}` | | {_cell(parameter.help or '')} |"
    if isinstance(parameter, TyperOption):
        names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        return f"| {names} | {_default(parameter.default)} | {_cell(parameter.help or '')} |"
    raise TypeError(f"{parameter} is neither an argument nor an option")


def _default(value: object) -> str:
    return "" if value in (None, False, "", PydanticUndefined) else f"`{value}`"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def main() -> None:
    """Write the pages."""
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
