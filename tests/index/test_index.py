import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.embedding import Vectors
from rag.errors import ArticleError, EmbeddingError, IndexBroken, IndexLocked, IndexMismatch, IndexMissing
from rag.index import Filter, Index, SyncReport
from rag.index.lock import write_lock
from rag.settings import Settings
from tests.conftest import Counting


def nearest(index: Index, embedder: Counting, text: str, bounds: Filter = Filter()) -> list[str]:  # noqa: B008
    numbers = [number for number, _ in index.nearest(embedder.embed_query([text])[0], 5, bounds)]
    return [stored.passage.article for stored in index.passages(numbers)]


def matching(index: Index, text: str, bounds: Filter = Filter()) -> list[str]:  # noqa: B008
    return [stored.passage.article for stored in index.passages([n for n, _ in index.matching(text, 5, bounds)])]


def test_both_searches_find_what_was_synced(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    assert index.untouched
    assert index.sync(articles) == SyncReport(added=3)
    assert nearest(index, embedder, "night birds of prey")[0] == "owls.txt"
    assert matching(index, "Who boiled the BRINES?") == ["salt/mines.md"]
    assert matching(index, "the of and") == []
    assert not index.untouched
    health = index.health()
    assert (health.articles, health.passages, health.vectors, health.keywords, health.embedder) == (
        3,
        3,
        3,
        3,
        "minilm",
    )


def test_a_small_index_is_searched_without_chroma_and_finds_the_same(
    settings: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Assistant.open(settings) as assistant:
        assistant.sync(articles)
        through_chroma = assistant.search("night birds of prey")
    monkeypatch.setattr("rag.index.vectors.SMALL", 3)
    with Assistant.open(settings) as assistant:
        assert [hit.passage for hit in assistant.search("night birds of prey")] == [
            hit.passage for hit in through_chroma
        ]
        assistant.remove("owls.txt")
        assert [hit.passage.article for hit in assistant.search("night birds of prey")] != ["owls.txt"]
        assert assistant.health().vectors == 2


def test_a_question_to_a_small_index_loads_no_heavy_package(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    with closing(Index.open(settings, embedder)) as index:
        index.sync(articles)
    ask = "import sys, rag; rag.Assistant.open().ask('Who has a queen?')"
    code = f"{ask}; print([name for name in 'chromadb openai llama_index gradio'.split() if name in sys.modules])"
    env = {**os.environ, "RAG_INDEX_DIR": str(settings.index_dir)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_words_are_never_query_syntax(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    assert matching(index, 'bees AND -queen "(unclosed [* text:owls^9 ~') == ["bees.txt", "owls.txt"]


def test_unchanged_articles_cost_nothing(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    embedder.texts = 0
    os.utime(articles / "owls.txt", ns=(1, 1))
    assert index.sync(articles) == SyncReport(unchanged=3)
    assert embedder.texts == 0


def test_changed_articles_are_replaced_whole(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    (articles / "bees.txt").write_text("Wasps build paper nests.", encoding="utf-8")
    embedder.texts = 0
    assert index.sync(articles) == SyncReport(updated=1, unchanged=2)
    assert embedder.texts == 1
    assert matching(index, "queen of the hive") == []
    assert matching(index, "paper nests") == ["bees.txt"]
    assert index.article("bees.txt").text == "Wasps build paper nests."


def test_vanished_articles_leave_at_once(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    (articles / "owls.txt").unlink()
    assert index.sync(articles) == SyncReport(removed=1, unchanged=2)
    assert "owls.txt" not in nearest(index, embedder, "night birds of prey")
    assert matching(index, "owls") == []
    with pytest.raises(IndexMissing, match="rag articles"):
        index.article("owls.txt")


def test_a_sync_of_one_folder_leaves_the_others(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    assert index.sync(articles / "salt") == SyncReport(unchanged=1)
    assert [entry.id for entry in index.articles()] == ["bees.txt", "owls.txt", "salt/mines.md"]
    with pytest.raises(ArticleError, match="no such file or folder"):
        index.sync(articles / "pepper")


def test_two_folders_may_hold_files_of_one_name(settings: Settings, embedder: Counting, tmp_path: Path) -> None:
    index = Index.open(settings, embedder)
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.txt").write_text(f"Rain fell in the {folder}.", encoding="utf-8")
        index.sync(tmp_path / folder)
    assert [entry.id for entry in index.articles()] == ["news.txt", "south/news.txt"]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    (articles / "owls.txt").write_bytes(b"\xff\xfe\x00\x00broken\x00")
    (articles / "empty.txt").write_text("", encoding="utf-8")
    (articles / "new.txt").write_text("Foxes dig dens.", encoding="utf-8")
    report = index.sync(articles)
    assert (report.added, report.unchanged, {failure.path.name for failure in report.failed}) == (
        1,
        2,
        {"owls.txt", "empty.txt"},
    )
    assert "Owls hunt mice" in index.article("owls.txt").text  # the version that could be read stays


class Failing(Counting):
    """Fails from a given text on, as a server does."""

    last = 2

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.texts + len(texts) > self.last:
            raise EmbeddingError("The server is gone.")
        return super().embed_passages(texts)


def test_a_failing_sync_is_finished_by_the_next_one(
    settings: Settings, embedder: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.file_sync.BATCH", 1)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Report number {number} says something.", encoding="utf-8")
    with pytest.raises(EmbeddingError):
        Index.open(settings, Failing(embedder)).sync(folder)
    index = Index.open(settings, embedder)
    assert len(index.articles()) == 2
    embedder.texts = 0
    assert index.sync(folder) == SyncReport(added=3, unchanged=2)
    assert embedder.texts == 3


def test_filters_hold_in_both_searches(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    question = "owls bees salt"
    for bounds, expected in (
        (Filter(after=date(2022, 1, 1)), {"bees.txt"}),
        (Filter(before=date(2021, 3, 1)), {"owls.txt"}),
        (Filter(articles=frozenset({"salt/mines.md", "gone.txt"})), {"salt/mines.md"}),
        (Filter(after=date(2023, 1, 1)), set()),
    ):
        assert set(nearest(index, embedder, question, bounds)) == expected
        assert set(matching(index, question, bounds)) == expected


def test_filters_hold_when_too_much_is_let_through_to_search_exactly(
    settings: Settings, embedder: Counting, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.vectors.EXACT", 0)
    index = Index.open(settings, embedder)
    index.sync(articles)
    assert nearest(index, embedder, "owls", Filter(after=date(2022, 1, 1))) == ["bees.txt"]


def test_another_embedder_is_refused_until_a_rebuild(settings: Settings, embedder: Counting, articles: Path) -> None:
    Index.open(settings, embedder).sync(articles)
    other = Counting(embedder)
    other.name, other.fingerprint = "onnx:other", "another"
    with pytest.raises(IndexMismatch, match=r"minilm.*onnx:other.*rag ingest --rebuild"):
        Index.open(settings, other)
    index = Index.rebuild(settings, other)
    assert other.texts == 6
    assert nearest(index, other, "night birds of prey")[0] == "owls.txt"
    index.close()
    assert Index.open(settings, other).health().embedder == "onnx:other"


def test_a_rebuild_that_failed_goes_on_where_it_stopped(settings: Settings, embedder: Counting, articles: Path) -> None:
    Index.open(settings, embedder).sync(articles)
    failing = Failing(embedder)
    failing.fingerprint = "another"
    with pytest.raises(EmbeddingError):
        Index.rebuild(settings, failing)
    with pytest.raises(IndexMismatch):
        Index.open(settings, failing)
    failing.last, failing.texts = 100, 0
    Index.rebuild(settings, failing)
    assert failing.texts == 4


def test_another_passage_size_cuts_articles_anew(settings: Settings, embedder: Counting, articles: Path) -> None:
    Index.open(settings, embedder).sync(articles)
    smaller = Index.open(settings.model_copy(update={"passage_tokens": 20}), embedder)
    assert smaller.sync(articles).updated == 3


def test_a_second_writer_is_refused_with_the_owners_pid(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    code = (
        "import sys, pathlib; from rag.index.lock import write_lock\n"
        f"with write_lock(pathlib.Path({str(settings.index_dir)!r})): print('held', flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "held\n"
    with pytest.raises(IndexLocked, match=f"process {owner.pid}"):
        index.sync(articles)
    owner.kill()
    owner.wait()
    owner.communicate()
    assert index.sync(articles).added == 3  # the lock died with its owner


def test_an_index_opened_earlier_sees_what_another_wrote(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    writer, other = Index.open(settings, embedder), Index.open(settings, embedder)
    writer.sync(articles)
    assert nearest(other, embedder, "night birds of prey")[0] == "owls.txt"
    (articles / "ants.txt").write_text("Ants farm aphids for honeydew.", encoding="utf-8")
    (articles / "owls.txt").unlink()
    writer.sync(articles)
    assert nearest(other, embedder, "insects that keep cattle")[0] == "ants.txt"
    assert matching(other, "owls aphids") == ["ants.txt"]


def test_searches_go_on_while_another_writes(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    with write_lock(settings.index_dir):
        index._truth.remove(["bees.txt"])
        assert "bees.txt" not in nearest(index, embedder, "flowers")
        late = Index.open(settings, embedder)
        assert "bees.txt" not in nearest(late, embedder, "flowers")
        assert matching(late, "bees owls") == ["owls.txt"]


def test_threads_may_search_during_a_sync(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    stop, failed = threading.Event(), list[Exception]()

    def search() -> None:
        while not stop.is_set():
            try:
                assert nearest(index, embedder, "night birds of prey")[0] == "owls.txt"
                assert "owls.txt" in matching(index, "owls")
            except Exception as error:  # noqa: BLE001
                failed.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(8):
        (articles / f"more{number}.txt").write_text(f"Ants of kind {number} farm aphids.", encoding="utf-8")
        index.sync(articles)
    stop.set()
    for thread in threads:
        thread.join()
    assert not failed


def test_removing_one_article(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    index.remove("owls.txt")
    assert matching(index, "owls") == []
    assert index.sync(articles).added == 1


def test_removed_passages_do_not_crowd_out_others(settings: Settings, embedder: Counting, tmp_path: Path) -> None:
    folder = tmp_path / "crowd"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02}.txt").write_text(f"Owls hunt mice at night, says report {number}.", encoding="utf-8")
    index = Index.open(settings, embedder)
    index.sync(folder)
    question = embedder.embed_query(["Owls hunt mice at night, says report 7."])[0]
    first = [number for number, _ in index.nearest(question, 5, Filter())]
    gone = [stored.passage.article for stored in index.passages(first)]
    with write_lock(settings.index_dir):  # as in the middle of a sync: Chroma still holds them
        index._truth.remove(gone)
        ranking = index.nearest(question, 5, Filter())
    assert len(ranking) == 5
    assert not {number for number, _ in ranking} & set(first)


def test_the_sentences_of_a_stored_passage_have_their_vectors(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    numbers, counts, vectors = index.sentences(index.vectors()[0].tolist())
    each = dict(zip(numbers.tolist(), np.split(vectors, np.cumsum(counts)[:-1]), strict=True))
    for stored in index.passages(numbers.tolist()):
        sentences = [stored.passage.sentence(number) for number in range(len(stored.passage.sentences))]
        assert np.allclose(each[stored.number], embedder.embed_passages(sentences), atol=1e-3)
        text = index.article(stored.passage.article).text
        assert [text[slice(*span)] for span in stored.passage.sentences] == sentences


def test_files_that_changed_since_they_were_read_are_listed(
    settings: Settings, embedder: Counting, articles: Path
) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    assert index.health().outdated == ()
    (articles / "owls.txt").write_text("Owls sleep by day.", encoding="utf-8")
    (articles / "bees.txt").unlink()
    assert index.health().outdated == ("bees.txt", "owls.txt")
    index.sync(articles)
    assert index.health().outdated == ()


def test_progress_names_every_file(settings: Settings, embedder: Counting, articles: Path) -> None:
    calls: list[tuple[int, int, str]] = []
    Index.open(settings, embedder).sync(articles, lambda *progress: calls.append(progress))
    assert [(done, total) for done, total, _ in calls] == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_of_another_format_is_refused(settings: Settings, embedder: Counting, articles: Path) -> None:
    index = Index.open(settings, embedder)
    index.sync(articles)
    index.close()
    with closing(sqlite3.connect(settings.index_dir / "truth.sqlite")) as connection, connection:
        connection.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    with pytest.raises(IndexMismatch, match="format 0"):
        Index.open(settings, embedder)


def test_a_repair_of_an_index_is_logged(
    settings: Settings, embedder: Counting, articles: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Index.open(settings, embedder).sync(articles)
    next((settings.index_dir / "chroma").rglob("chroma.sqlite3")).unlink()
    with caplog.at_level(logging.WARNING, "rag"):
        index = Index.open(settings, embedder)
        index.health()
    assert "Rebuilding it" in caplog.text
    assert replace(index.health()).vectors == 3


def test_a_closed_index_refuses_with_what_to_do(settings: Settings, embedder: Counting) -> None:
    index = Index.open(settings, embedder)
    index.close()
    with pytest.raises(IndexBroken, match=r"was closed\. Open it again\.$"):
        index.articles()
