"""Index -> times of its searches, with filters and without, and recall against an exact search; for growth.py."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.embedding import Vectors
from rag.index import Filter, Index
from rag.index.records import PassageVectors
from rag.retrieval import search
from rag.settings import Settings
from rag.text.search_form import search_form

FIRST_DAY, DAYS = date(2020, 1, 1), 1000
"""Days on which the articles were published."""
K = 100
"""Passages wanted, as in `rag.retrieval`."""


class DayFilter(NamedTuple):
    """A filter that lets through what was published on the first days."""

    name: str
    days: int

    @property
    def bounds(self) -> Filter:
        """As the index knows it."""
        return Filter() if self.days == DAYS else Filter(before=FIRST_DAY + timedelta(self.days - 1))


FILTERS = (DayFilter("none", DAYS), DayFilter("half", DAYS // 2), DayFilter("2 %", DAYS // 50))


class Searches(NamedTuple):
    """Seconds of each search, by what is searched for; the whole question includes both others."""

    nearest: Sequence[float]
    words: Sequence[float]
    question: Sequence[float]
    recall: float
    """Of the hundred nearest that an exact search finds."""


class Measured(NamedTuple):
    """The searches of an index by the name of their filter."""

    searches: Mapping[str, Searches]
    megabytes: float
    """Of memory of the process that searched, at most."""
    listing: float | None = None
    """Seconds in which all articles are listed, as the chat does for each answer; None where there is no such list."""


class AskedEmbedder:
    """Knows the vectors of the questions that are asked, so that embedding them takes no time.

    Args:
        questions: with their vectors, made by the embedder in whose place this stands.
        name: of the embedder of the index.
    """

    def __init__(self, questions: Mapping[str, Vectors], name: str) -> None:
        self.name = self.fingerprint = name
        self.questions = questions
        self._vectors = {search_form(question): vector for question, vector in questions.items()}
        self.dimension = len(next(iter(questions.values())))

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        """Their vectors."""
        return np.stack([self._vectors[text] for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """As questions."""
        return self.embed_query(texts)


def measure_growth(settings: Settings, embedder: AskedEmbedder) -> Measured:
    """Open an index, search for every question with each filter, and compare with an exact search."""
    with closing(Index.open(settings, embedder)) as index:
        for question, vector in list(embedder.questions.items())[:5]:  # loads what the first search loads
            search(index, embedder, question)
            index.nearest(vector, K, FILTERS[1].bounds)
        times = {one.name: _times(index, embedder, one.bounds) for one in FILTERS}
        megabytes = peak_memory()
        listing = float(np.median([_timed(index.articles) for _ in range(5)]))
        passages = index.vectors()
        recalls = {one.name: _recall(index, passages, embedder, one.bounds) for one in FILTERS}
    return Measured({name: Searches(*times[name], recalls[name]) for name in times}, megabytes, listing)


def peak_memory() -> float:
    """Megabytes that this process has had; what `getrusage` has is at least what the process had that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:", 1)[1].split()[0]) / 1024


def _times(index: Index, embedder: AskedEmbedder, bounds: Filter) -> tuple[list[float], list[float], list[float]]:
    return (
        [_timed(index.nearest, vector, K, bounds) for vector in embedder.questions.values()],
        [_timed(index.matching, question, K, bounds) for question in embedder.questions],
        [_timed(search, index, embedder, question, 10, bounds) for question in embedder.questions],
    )


def _timed(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def _recall(index: Index, passages: PassageVectors, embedder: AskedEmbedder, bounds: Filter) -> float:
    exact = _nearest_exactly(index, passages, embedder, bounds)
    shares = [
        len(set(numbers) & {number for number, _ in index.nearest(vector, K, bounds)}) / len(numbers)
        for numbers, vector in zip(exact, embedder.questions.values(), strict=True)
    ]
    return float(np.mean(shares))


def _nearest_exactly(
    index: Index, passages: PassageVectors, embedder: AskedEmbedder, bounds: Filter
) -> list[list[int]]:
    """For each question the numbers of the passages whose vectors are nearest, of those that pass a filter."""
    admitted = np.isin(passages.numbers, index.passage_numbers(bounds)) if bounds != Filter() else slice(None)
    numbers, vectors = passages.numbers[admitted], passages.vectors[admitted]
    nearest = []
    for vector in embedder.questions.values():
        cosines = vectors @ vector
        first = np.argpartition(-cosines, min(K, len(cosines) - 1))[:K]
        nearest.append([int(number) for number in numbers[first]])
    return nearest


def export_passages(settings: Settings, embedder: AskedEmbedder, folder: Path, after: int) -> int:
    """Write what a peer is to store, and what an exact search finds; the number of the last passage.

    Args:
        settings: of the index.
        embedder: with the questions.
        folder: for passages.jsonl, vectors.npy and questions.json.
        after: number of the last passage that the peer has.
    """
    with closing(Index.open(settings, embedder)) as index:
        passages = index.vectors()
        new = passages.numbers > after
        np.save(folder / "vectors.npy", passages.vectors[new].astype(np.float32))
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
            for stored in index.passages(passages.numbers[new].tolist()):
                day = ((stored.passage.date or FIRST_DAY) - FIRST_DAY).days
                file.write(json.dumps([stored.number, stored.passage.text, day]) + "\n")
        asked = {
            "questions": [(question, vector.tolist()) for question, vector in embedder.questions.items()],
            "filters": [(one.name, one.days) for one in FILTERS],
            "exact": [_nearest_exactly(index, passages, embedder, one.bounds) for one in FILTERS],
        }
        (folder / "questions.json").write_text(json.dumps(asked), encoding="utf-8")
        return int(passages.numbers[-1])
