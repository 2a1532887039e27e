"""An index in PostgreSQL beside one in a folder: the same hits, times, and what kills of its writers leave.

    python -m evals.benchmarks.postgres ADDRESS DATA --questions 300 --passages 12000 --kills 36

ADDRESS is of an empty database with pgvector (postgresql://user@host/database); each part leaves it empty again. DATA
holds squad/articles/*.txt and squad/questions.jsonl, as for evals.benchmarks.answers.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.benchmarks.answers import Question, squad
from rag.articles import Article
from rag.database import Database, open_database
from rag.embedding import Vectors, open_embedder
from rag.index import Filter, Index
from rag.index.postgres import search
from rag.index.postgres.truth import PostgresTruth
from rag.index.records import IndexedFile, Provenance
from rag.passages import Passage
from rag.retrieval import Hit
from rag.retrieval import search as retrieve
from rag.settings import Settings
from rag.text.spans import Span

DIMENSION, CLUSTERS, WORDS, VOCABULARY, OF_ARTICLE = 384, 200, 90, 50_000, 10
"""Synthetic passages: vectors around centres, words by Zipf's law, passages of an article."""
TABLES = "rag_meta, rag_jobs, rag_words, rag_passages, rag_texts, rag_articles"
_CUMULATED = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
MINED = 150
"""Articles of an ingest that is killed."""


class Parity(NamedTuple):
    """What both indexes found for the same questions."""

    folder: dict[int, float]
    """Share of questions whose gold span is among the first hits, by their number."""
    postgres: dict[int, float]
    alike: float
    """Share of questions with the same ten hits in the same order."""


def compare_hits(place: Settings, data: Path, count: int) -> Parity:
    """Ask the SQuAD questions of a folder, and of its copy in PostgreSQL."""
    embedder = open_embedder(place)
    questions = [question for question in squad(data / "squad" / "questions.jsonl") if question.answerable]
    asked = random.Random(1).sample(questions, min(count, len(questions)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Settings(index_dir=Path(scratch) / "index")
        with closing(Index.open(folder, embedder)) as one, closing(Index.open(place, embedder)) as other:
            one.sync(data / "squad" / "articles")
            other.copy_from(one)
            hits = [[retrieve(index, embedder, question.question) for question in asked] for index in (one, other)]
    keys = [[[hit.passage.key for hit in ranking] for ranking in found] for found in hits]
    alike = float(np.mean([one == other for one, other in zip(*keys, strict=True)]))
    return Parity(_hit_shares(asked, hits[0]), _hit_shares(asked, hits[1]), alike)


def _hit_shares(asked: Sequence[Question], hits: Sequence[tuple[Hit, ...]]) -> dict[int, float]:
    pairs = list(zip(asked, hits, strict=True))
    return {k: float(np.mean([_holds(question, found[:k]) for question, found in pairs])) for k in (1, 5)}


def _holds(question: Question, hits: tuple[Hit, ...]) -> bool:
    return any(
        hit.passage.article == question.article and hit.passage.start <= start and end <= hit.passage.end
        for hit in hits
        for start, end in question.spans
    )


class Speed(NamedTuple):
    """Seconds of searches among synthetic passages."""

    put: float
    """Passages stored a second."""
    words: list[float]
    vectors: list[float]
    recall: float
    """Of the hundred that an exact search finds."""


def measure_searches(database: Database, passages: int, bounds: Filter, searches: int = 40) -> Speed:
    """Store passages, then search five words, and a vector near a centre, among those that pass a filter."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(CLUSTERS, DIMENSION)).astype(np.float32)
    truth = PostgresTruth(database, DIMENSION)
    started = time.perf_counter()
    with truth.lock():
        for number in range(passages // OF_ARTICLE):
            _put_article(truth, number, centres, chance)
    put = passages / (time.perf_counter() - started)
    with database.transaction() as cursor:
        cursor.execute("ANALYZE")
    keywords, vectors = search.PostgresKeywords(truth), search.PostgresVectors(truth)
    texts = [_text(chance, 5) for _ in range(searches)]
    asked = [_unit(centres[chance.integers(CLUSTERS)] + chance.normal(size=DIMENSION)) for _ in range(searches)]
    exact = [{number for number, _ in _exactly(vectors, vector, bounds)} for vector in asked]
    found = [{number for number, _ in vectors.nearest(vector, 100, bounds)} for vector in asked]
    return Speed(
        put,
        [_seconds(lambda text=text: keywords.matching(text, 100, bounds)) for text in texts],  # type: ignore[misc]
        [_seconds(lambda vector=vector: vectors.nearest(vector, 100, bounds)) for vector in asked],  # type: ignore[misc]
        float(np.mean([len(one & other) / max(len(one), 1) for one, other in zip(exact, found, strict=True)])),
    )


def _put_article(truth: PostgresTruth, number: int, centres: Vectors, chance: np.random.Generator) -> None:
    name, text, passages = f"{number}.txt", "", []
    for _ in range(OF_ARTICLE):
        sentence = _text(chance, WORDS)
        span = Span(len(text), len(text) + len(sentence))
        vectors = np.stack([_unit(centres[chance.integers(CLUSTERS)] + chance.normal(size=DIMENSION)) for _ in "123"])
        passages.append((Passage(name, name, None, sentence, *span, (span, span, span)), vectors))
        text += f"{sentence}\n"
    day = date(2020, 1, 1) + timedelta(days=number % 2000)
    file = IndexedFile(name, 1, 1, Provenance("0", "synthetic", 200))
    truth.put(Article(name, name, text, day, f"/{name}"), passages, file, "synthetic")


def _text(chance: np.random.Generator, words: int) -> str:
    drawn = np.searchsorted(_CUMULATED, chance.random(words) * _CUMULATED[-1])
    return " ".join(f"w{word}q" for word in drawn)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _exactly(vectors: search.PostgresVectors, vector: Vectors, bounds: Filter) -> list[tuple[int, float]]:
    limits = search.EXACT_OF_ALL, search.EXACT_OF_FILTER
    search.EXACT_OF_ALL = search.EXACT_OF_FILTER = 10**9
    try:
        return vectors.nearest(vector, 100, bounds)
    finally:
        search.EXACT_OF_ALL, search.EXACT_OF_FILTER = limits


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def kill_ingests(place: Settings, database: Database, kills: int, seed: int) -> int:
    """Kill a worker, the ingest or both in turn, ingest again, and look; how many were killed at work.

    Raises:
        AssertionError: an article is lost, doubled or half, or a count is wrong.
    """
    chance, killed = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for number in range(MINED):
            lines = [f"Miner {number} of shaft {one} dug {number * one + 100} sacks of salt." for one in range(12)]
            (folder / f"{number:03}.txt").write_text(" ".join(lines), encoding="utf-8")
        for turn in range(kills):
            killed += _kill_ingest(place, database, folder, turn % 3, chance.randrange(5, MINED - 30))
            _ingest(place, folder, 1).wait()
            require_whole(database, MINED)
            _empty(database)
    return killed


def _kill_ingest(place: Settings, database: Database, folder: Path, turn: int, after: int) -> bool:
    """Kill when so many articles are stored: a worker (turn 0), the ingest (1) or both (2)."""
    ingest = _ingest(place, folder, 2)
    while ingest.poll() is None and _count(database, "rag_articles") < after:
        time.sleep(0.01)
    alive = ingest.poll() is None
    workers = _children(ingest.pid) if alive else []
    for process in [*(workers if turn != 1 else []), *([ingest.pid] if turn else [])]:
        os.kill(process, signal.SIGKILL)
    ingest.wait()
    while any(map(_command, workers)):
        time.sleep(0.1)  # one that is left ends by itself
    return alive


def _ingest(place: Settings, folder: Path, workers: int) -> "subprocess.Popen[bytes]":
    assert place.index
    environment = {**os.environ, "RAG_INDEX": place.index.get_secret_value()}
    command = [sys.executable, "-m", "rag", "ingest", str(folder), "--workers", str(workers)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [int(child) for child in listed if b"spawn_main" in _command(int(child))]


def _command(process: int) -> bytes:
    """Its command line; empty when it ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _count(database: Database, table: str, where: str = "TRUE") -> int:
    if database.all("SELECT to_regclass(%s)", table) == [(None,)]:
        return 0
    return int(database.all(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def require_whole(database: Database, articles: int) -> None:
    """Make sure that so many articles are there with their passages, and that every count is right."""
    assert _count(database, "rag_articles") == articles
    assert _count(database, "rag_articles a", "NOT EXISTS (SELECT FROM rag_passages WHERE article = a.id)") == 0
    assert _count(database, "rag_texts t", "uses <> (SELECT count(*) FROM rag_passages WHERE content = t.number)") == 0
    counted = "SELECT word, sum(texts)::bigint FROM rag_words WHERE word <> 0 GROUP BY word HAVING sum(texts) <> 0"
    stored = "SELECT word, count(*) FROM rag_texts, unnest(words) word GROUP BY word"
    assert dict(database.all(counted)) == dict(database.all(stored))


def _empty(database: Database, others: str = "") -> None:
    with database.transaction(several=True) as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {', '.join(filter(None, (TABLES, others)))}".encode())
        cursor.execute("DROP SEQUENCE IF EXISTS rag_revision, rag_run")


@contextmanager
def emptied(database: Database, others: str = "") -> Iterator[None]:
    """A database that held no index, and holds none afterwards, nor other tables of these names."""
    assert _count(database, "rag_meta") == 0, f"{database.name} holds an index: give an empty database"
    try:
        yield
    finally:
        _empty(database, others)


def main() -> None:
    """Print what each part found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--passages", type=int, default=12_000)
    parser.add_argument("--kills", type=int, default=36)
    given = parser.parse_args()
    place = Settings.model_validate({"index": given.address})
    with closing(open_database(place)) as database:
        with emptied(database):
            print(compare_hits(place, given.data, given.questions))
        for bounds in (Filter(), Filter(before=date(2020, 2, 9)), Filter(before=date(2022, 9, 26))):
            with emptied(database):
                speed = measure_searches(database, given.passages, bounds)
            times = (f"{1000 * float(np.quantile(one, share)):.1f}" for one in speed[1:3] for share in (0.5, 0.95))
            print(
                bounds,
                f"{speed.put:.0f} passages/s; ms of words p50 p95, of vectors: {', '.join(times)};",
                speed.recall,
            )
        with emptied(database):
            killed = kill_ingests(place, database, given.kills, seed=2)
            print(f"{given.kills} ingests, {killed} killed at work: {MINED} of {MINED} articles, every count right")


if __name__ == "__main__":
    main()
