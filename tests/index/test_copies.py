"""Many files of one text: embedded once, stored once in each search index, and never in the way of the others."""

from pathlib import Path

import pytest

from rag.index import Filter, Index
from rag.index.copies import COPIES_SHOWN, Copies
from rag.settings import Settings
from tests.conftest import Counting


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index_dir=tmp_path / "index")


WALL = "Our system has detected unusual traffic from your network. Contact support if you believe this is a mistake.\n"
REPORTS = {
    "doctor.txt": ("The physician of Lomma was jailed for tax fraud.", "Which doctor went to prison?"),
    "storm.txt": ("Storm winds tore the roof off a kite factory.", "What did the gale damage?"),
    "levy.txt": ("Voters rejected a levy on bells.", "Which tax was turned down in the referendum?"),
    "maps.txt": ("The monarch bought nine hundred maps.", "What did the queen purchase?"),
}


def found(index: Index, embedder: Counting, question: str, k: int) -> list[str]:
    ranking = index.nearest(embedder.embed_query([question])[0], k, Filter())
    return [stored.passage.article for stored in index.passages([number for number, _ in ranking])]


def test_identical_pages_hide_no_article(settings: Settings, embedder: Counting, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(300):
        (folder / f"wall{number:03}.txt").write_text(WALL, encoding="utf-8")
    for name, (text, _) in REPORTS.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")
    index = Index.open(settings, embedder)
    assert index.sync(folder).added == 304
    assert embedder.texts < 10 + len(REPORTS)
    for name, (_, question) in REPORTS.items():
        assert name in found(index, embedder, question, 8)
    walls = [number for number, _ in index.matching("unusual traffic of voters", 20, Filter())]
    articles = [stored.passage.article for stored in index.passages(walls)]
    assert articles.count("levy.txt") == 1
    assert len(articles) == COPIES_SHOWN + 1
    assert (index.health().vectors, index.health().keywords) == (304, 304)
    index.close()


def test_a_copy_stands_in_when_the_first_is_gone(settings: Settings, embedder: Counting, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    index = Index.open(settings, embedder)
    index.sync(folder)
    index.remove("00.txt")
    assert found(index, embedder, "night birds of prey", 1) == ["01.txt"]
    only = Filter(articles=frozenset({"29.txt"}))
    numbers = [number for number, _ in index.matching("owls", 3, only)]
    assert [stored.passage.article for stored in index.passages(numbers)] == ["29.txt"]
    index.close()


def test_copies_are_found_stored_and_inserted(tmp_path: Path) -> None:
    copies = Copies.find([(1, "a"), (2, "b"), (3, "a"), (4, "a"), (5, "a")])
    assert copies.of == {1: (3, 4, 5)}
    copies.save(tmp_path)
    assert Copies.load(tmp_path) == copies
    ranking = copies.insert([(2, 0.9), (1, 0.5)])
    assert ranking == [(2, 0.9), (1, 0.5), (3, 0.5), (4, 0.5), (5, 0.5)]
    assert copies.thin(ranking) == ranking[: 1 + COPIES_SHOWN]


def test_a_cookie_wall_is_indexed_and_never_searched(settings: Settings, embedder: Counting, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    text = "Please enable cookies to continue reading. Our system has detected unusual traffic.\n"
    for number in range(3):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / "owls.txt").write_text("Owls hunt mice at night.\n", encoding="utf-8")
    index = Index.open(settings, embedder)
    report = index.sync(folder)
    assert (report.added, report.failed) == (4, ())
    assert [(entry.id, entry.passages) for entry in index.articles()][:1] == [("0.txt", 0)]
    assert found(index, embedder, "What traffic was detected?", 5) == ["owls.txt"]
    index.close()
