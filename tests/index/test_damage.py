"""A damaged search folder heals itself from the stored vectors: nothing is embedded, nothing is lost."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import IndexBroken
from rag.index import Filter, Index
from rag.settings import Settings
from tests.conftest import Counting


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory, minilm: Counting) -> Path:
    folder = tmp_path_factory.mktemp("intact")
    (folder / "articles").mkdir()
    for number in range(12):
        text = f"Report {number} tells of border crossing {number * 7}. The {number}th police unit closed it."
        (folder / "articles" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    index = Index.open(Settings(index_dir=folder / "index"), minilm)
    index.sync(folder / "articles")
    index.close()
    return folder


def _file(folder: Path, chance: random.Random) -> Path:
    return chance.choice(sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size > 0))


def delete(folder: Path, chance: random.Random) -> None:
    _file(folder, chance).unlink()


def truncate(folder: Path, chance: random.Random) -> None:
    file = _file(folder, chance)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(folder: Path, chance: random.Random) -> None:
    file = _file(folder, chance)
    content = bytearray(file.read_bytes())
    for _ in range(20):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    file.write_bytes(content)


def empty(folder: Path, chance: random.Random) -> None:
    _file(folder, chance).write_bytes(b"")


def grow(folder: Path, chance: random.Random) -> None:
    with _file(folder, chance).open("ab") as file:
        file.truncate(50_000_000)


def remove(folder: Path, chance: random.Random) -> None:
    shutil.rmtree(folder)


KINDS: list[Callable[[Path, random.Random], None]] = [delete, truncate, flip, empty, grow, remove]


@pytest.mark.parametrize("folder", ["chroma", "words"])
@pytest.mark.parametrize("damage", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("seed", range(5))
def test_it_heals_without_embedding_anything(
    intact: Path,
    tmp_path: Path,
    embedder: Counting,
    folder: str,
    damage: Callable[[Path, random.Random], None],
    seed: int,
) -> None:
    index_dir = Path(shutil.copytree(intact / "index", tmp_path / "index"))
    damage(index_dir / folder, random.Random(seed))
    index = Index.open(Settings(index_dir=index_dir), embedder)
    numbers, vectors = index.vectors()
    assert len(numbers) == 12
    for number, vector in zip(numbers.tolist(), vectors, strict=True):
        assert index.nearest(vector, 1, Filter())[0][0] == number
    assert index.matching("crossing 49", 1, Filter())
    health = index.health()
    assert (health.vectors, health.keywords, embedder.texts) == (12, 12, 0)
    index.close()


def test_a_damaged_truth_is_refused_with_what_to_type(intact: Path, tmp_path: Path, embedder: Counting) -> None:
    index_dir = Path(shutil.copytree(intact / "index", tmp_path / "index"))
    (index_dir / "truth.sqlite").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(IndexBroken, match="rm -r"):
        Index.open(Settings(index_dir=index_dir), embedder)


def test_a_folder_that_cannot_be_made_anew_is_done_without(
    intact: Path, tmp_path: Path, embedder: Counting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    index_dir = Path(shutil.copytree(intact / "index", tmp_path / "index"))
    shutil.rmtree(index_dir / "chroma")

    def full(folder: Path, *_: object) -> None:
        raise OSError(28, "No space left on device", folder)

    monkeypatch.setattr("rag.index.chroma.ChromaFolder.build", full)
    index = Index.open(Settings(index_dir=index_dir), embedder)
    numbers, vectors = index.vectors()
    assert index.nearest(vectors[3], 1, Filter())[0][0] == numbers[3]
    assert "No space left on device" in caplog.text
    monkeypatch.undo()
    healed = Index.open(Settings(index_dir=index_dir), embedder)
    assert healed.health().vectors == 12
