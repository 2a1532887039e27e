"""The protocols suffice: an index whose searches are other implementations behaves like the one of today."""

from pathlib import Path

import pytest

from rag.embedding import Embedder, Vectors
from rag.index import Filter, Index, index
from rag.index.backend import Backend, open_backend
from rag.index.base import KeywordIndex, SearchInTruth, VectorIndex
from rag.index.records import PassageScores
from rag.index.search import PassageSearch
from rag.settings import Settings
from tests.conftest import Counting


class ScannedVectors(SearchInTruth):
    def nearest(self, vector: Vectors, k: int, bounds: Filter) -> PassageScores:
        numbers, vectors = self._truth.admitted_vectors(bounds)
        cosines: list[float] = (vectors @ vector).tolist() if len(numbers) else []
        return sorted(zip(numbers.tolist(), cosines, strict=True), key=lambda scored: -scored[1])[:k]


class ScannedWords(SearchInTruth):
    def matching(self, text: str, k: int, bounds: Filter) -> PassageScores:
        words = set(text.lower().split())
        scores = [(number, float(len(words & set(passage.lower().split())))) for number, passage in self._truth.texts()]
        admitted = self._truth.admitted([number for number, score in scores if score], bounds)
        return sorted(((n, score) for n, score in scores if n in admitted), key=lambda scored: -scored[1])[:k]


def scanning(settings: Settings, embedder: Embedder) -> Backend:
    truth = open_backend(settings, embedder).truth
    vectors: VectorIndex = ScannedVectors(truth)
    keywords: KeywordIndex = ScannedWords(truth)
    return Backend(truth, vectors, keywords)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "owls.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    (folder / "bees.txt").write_text("Bees dance to show where flowers are.", encoding="utf-8")
    return folder


def test_an_index_works_with_other_searches(
    tmp_path: Path, articles: Path, embedder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "open_backend", scanning)
    opened = Index.open(Settings(index_dir=tmp_path / "index"), embedder)
    assert opened.sync(articles).added == 2
    for bounds, nearest in ((Filter(), "owls.txt"), (Filter(articles=frozenset({"bees.txt"})), "bees.txt")):
        ((number, _),) = opened.nearest(embedder.embed_query(["birds of prey"])[0], 1, bounds)
        assert opened.passages([number])[0].passage.article == nearest
    ((number, _),) = opened.matching("flowers bees", 1, Filter())
    assert opened.passages([number])[0].passage.article == "bees.txt"
    opened.remove("bees.txt")
    assert opened.matching("flowers bees", 1, Filter()) == []
    health = opened.health()
    assert (health.vectors, health.keywords) == (1, 1)
    opened.close()
    assert sorted(file.name for file in (tmp_path / "index").iterdir() if file.is_dir()) == []


def test_both_searches_answer_alike(tmp_path: Path, articles: Path, embedder: Counting) -> None:
    made = Index.open(Settings(index_dir=tmp_path / "index"), embedder)
    made.sync(articles)
    question = embedder.embed_query(["birds of prey"])[0]
    other = PassageSearch(scanning(Settings(index_dir=tmp_path / "index"), embedder), "scanned")
    expected = made.nearest(question, 2, Filter())
    assert [number for number, _ in other.nearest(question, 2, Filter())] == [number for number, _ in expected]
    assert [score for _, score in other.nearest(question, 2, Filter())] == pytest.approx(
        [score for _, score in expected], abs=1e-3
    )
    made.close()
