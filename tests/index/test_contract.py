"""What every index promises, asked of the one in a folder and the one in PostgreSQL with the same words."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexMismatch, IndexMissing
from rag.index import Filter, Index, SyncReport
from rag.index.copying import CopyReport
from rag.index.paths import PathRules
from rag.index.records import PassageScores
from rag.settings import Settings
from tests.conftest import Counting
from tests.postgres_server import PostgresServer

_places = count(1)
DIMENSION = 16
WORDS = "salt mine miner brine hive queen bee dance owl mouse night ear tower bell Vučić 1,250 the of and".split()
NAMES = ("a.txt", "b.txt", "c.md", "deep/d.txt", "deep/e.txt")
DAYS = ("", "Published on March 1, 2021\n\n", "Published on June 5, 2022\n\n")
BOUNDS = (
    Filter(),
    Filter(after=date(2022, 1, 1)),
    Filter(before=date(2021, 12, 31)),
    Filter(articles=frozenset({"a.txt", "deep/d.txt"})),
    Filter(after=date(2021, 1, 1), articles=frozenset({"a.txt", "b.txt", "gone.txt"})),
    Filter(articles=frozenset()),
    Filter(collection="deep"),
    Filter(after=date(2022, 1, 1), collection="deep"),
    Filter(collection="dee"),
    Filter(paths=(PathRules.of([("deep/", False), ("*", True)]),)),
    Filter(
        before=date(2022, 6, 5), paths=(PathRules.of([("*.txt", True)]), PathRules.of([("a.txt", False), ("*", True)]))
    ),
)
QUESTIONS = ("Who mined the salt?", "queens of hives and owls", "Vucic rang 1,250 bells", "the of and", "")


class Hashed:
    """Vectors from checksums of words: fast, and alike for texts that share words."""

    name, fingerprint, dimension = "hashed", "hashed-1", DIMENSION

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.stack([sum((_random(word) for word in text.split()), _random(text) / 10) for text in texts])
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _random(text: str) -> Vectors:
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)


@pytest.fixture(autouse=True)
def through_chroma() -> None:
    """Here small folders are searched exactly, as they are by users."""


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "folder":
        return Settings(index_dir=tmp_path / "index")
    return _in_postgres(request.getfixturevalue("postgres"))


def _in_postgres(server: PostgresServer, options: str = "") -> Settings:
    return Settings.model_validate({"index": server.address(server.new_schema(), options=options)})


def test_both_searches_find_what_was_synced(place: Settings, embedder: Counting, articles: Path) -> None:
    with closing(Index.open(place, embedder)) as index:
        assert index.untouched
        assert index.sync(articles).added == 3
        assert not index.untouched
        assert index.sync(articles / "owls.txt") == SyncReport(unchanged=1)
        assert index.health().articles == 3
        assert _articles(index, index.nearest(embedder.embed_query(["night birds of prey"])[0], 5, Filter()))[0] == (
            "owls.txt"
        )
        assert _articles(index, index.matching("Who boiled the BRINES?", 5, Filter())) == ["salt/mines.md"]
        assert index.matching("the of and", 5, Filter()) == []
        health = index.health()
        assert (health.articles, health.passages, health.vectors, health.keywords) == (3, 3, 3, 3)
        assert (health.embedder, health.outdated) == ("minilm", ())


def test_what_did_not_change_costs_nothing(place: Settings, embedder: Counting, articles: Path) -> None:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        embedder.texts = 0
        os.utime(articles / "owls.txt", ns=(1, 1))
        assert index.sync(articles).unchanged == 3
        assert embedder.texts == 0
        assert index.health().outdated == ()


def test_another_reader_sees_a_change_at_once(place: Settings, embedder: Counting, articles: Path) -> None:
    with closing(Index.open(place, embedder)) as writer, closing(Index.open(place, embedder)) as reader:
        writer.sync(articles)
        assert _articles(reader, reader.matching("queen", 5, Filter())) == ["bees.txt"]
        writer.remove("bees.txt")
        assert reader.matching("queen", 5, Filter()) == []
        assert [entry.id for entry in reader.articles()] == ["owls.txt", "salt/mines.md"]


def test_the_list_of_articles_is_kept_until_any_writer_changes_one(
    place: Settings, embedder: Counting, articles: Path
) -> None:
    with closing(Index.open(place, embedder)) as writer, closing(Index.open(place, embedder)) as reader:
        writer.sync(articles)
        listed = reader.articles()
        assert reader.articles() is listed
        (articles / "owls.txt").write_text("Eagle owls\n\nThey hunt at night.\n", encoding="utf-8")
        writer.sync(articles)
        assert [entry.title for entry in reader.articles() if entry.id == "owls.txt"] == ["Eagle owls"]
        reader.remove("owls.txt")
        assert len(reader.articles()) == len(writer.articles()) == 2
        writer.sync(articles)
        assert len(reader.articles()) == 3


ODD_NAMES = (
    "100%_a.txt",
    "100xxa.txt",
    "[draft].txt",
    "d.txt",
    "why?.txt",
    "whys.txt",
    "it's\\here.txt",
    "e\u0301te\u0301.txt",
)
RULES = (
    (("100%_a.txt", True),),
    (("[draft].txt", False), ("*", True)),
    (("why?.txt", True), ("it's\\here.txt", True)),
    (("\u00e9t\u00e9.txt", False), ("*.txt", True)),
    (("odd", True),),
    (("odd/", False), ("*", True)),
    (),
)


def test_rules_on_paths_mean_the_same_in_every_search_and_list(place: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in ODD_NAMES:
        (folder / name).write_text(f"The owl of {name} hunts.", encoding="utf-8")
    with closing(Index.open(place, Hashed())) as index:
        index.sync(folder)
        for rules in map(PathRules.of, RULES):
            readable = {entry.id for entry in index.articles() if rules.admits(entry.source)}
            view, bounds = index.within(rules), Filter(paths=(rules,))
            vector = Hashed().embed_query(["owl"])[0]
            assert {entry.id for entry in view.articles()} == readable
            for ranking in (
                view.matching("owl", 20, Filter()),
                view.nearest(vector, 20, Filter()),
                index.nearest(vector, 20, bounds),
                index.matching("owl", 20, bounds),
            ):
                assert set(_articles(index, ranking)) == readable


def test_what_a_reader_may_not_read_does_not_exist_for_them(
    place: Settings, embedder: Counting, articles: Path
) -> None:
    with closing(Index.open(place, embedder)) as index:
        index.sync(articles)
        everything = index.passage_numbers(Filter())
        view = index.within(PathRules.of([("salt/", False), ("*", True)])).within(PathRules.of([("*.txt", True)]))
        assert [entry.id for entry in view.articles()] == ["bees.txt", "owls.txt"]
        readable = view.passage_numbers(Filter())
        assert len(readable) == 2
        assert {stored.passage.article for stored in view.passages(everything)} == {"bees.txt", "owls.txt"}
        assert sorted(view.sentences(everything).numbers.tolist()) == sorted(readable)
        assert sorted(view.vectors().numbers.tolist()) == sorted(readable)
        assert view.matching("brine pans Hallein", 5, Filter()) == []
        assert view.passage_numbers(Filter(articles=frozenset({"salt/mines.md"}))) == []
        messages = []
        for id in ("salt/mines.md", "salt/nines.md"):
            for refused in (view.article, view.remove):
                with pytest.raises(IndexMissing) as error:
                    refused(id)
                messages.append(str(error.value).replace(id, ""))
        assert len(set(messages)) == 1
        assert index.article("salt/mines.md").title == "The mine"


def test_copies_are_shown_in_small_numbers_and_stand_in_for_the_first(place: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text("Owls hunt mice at night.", encoding="utf-8")
    (folder / "bees.txt").write_text("Bees hunt no mice, they dance.", encoding="utf-8")
    with closing(Index.open(place, Hashed())) as index:
        index.sync(folder)
        index.remove("00.txt")
        for ranking in (
            index.matching("owls mice", 20, Filter()),
            index.nearest(Hashed().embed_query(["Owls hunt mice at night."])[0], 20, Filter()),
        ):
            assert _articles(index, ranking) == ["01.txt", "02.txt", "03.txt", "bees.txt"]


def test_an_approximate_search_finds_what_an_exact_one_does(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    choose = np.random.default_rng(7)
    for name in range(40):
        text = " ".join(f"Then {' '.join(choose.choice(WORDS, 12))} {name} {at}." for at in range(20))
        (folder / f"{name:02}.txt").write_text(DAYS[1 + name % 2] + text, encoding="utf-8")
    # So few passages would be compared one by one.
    through_index = "%20-cenable_seqscan%3Doff%20-cenable_bitmapscan%3Doff%20-cenable_sort%3Doff"
    place = _in_postgres(postgres, through_index).model_copy(update={"passage_tokens": 20})
    vectors = Hashed().embed_query([" ".join(choose.choice(WORDS, 5)) for _ in range(20)])
    with closing(Index.open(place, Hashed())) as index:
        index.sync(folder)
        assert index.health().passages > 300
        for bounds in (Filter(), BOUNDS[1]):
            monkeypatch.undo()
            exact = [{number for number, _ in index.nearest(vector, 50, bounds)} for vector in vectors]
            monkeypatch.setattr("rag.index.postgres.search.EXACT_OF_ALL", 0)
            monkeypatch.setattr("rag.index.postgres.search.EXACT_OF_FILTER", 0)
            found = [{number for number, _ in index.nearest(vector, 50, bounds)} for vector in vectors]
            assert sum(len(one & two) for one, two in zip(exact, found, strict=True)) >= 0.99 * 50 * len(vectors)
            assert set(index.passage_numbers(bounds)) >= set.union(*found)


def test_of_many_texts_only_those_with_the_rarest_words_are_scored(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in range(30):
        (folder / f"{name:02}.txt").write_text(f"The salt of day {name}{' and a rook' * (name % 10 == 3)}.")
    with closing(Index.open(_in_postgres(postgres), Hashed())) as index:
        index.sync(folder)
        assert len(index.matching("rook salt", 20, Filter())) == 20
        monkeypatch.setattr("rag.index.postgres.search.CANDIDATES", 3)
        assert _articles(index, index.matching("rook salt", 20, Filter())) == ["03.txt", "13.txt", "23.txt"]


def test_an_index_moves_there_and_back_without_embedding_anything(
    postgres: PostgresServer, embedder: Counting, articles: Path, tmp_path: Path
) -> None:
    places = (Settings(index_dir=tmp_path / "old"), _in_postgres(postgres), Settings(index_dir=tmp_path / "new"))
    with ExitStack() as stack:
        old, moved, back = (stack.enter_context(closing(Index.open(place, embedder))) for place in places)
        old.sync(articles)
        embedder.texts = 0

        def stop(done: int, total: int, name: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            moved.copy_from(old, stop)
        assert moved.health().articles == 1
        assert moved.copy_from(old) == CopyReport(copied=2, present=1, passages=3)
        assert back.copy_from(moved) == CopyReport(copied=3, present=0, passages=3)
        assert embedder.texts == 0
        for index in (moved, back):
            assert index.articles() == old.articles()
            assert index.sync(articles).unchanged == 3
            assert sorted(_articles(index, index.matching("queen of owls", 5, Filter()))) == ["bees.txt", "owls.txt"]
        back.remove("owls.txt")
        with pytest.raises(IndexMismatch, match=r"holds 1 other articles \(owls.txt\)"):
            moved.copy_from(back)


def test_a_copy_that_lost_a_sentence_is_not_taken_for_one(
    postgres: PostgresServer, articles: Path, tmp_path: Path
) -> None:
    place = _in_postgres(postgres)
    with (
        closing(Index.open(Settings(index_dir=tmp_path / "old"), Hashed())) as old,
        closing(Index.open(place, Hashed())) as new,
    ):
        old.sync(articles)
        new.copy_from(old)
        schema = place.index_name.split("%3D")[1].split("%2C")[0]
        postgres.execute(f"UPDATE {schema}.rag_texts SET text = upper(text) WHERE text LIKE 'Owls%'")
        with pytest.raises(IndexBroken, match=r"1 articles differ after the copy \(owls.txt\)"):
            new.copy_from(old)


class Step(NamedTuple):
    """One change of the folder or the index."""

    kind: Literal["write", "delete", "touch", "remove"]
    name: str
    day: str
    words: list[str]


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["write", "write", "write", "delete", "touch", "remove"]),
        st.sampled_from(NAMES),
        st.sampled_from(DAYS),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=60),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.timeout(300)
@given(steps=STEPS)
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_both_hold_and_rank_the_same(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
) -> None:
    home = tmp_path_factory.mktemp("contract")
    folder = home / "articles"
    folder.mkdir()
    tokens = {"passage_tokens": 20}
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(closing(Index.open(place.model_copy(update=tokens), Hashed())))
            for place in (Settings(index_dir=home / "index"), _in_postgres(postgres))
        )
        for step in steps:
            _change(folder, step, (one, other))
            reports = [index.sync(folder) for index in (one, other)]
            assert reports[0] == reports[1]
        _assert_alike(one, other)


def _change(folder: Path, step: Step, indexes: Sequence[Index]) -> None:
    file = folder / step.name
    if step.kind == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{step.day}{_sentences(step.words)}", encoding="utf-8")
    elif step.kind == "delete":
        file.unlink(missing_ok=True)
    elif file.exists() and step.kind == "touch":
        os.utime(file, ns=(next(_places), 1))
    elif step.kind == "remove" and step.name in {entry.id for entry in indexes[0].articles()}:
        for index in indexes:
            index.remove(step.name)


def _sentences(words: list[str]) -> str:
    parts = [words[at : at + 7] for at in range(0, len(words), 7)]
    return " ".join(f"{' '.join(part).capitalize()}." for part in parts)


def _assert_alike(one: Index, other: Index) -> None:
    assert one.articles() == other.articles()
    assert [one.article(entry.id) for entry in one.articles()] == [
        other.article(entry.id) for entry in other.articles()
    ]
    for bounds in BOUNDS:
        numbers = one.passage_numbers(bounds), other.passage_numbers(bounds)
        assert sorted(_keys(one, numbers[0])) == sorted(_keys(other, numbers[1]))
        for question in QUESTIONS:
            _assert_same_ranking(
                (one, one.matching(question, 5, bounds)), (other, other.matching(question, 5, bounds)), 1e-4
            )
            vector = Hashed().embed_query([question or "nothing"])[0]
            _assert_same_ranking((one, one.nearest(vector, 5, bounds)), (other, other.nearest(vector, 5, bounds)), 2e-3)


def _assert_same_ranking(
    one: tuple[Index, PassageScores], other: tuple[Index, PassageScores], tolerance: float
) -> None:
    """The same scores place by place, and the same passages but for ties, also with what was just cut off."""
    left, right = one[1], other[1]
    assert [score for _, score in left] == pytest.approx([score for _, score in right], abs=tolerance)
    scores = dict(zip(_keys(one[0], [number for number, _ in left]), [score for _, score in left], strict=True))
    last = left[-1][1] if left else 0.0
    for key, (_, score) in zip(_keys(other[0], [number for number, _ in right]), right, strict=True):
        assert scores.get(key, last) == pytest.approx(score, abs=tolerance)


def _keys(index: Index, numbers: Sequence[int]) -> list[str]:
    return [stored.passage.key for stored in index.passages(numbers)]


def _articles(index: Index, ranking: PassageScores) -> list[str]:
    return [stored.passage.article for stored in index.passages([number for number, _ in ranking])]
