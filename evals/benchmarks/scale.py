"""Latency and recall over a hundred thousand passages: Chroma's approximate search against an exact one.

    python -m evals.benchmarks.scale FOLDER

FOLDER is that of evals/benchmarks/answers.py: its sentences and questions are real. The passages are random draws of
these sentences, their vectors those of the sentences plus noise: embedding so many would take most of an hour.
"""

import argparse
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from evals.benchmarks.answers import squad
from evals.benchmarks.kills import read_sentences
from rag.answering.quoting import rank, select_quotes
from rag.embedding import Embedder, Vectors, open_embedder
from rag.index import Filter, Index
from rag.retrieval import search
from rag.settings import Settings

PASSAGES, PER_FILE, PER_PASSAGE = 100_000, 25, 2
NOISE = 0.7
"""Length of the noise added to a unit vector: enough that no two passages are closer than real ones are."""
QUESTIONS = 200


class NoisyEmbedder:
    """Embeds passages by the vectors of known sentences and noise, in place of the shipped embedder."""

    name, fingerprint = "noisy", "noisy"

    def __init__(self, embedder: Embedder, sentences: Sequence[str]) -> None:
        self._vectors = embedder.embed_passages(sentences)
        self._rows = {sentence: row for row, sentence in enumerate(sentences)}
        self.dimension = embedder.dimension

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        """As passages."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vector of each known sentence, or of an arbitrary one, plus noise that is a function of the text."""
        return np.stack([self._embed(text) for text in texts])

    def _embed(self, text: str) -> Vectors:
        sentence, _, _ = text.rpartition(" #")
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        noise = np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        row = self._rows.get(sentence, seed % len(self._vectors))
        vector = self._vectors[row] + NOISE * noise / np.linalg.norm(noise)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def write_articles(folder: Path, sentences: Sequence[str], passages: int, day: Callable[[int], date | None]) -> None:
    """Write articles of one-passage paragraphs; every sentence ends with a number, so that none is repeated.

    Args:
        folder: for files that are named by their number.
        sentences: to draw from.
        passages: of all articles.
        day: of publication of the article of a number, which its first line states; None for no such line.
    """
    chance = random.Random(3)
    for file in range(passages // PER_FILE):
        paragraphs = []
        for paragraph in range(PER_FILE):
            chosen = chance.sample(sentences, PER_PASSAGE)
            numbered = (f"{text} #{file}-{paragraph}-{at}." for at, text in enumerate(chosen))
            paragraphs.append("\n".join(numbered))
        published = day(file)
        dateline = [f"Published on {published:%B %d, %Y}"] if published else []
        (folder / f"{file:06}.txt").write_text("\n\n".join([*dateline, *paragraphs]), encoding="utf-8")


def read_long_sentences(data: Path) -> list[str]:
    """The sentences of the SQuAD articles without their full stop, each once, neither the shortest nor the longest."""
    sentences = dict.fromkeys(read_sentences(data / "squad" / "articles"))
    return [text.rstrip(".") for text in sentences if 40 < len(text) < 300]


def _milliseconds(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2] * 1000:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms"


def _recall(index: Index, questions: Vectors, k: int = 10) -> float:
    numbers, vectors = index.vectors()
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    shares = []
    for question in questions:
        exact = set(numbers[np.argsort(-(vectors @ question))[:k]].tolist())
        shares.append(len(exact & {number for number, _ in index.nearest(question, k, Filter())}) / k)
    return float(np.mean(shares))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    options = parser.parse_args()
    data = options.folder
    embedder = open_embedder(Settings())
    sentences = read_long_sentences(data)
    labelled = squad(data / "squad" / "questions.jsonl")
    questions = [question.question for question in random.Random(5).sample(labelled, QUESTIONS)]
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "articles").mkdir()
        write_articles(Path(scratch) / "articles", sentences, options.passages, lambda _: None)
        settings = Settings(index_dir=Path(scratch) / "index", passage_tokens=100)
        index = Index.open(settings, NoisyEmbedder(embedder, sentences))
        started = time.perf_counter()
        index.sync(Path(scratch) / "articles")
        print(f"{index.health().passages} passages indexed in {time.perf_counter() - started:.0f} s", flush=True)
        started = time.perf_counter()
        index.sync(Path(scratch) / "articles")
        print(f"synced again, nothing changed: {time.perf_counter() - started:.1f} s")
        index.close()
        started = time.perf_counter()
        index = Index.open(settings, NoisyEmbedder(embedder, sentences[:1]))
        search(index, embedder, "Who?")
        print(f"opened, verified and searched in {time.perf_counter() - started:.2f} s")
        search_times, quote_times = [], []
        for question in questions:
            started = time.perf_counter()
            hits = search(index, embedder, question)
            search_times.append(time.perf_counter() - started)
            select_quotes(rank(question, hits), settings)
            quote_times.append(time.perf_counter() - started)
        print(f"search: {_milliseconds(search_times)}; with choosing quotes: {_milliseconds(quote_times)}")
        print(f"recall@10 against exact search: {_recall(index, embedder.embed_query(questions)):.4f}")
        disk = sum(file.stat().st_size for file in settings.index_dir.rglob("*") if file.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{disk / 1e6:.0f} MB on disk, {peak:.0f} MB peak memory")


if __name__ == "__main__":
    main()
