"""LlamaIndex VectorStoreIndex over Chroma, sentence-transformers MiniLM on torch, its defaults otherwise."""

from pathlib import Path

import chromadb
from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore

from evals.benchmarks.stacks.weights import published_minilm


def _store(home: Path) -> ChromaVectorStore:
    client = chromadb.PersistentClient(str(home))
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("articles"))


def ingest(folder: Path, home: Path) -> None:
    """Index every file of a folder."""
    documents = SimpleDirectoryReader(str(folder)).load_data()
    context = StorageContext.from_defaults(vector_store=_store(home))
    VectorStoreIndex.from_documents(
        documents, storage_context=context, embed_model=HuggingFaceEmbedding(str(published_minilm()))
    )


def open_index(home: Path) -> BaseRetriever:
    """Open what was indexed."""
    index = VectorStoreIndex.from_vector_store(_store(home), embed_model=HuggingFaceEmbedding(str(published_minilm())))
    return index.as_retriever(similarity_top_k=10)


def search(opened: BaseRetriever, question: str, k: int) -> list[str]:
    """Names of the k best files."""
    files = [str(hit.node.metadata["file_name"]) for hit in opened.retrieve(question)]
    return list(dict.fromkeys(files))[:k]
