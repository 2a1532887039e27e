"""Several workers fill one index: each file is read by one at a time, and by another when that one is gone."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing import active_children
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.articles import Article
from rag.cli import app
from rag.database import Database, open_database
from rag.embedding import Vectors
from rag.errors import SettingsError
from rag.index import Filter, Index, SyncReport
from rag.index.postgres.jobs import LEASE_SECONDS, LEASED, JobOutcome, Jobs, LeaseLost
from rag.index.postgres.truth import PostgresTruth
from rag.index.postgres.workers import Worker
from rag.index.records import IndexedFile, Provenance
from rag.passages import Passage
from rag.settings import Settings
from rag.text.spans import Span
from tests.conftest import Counting
from tests.postgres_server import PostgresServer


@pytest.fixture
def place(postgres: PostgresServer) -> Settings:
    return Settings.model_validate({"index": postgres.address(postgres.new_schema())})


@pytest.fixture
def database(place: Settings, embedder: Counting) -> Iterator[Database]:
    with closing(open_database(place)) as database:
        with PostgresTruth(database, embedder.dimension).lock():
            pass
        yield database


def write(folder: Path, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number:02}.txt" for number in range(count)]
    for number, file in enumerate(files):
        file.write_text(f"Miner {number} dug {number + 100} sacks of salt. The brine was boiled.", encoding="utf-8")
    return files


def test_two_processes_fill_an_index_as_one_would(place: Settings, embedder: Counting, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    write(folder, 40)
    (folder / "draft.json").write_text("{}", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    seen: list[tuple[int, int]] = []
    with (
        closing(Index.open(place, embedder)) as index,
        closing(Index.open(Settings(index_dir=tmp_path / "one"), embedder)) as one,
    ):
        shared = index.sync(folder, lambda done, total, _: seen.append((done, total)), workers=2)
        alone = one.sync(folder)
        assert shared == alone
        assert (shared.added, len(shared.failed)) == (40, 1)
        assert seen[-1][1] == 42
        assert index.articles() == one.articles()
        (folder / "07.txt").unlink()
        (folder / "08.txt").write_text("Bees dance.", encoding="utf-8")
        assert index.sync(folder, workers=2)[:4] == (0, 1, 1, 38)
        assert index.matching("bees", 3, Filter())
        assert index.sync(folder)[:4] == (0, 0, 0, 39)
        with pytest.raises(SettingsError, match="one writer; several workers need PostgreSQL"):
            one.sync(folder, workers=2)


def test_a_file_is_leased_once_and_again_when_its_lease_ran_out(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = write(tmp_path / "articles", 20)
    monkeypatch.setattr("rag.index.postgres.jobs.LEASED", 12)
    owner, one, other = Jobs(database), Jobs(database), Jobs(database)
    run = owner.begin(tmp_path, files)
    first, second = one.lease(run), other.lease()
    assert first
    assert second
    assert (first.files, second.files) == (tuple(files[:12]), tuple(files[12:]))
    assert other.lease(run) is None
    database.change(lambda cursor: cursor.execute("UPDATE rag_jobs SET lease = now() WHERE worker = %s", (one.worker,)))
    assert other.lease(run) == first
    nothing = JobOutcome(SyncReport(), set())
    with pytest.raises(LeaseLost):
        one.finish(first, nothing)
    other.finish(first, nothing)
    other.release()
    assert one.lease(run) == second
    assert owner.unfinished(run) == 8


def test_a_worker_that_lost_its_files_stores_nothing_of_them(
    place: Settings, database: Database, embedder: Counting, tmp_path: Path
) -> None:
    """It read the file, was stopped for long, and goes on when another has read a newer version."""
    (file,) = write(tmp_path / "articles", 1)

    class Slow(Counting):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            file.write_text("Bees dance to show where flowers are.", encoding="utf-8")
            database.change(lambda cursor: cursor.execute("UPDATE rag_jobs SET lease = now()"))
            assert list(Worker(database, embedder, place).work(run)) == [1]
            return super().embed_passages(texts)

    run = Jobs(database).begin(file.parent, [file])
    assert list(Worker(database, Slow(embedder), place).work(run)) == [0]
    with closing(Index.open(place, embedder)) as index:
        assert index.article("00.txt").text == "Bees dance to show where flowers are."
        assert index.health().outdated == ()


def test_a_worker_never_waits_for_its_own_heartbeat_while_that_waits_for_it(database: Database) -> None:
    jobs = Jobs(database)
    # The last first, and many: the statements would otherwise go through the rows in one order by chance.
    run = jobs.begin(Path("/articles"), [Path(f"/articles/{number:04}.txt") for number in range(3000, 0, -1)])
    with database.transaction() as cursor:
        cursor.execute("ANALYZE rag_jobs")
    leased = jobs.lease(run)
    assert leased
    with ThreadPoolExecutor(2) as beating:
        beats = [beating.submit(jobs.renew) for _ in range(400)]
        for _ in range(200):
            with database.transaction(several=True) as cursor:
                jobs.require(leased, cursor)
        for beat in beats:
            beat.result()
    jobs.finish(leased, JobOutcome(SyncReport(), set()))
    assert jobs.unfinished(run) == 3000 - LEASED


@pytest.mark.parametrize("step", ["leased", "embedded", "put", "finishing"])
def test_what_a_killed_worker_left_is_done_by_the_others(
    step: str, place: Settings, database: Database, embedder: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that ends without a word at a step, as a killed process would, and never touches its leases again."""
    folder = tmp_path / "articles"
    files = write(folder, 30)
    monkeypatch.setattr(Jobs, "release", lambda self: None)
    run = Jobs(database).begin(folder, files)
    killed = threading.Thread(target=_die_at, args=(step, Worker(database, embedder, place), run))
    killed.start()
    killed.join()
    assert Jobs(database).unfinished(run) == 30
    database.change(lambda cursor: cursor.execute("UPDATE rag_jobs SET lease = now() WHERE path <> ''"))
    assert sum(Worker(database, embedder, place).work(run)) == 30
    (reports, kept) = zip(*Jobs(database).collect(run), strict=True)
    assert sum(report.added + report.unchanged for report in reports) == 30
    assert set().union(*kept) == {str(file) for file in files}
    with closing(Index.open(place, embedder)) as index:
        assert [entry.id for entry in index.articles()] == [file.name for file in files]
        assert len(index.matching("brine", 50, Filter())) == 30
        assert index.sync(folder).unchanged == 30


def test_a_process_that_is_killed_holds_nobody_up(
    place: Settings, database: Database, embedder: Counting, tmp_path: Path
) -> None:
    """Its lease would run out in a minute; the ingest that started it gives its files back at once."""
    folder = tmp_path / "articles"
    write(folder, 120)
    killed = threading.Event()

    class Waiting(Counting):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            assert killed.wait(50)
            return super().embed_passages(texts)

    def kill_when_it_has_leased() -> None:
        leased = (
            "SELECT count(DISTINCT worker) FROM rag_jobs WHERE path <> '' AND result IS NULL AND worker IS NOT NULL"
        )
        while not killed.is_set():
            if database.all(leased)[0][0] == 2:
                for process in active_children():
                    process.kill()
                killed.set()

    killer = threading.Thread(target=kill_when_it_has_leased)
    killer.start()
    started = time.monotonic()
    with closing(Index.open(place, Waiting(embedder))) as index:
        report = index.sync(folder, workers=2)
        assert (report.added + report.unchanged, report.failed) == (120, ())
        assert index.health().articles == 120
    killer.join()
    assert time.monotonic() - started < LEASE_SECONDS


def test_a_command_on_another_host_does_what_an_ingest_offers(
    place: Settings, database: Database, embedder: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert place.index
    monkeypatch.setenv("RAG_INDEX", place.index.get_secret_value())
    Jobs(database).begin(tmp_path / "articles", write(tmp_path / "articles", 3))
    assert CliRunner().invoke(app, ["work"]).stdout == "3 files read; none is waiting\n"
    assert CliRunner().invoke(app, ["work"]).stdout == "0 files read; none is waiting\n"
    with closing(Index.open(place, embedder)) as index:
        assert index.health().articles == 3


def test_writers_at_once_keep_every_count_true(place: Settings, database: Database, embedder: Counting) -> None:
    """Four put and remove articles that share passages, each in an order of its own, so that they meet."""
    texts = [f"Miner {number} dug salt near Hallein." for number in range(12)]
    vectors = dict(zip(texts, embedder.embed_passages(texts), strict=True))
    truth = PostgresTruth(database, embedder.dimension)
    failures: list[BaseException] = []

    def write_some(seed: int) -> None:
        choose = random.Random(seed)
        try:
            for _ in range(12):
                name = f"{choose.randrange(6)}.txt"
                if choose.random() < 0.2:
                    truth.remove([name])
                else:
                    _put(truth, name, choose.sample(texts, 6), vectors)
        except BaseException as error:
            failures.append(error)
            raise

    writers = [threading.Thread(target=write_some, args=[seed]) for seed in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    counted = "SELECT word, sum(texts)::int FROM rag_words WHERE word <> 0 GROUP BY word HAVING sum(texts) <> 0"
    assert dict(database.all(counted)) == dict(
        database.all("SELECT word, count(*)::int FROM rag_texts, unnest(words) word GROUP BY word")
    )
    assert database.all("SELECT sum(texts)::int, sum(tokens)::int FROM rag_words WHERE word = 0") == database.all(
        "SELECT count(*)::int, (SELECT sum(one)::int FROM rag_texts, unnest(counts) one) FROM rag_texts"
    )
    used = "(SELECT count(*) FROM rag_passages WHERE content = t.number)"
    assert database.all(f"SELECT count(*) FROM rag_texts t WHERE uses <> {used} OR uses = 0") == [(0,)]


def _put(truth: PostgresTruth, name: str, texts: list[str], vectors: dict[str, Vectors]) -> None:
    text, passages = "", []
    for one in texts:
        span = Span(len(text), len(text) + len(one))
        passages.append((Passage(name, "Mines", None, one, *span, (span,)), vectors[one][None]))
        text += f"{one}\n"
    made = Provenance("0", "1", 200)
    truth.put(Article(name, "Mines", text, None, f"/{name}"), passages, IndexedFile(name, 1, 1, made), "minilm")


class Killed(BaseException):
    """What no code of ours catches."""


def _die_at(step: str, worker: Worker, run: int) -> None:
    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        for name, target in STEPS.items():
            if name == step:
                patch.setattr(target, _kill)
        for _ in worker.work(run):
            pass


def _kill(*_: object) -> None:
    raise Killed


STEPS = {
    "leased": "rag.index.file_sync.load_articles",
    "embedded": "rag.index.postgres.truth.PostgresTruth.put",
    "put": "rag.index.postgres.texts._count_words",
    "finishing": "rag.index.postgres.jobs.Jobs.finish",
}
"""Where a worker dies: before it read a file, before it stores, within a transaction, before it says it is done."""
