"""How an index grows: passages stored a second, times of searches, recall, disk and memory, by the number of passages.

    python3 -m venv .venv-pgvector
    .venv-pgvector/bin/pip install llama-index-vector-stores-postgres==0.9.0
    python -m evals.benchmarks.growth ADDRESS DATA --passages 10000 100000 --peer .venv-pgvector/bin/python

In a folder, in PostgreSQL, and in LlamaIndex's PGVectorStore, with the same passages. ADDRESS is of an empty database
with pgvector, and is left empty. DATA is that of evals/benchmarks/scale.py, from which the passages are, too: embedding
them takes no time. One index grows through all sizes.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.benchmarks.answers import squad
from evals.benchmarks.growth_searches import DAYS, FIRST_DAY, AskedEmbedder, Measured, measure_growth
from evals.benchmarks.growth_writing import (
    ArticleSupply,
    PeerStore,
    Writing,
    count_passages,
    grow_folder,
    grow_postgres,
)
from evals.benchmarks.postgres import emptied
from evals.benchmarks.scale import NoisyEmbedder, read_long_sentences, write_articles
from rag.database import Database, open_database
from rag.embedding import open_embedder
from rag.index import Index
from rag.settings import Settings

QUESTIONS = 100
STRIDE = 383
"""Days from one article to the next, around the calendar: any number of articles is spread over all of it."""
HEADER = (
    "| index | passages | stored/s: 1 writer | 2 writers | MB on disk | MB of vectors' index | MB of the process"
    " | ms to list all articles | filter passes | nearest, ms p50 / p95 | words | question | recall@100 |",
    f"|{'---|' * 13}",
)


class Grown(NamedTuple):
    """An index at one size."""

    name: str
    passages: int
    writings: Sequence[Writing]
    disk: float
    """Bytes of all of it."""
    vectors: float
    """Bytes of the index of vectors, of which all should be in memory; 0 where it has no file of its own."""
    measured: Measured

    def lines(self) -> Iterator[str]:
        """Rows of the table, one for each filter."""
        rates = [_rate(self.writings, writers) for writers in (1, 2)]
        sizes = [f"{size / 1e6:.0f}" for size in (self.disk, self.vectors)]
        listing = "" if self.measured.listing is None else f"{1000 * self.measured.listing:.0f}"
        left = [self.name, f"{self.passages:,}", *rates, *sizes, f"{self.measured.megabytes:.0f}", listing]
        for name, searches in self.measured.searches.items():
            times = [_milliseconds(one) for one in searches[:3]]
            yield f"| {' | '.join([*left, name, *times, f'{searches.recall:.3f}'])} |"


def _rate(writings: Sequence[Writing], writers: int) -> str:
    chosen = [one for one in writings if one.writers == writers]
    return f"{sum(one.passages for one in chosen) / sum(one.seconds for one in chosen):.0f}" if chosen else ""


def _milliseconds(times: Sequence[float]) -> str:
    return " / ".join(f"{1000 * float(np.quantile(times, share)):.1f}" for share in (0.5, 0.95))


class Growth:
    """The indexes that grow side by side.

    Args:
        scratch: folder for articles, an index and what is exchanged.
        place: of the index in PostgreSQL.
        database: the same.
        embedder: of the passages.
        asked: with the questions.
    """

    def __init__(
        self, scratch: Path, place: Settings, database: Database, embedder: NoisyEmbedder, asked: AskedEmbedder
    ) -> None:
        self._folder = Settings(index_dir=scratch / "index", passage_tokens=100)
        self._place = place.model_copy(update={"passage_tokens": 100})
        self._database, self._embedder, self._asked = database, embedder, asked

    def folder(self, corpus: ArticleSupply) -> Grown:
        """The folder with what is new."""
        writing = grow_folder(self._folder, corpus, self._embedder)
        files = [file for file in self._folder.index_dir.rglob("*") if file.is_file()]
        vectors = sum(file.stat().st_size for file in files if "chroma" in file.parts and file.suffix == ".bin")
        disk = sum(file.stat().st_size for file in files)
        return Grown("folder", self._count(self._folder), [writing], disk, vectors, self._measure(self._folder))

    def postgres(self, files: Sequence[Path]) -> Grown:
        """PostgreSQL with what is new."""
        writings = grow_postgres(self._database, self._place, files, self._embedder)
        disk, vectors = self._sizes("rag_%", "rag_passages_vector")
        return Grown("PostgreSQL", self._count(self._place), writings, disk, vectors, self._measure(self._place))

    def peer(self, store: PeerStore) -> Grown:
        """LlamaIndex's store with what is new in the folder."""
        writings = store.grow(self._folder, self._asked)
        disk, vectors = self._sizes("data_growth", "data_growth_embedding_idx")
        return Grown("PGVectorStore", self._count(self._folder), writings, disk, vectors, store.measure())

    def _count(self, settings: Settings) -> int:
        with closing(Index.open(settings, self._asked)) as index:
            return count_passages(index)

    def _measure(self, settings: Settings) -> Measured:
        """In a process of its own, for its memory."""
        with get_context("spawn").Pool(1) as pool:
            return pool.apply(measure_growth, (settings, self._asked))

    def _sizes(self, tables: str, index: str) -> tuple[int, int]:
        """Bytes of tables with their indexes, and of one index, once the planner knows of all that was stored."""
        with self._database.transaction() as cursor:
            cursor.execute("ANALYZE")
        ((disk, vectors),) = self._database.all(
            "SELECT sum(pg_total_relation_size(oid)) FILTER (WHERE relkind = 'r' AND relname LIKE %s)::bigint,"
            " sum(pg_relation_size(oid)) FILTER (WHERE relname = %s)::bigint"
            " FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
            tables,
            index,
        )
        return int(disk), int(vectors or 0)


def measure_sizes(scratch: Path, address: str, data: Path, sizes: Sequence[int], peer: Path | None) -> Iterator[Grown]:
    """Grow the indexes from one size to the next."""
    shipped, sentences = open_embedder(Settings()), read_long_sentences(data)
    embedder = NoisyEmbedder(shipped, sentences)
    labelled = random.Random(5).sample(squad(data / "squad" / "questions.jsonl"), QUESTIONS)
    questions = [question.question for question in labelled]
    asked = AskedEmbedder(dict(zip(questions, shipped.embed_query(questions), strict=True)), embedder.name)
    corpus = ArticleSupply(scratch / "waiting", scratch / "ingested")
    for folder in (*corpus, scratch / "exchanged"):
        folder.mkdir()
    write_articles(corpus.waiting, sentences, max(sizes), lambda number: FIRST_DAY + timedelta(number * STRIDE % DAYS))
    place, present = Settings.model_validate({"index": address}), 0
    with closing(open_database(place)) as database, emptied(database, "data_growth"):
        growth = Growth(scratch, place, database, embedder, asked)
        store = PeerStore(peer, address, scratch / "exchanged") if peer else None
        for size in sizes:
            files = corpus.add(size - present)
            present = size
            yield growth.folder(corpus)
            yield growth.postgres(files)
            if store:
                yield growth.peer(store)


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--peer", type=Path, help="python of the virtual environment with LlamaIndex's store")
    options = parser.parse_args()
    print(*HEADER, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for grown in measure_sizes(Path(scratch), options.address, options.data, options.passages, options.peer):
            print(*grown.lines(), sep="\n", flush=True)


if __name__ == "__main__":
    main()
