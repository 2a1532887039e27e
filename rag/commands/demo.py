"""`rag demo`: the five articles that come with the package, copied into a folder and indexed."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from rag.commands.options import open_assistant
from rag.errors import IndexMissing, RagError

if TYPE_CHECKING:
    from rag.assistant import Assistant

_SEEDS = (Path(__file__).parents[1] / "seeds", Path(__file__).parents[2] / "seeds")
"""Of a wheel, and of a checkout."""


def demo_command() -> None:
    """Copy five news articles that come with the package into the articles folder, and index them."""
    seeds = tuple(next(folder for folder in _SEEDS if folder.is_dir()).glob("*.txt"))
    with open_assistant() as assistant:
        if _indexed(assistant) - {file.name for file in seeds}:
            raise RagError(f"{assistant.settings.index_name} holds other articles. Try the demo in an empty folder.")
        folder = assistant.settings.articles_dir
        _copy(seeds, folder)
        assistant.sync(folder)
        count = len(assistant.articles())
    typer.echo(f'{count} articles, in {folder}/. Ask: rag ask "Why did Serbs put up roadblocks in December 2022?"')


def _indexed(assistant: "Assistant") -> set[str]:
    try:
        return {entry.id for entry in assistant.articles()}
    except IndexMissing:  # neither an index nor a folder to make one of
        return set()


def _copy(files: tuple[Path, ...], folder: Path) -> None:
    """Copy the files; one that stands there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if not (folder / file.name).exists():
            shutil.copyfile(file, folder / file.name)
