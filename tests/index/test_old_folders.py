"""An index folder that an earlier version made still opens: nothing is embedded or made anew."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from rag.index import Filter, Index
from rag.settings import Settings
from tests.conftest import Counting

MADE_AT_1EA6AA4 = Path(__file__).parent / "fixtures" / "index_1ea6aa4.tar.gz"


@pytest.fixture
def old(tmp_path: Path) -> Settings:
    with tarfile.open(MADE_AT_1EA6AA4) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # since Python 3.11.4
        archive.extractall(tmp_path)
    return Settings(index_dir=tmp_path / "index")


def ids(index: Index, ranking: list[tuple[int, float]]) -> list[str]:
    return [stored.passage.article for stored in index.passages([number for number, _ in ranking])]


def test_an_index_of_1ea6aa4_is_searched_as_it_is(
    old: Settings, embedder: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING", "rag"):
        index = Index.open(old, embedder)
        health = index.health()
    assert (health.articles, health.passages, health.vectors, health.keywords, health.embedder) == (
        3,
        3,
        3,
        3,
        "minilm",
    )
    assert caplog.text == ""
    assert embedder.texts == 0
    assert index.article("salt/mines.md").title == "The mine"
    assert ids(index, index.matching("Who boiled the brine?", 1, Filter())) == ["salt/mines.md"]
    question = embedder.embed_query(["night birds of prey"])[0]
    assert ids(index, index.nearest(question, 1, Filter())) == ["owls.txt"]
    index.close()


def test_an_index_of_1ea6aa4_is_synced_like_one_of_today(old: Settings, embedder: Counting, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ants.txt").write_text("Ants farm aphids for honeydew.", encoding="utf-8")
    index = Index.open(old, embedder)
    assert index.sync(tmp_path / "articles").added == 1
    assert ids(index, index.matching("aphids owls", 4, Filter())) == ["ants.txt", "owls.txt"]
    assert index.health().vectors == 4
    index.close()


def test_an_old_index_filters_by_days_without_reading_texts(old: Settings, embedder: Counting) -> None:
    Index.open(old, embedder).close()
    with closing(sqlite3.connect(old.index_dir / "truth.sqlite")) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN SELECT id FROM articles WHERE date <= '2022-01-01'").fetchall()
    assert "articles_date" in str(plan)
