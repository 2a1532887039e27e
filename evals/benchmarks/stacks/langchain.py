"""LangChain over Chroma, sentence-transformers MiniLM on torch, its defaults otherwise."""

from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings

from evals.benchmarks.stacks.weights import published_minilm


def ingest(folder: Path, home: Path) -> None:
    """Index every file of a folder."""
    documents = [
        Document(file.read_text(encoding="utf-8"), metadata={"file": file.name}) for file in sorted(folder.iterdir())
    ]
    open_index(home).add_documents(documents)


def open_index(home: Path) -> Chroma:
    """Open what was indexed."""
    return Chroma(
        embedding_function=HuggingFaceEmbeddings(model_name=str(published_minilm())), persist_directory=str(home)
    )


def search(opened: Chroma, question: str, k: int) -> list[str]:
    """Names of the k best files."""
    return [document.metadata["file"] for document in opened.similarity_search(question, k=k)]
