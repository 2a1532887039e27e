"""txtai's hybrid of dense vectors and BM25, sentence-transformers MiniLM on torch, its defaults otherwise."""

from pathlib import Path

from txtai import Embeddings

from evals.benchmarks.stacks.weights import published_minilm


def ingest(folder: Path, home: Path) -> None:
    """Index every file of a folder."""
    embeddings = Embeddings(path=str(published_minilm()), hybrid=True, content=True)
    embeddings.index((file.name, file.read_text(encoding="utf-8"), None) for file in sorted(folder.iterdir()))
    embeddings.save(str(home))


def open_index(home: Path) -> Embeddings:
    """Open what was indexed."""
    embeddings = Embeddings(path=str(published_minilm()))
    embeddings.load(str(home))
    return embeddings


def search(opened: Embeddings, question: str, k: int) -> list[str]:
    """Names of the k best files."""
    return [row["id"] for row in opened.search(question, k)]
