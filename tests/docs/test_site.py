"""The site has every page of docs/, and the list for language models names them all."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs"
PROJECT = tomllib.loads((FOLDER / "zensical.toml").read_text(encoding="utf-8"))["project"]


def test_every_page_is_in_the_navigation_once() -> None:
    named = [file for section in PROJECT["nav"] for files in section.values() for file in files]
    assert sorted(named) == sorted(file.name for file in FOLDER.glob("*.md"))


def test_every_page_opens_with_a_sentence() -> None:
    for file in FOLDER.glob("*.md"):
        opening = file.read_text(encoding="utf-8").partition("\n\n")[2].lstrip()
        assert not opening.startswith(("```", "#", "|", "!", "<")), file.name


def test_the_list_for_language_models_leads_to_every_page() -> None:
    lines = (FOLDER / "llms.txt").read_text(encoding="utf-8")
    assert [file.name for file in FOLDER.glob("*.md") if f"]({file.name})" not in lines] == []
    assert lines.startswith("# rag\n\n> ")
