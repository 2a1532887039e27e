"""Three small articles, and settings of an index that does not exist yet."""

from pathlib import Path

import pytest

from rag.settings import Settings

TEXTS = {
    "owls.txt": "Published on March 1, 2021\n\nOwls hunt mice at night. Their ears are uneven.",
    "bees.txt": "Published on June 5, 2022\n\nBees dance to tell where flowers are. A hive has one queen.",
    "salt/mines.md": "# The mine\n\nMiners dug salt near Hallein. The brine was boiled in pans.",
}


@pytest.fixture(autouse=True)
def through_chroma(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search the small indexes of these tests as large ones are searched."""
    monkeypatch.setattr("rag.index.vectors.SMALL", 0)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index_dir=tmp_path / "index")
