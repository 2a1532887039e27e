"""rag: MiniLM in 8 bits on ONNX Runtime, Chroma and tantivy."""

from pathlib import Path

from rag import Assistant, Settings


def ingest(folder: Path, home: Path) -> None:
    """Index every file of a folder."""
    with Assistant.open(Settings(index_dir=home)) as assistant:
        assistant.sync(folder)


def open_index(home: Path) -> Assistant:
    """Open what was indexed."""
    return Assistant.open(Settings(index_dir=home))


def search(opened: Assistant, question: str, k: int) -> list[str]:
    """Names of the k best files."""
    articles = [hit.passage.article for hit in opened.search(question, 2 * k)]
    return list(dict.fromkeys(articles))[:k]
