"""Passages in LlamaIndex's PGVectorStore: stored and searched, a process a step; for evals/benchmarks/growth.py.

    python -m evals.benchmarks.stacks.pgvector_store ADDRESS FOLDER add TURN TURNS WRITER WRITERS
    python -m evals.benchmarks.stacks.pgvector_store ADDRESS FOLDER search

HNSW has the values of rag/index/postgres (m 16, ef_construction 100, ef_search 400), the rest is as its makers show it.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.core.vector_stores.types import VectorStoreQueryMode
from llama_index.vector_stores.postgres import PGVectorStore
from sqlalchemy import make_url

TABLE, K, BATCH = "growth", 100, 250
"""Its table is data_growth; passages wanted; nodes of one `add`, which is a transaction."""


def open_store(address: str) -> PGVectorStore:
    """The store, whose tables are made when there are none."""
    url = make_url(address)
    return PGVectorStore.from_params(
        host=url.host,
        port=str(url.port),
        database=url.database,
        user=url.username,
        password=url.password or "",
        table_name=TABLE,
        embed_dim=384,
        hybrid_search=True,
        text_search_config="english",
        hnsw_kwargs={
            "hnsw_m": 16,
            "hnsw_ef_construction": 100,
            "hnsw_ef_search": 400,
            "hnsw_dist_method": "vector_cosine_ops",
        },
    )


def add(address: str, folder: Path, turn: int, turns: int, writer: int, writers: int) -> dict[str, float]:
    """Store the batches of a turn that are this writer's; when that began and ended, and how many passages it were."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    lines = (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    store = open_store(address)
    store.query(VectorStoreQuery(query_embedding=vectors[0].tolist(), similarity_top_k=1))  # makes the tables
    begin, stored = time.time(), 0
    for start in range((turn + turns * writer) * BATCH, len(lines), turns * writers * BATCH):
        passages = map(json.loads, lines[start : start + BATCH])
        nodes = [
            TextNode(id_=str(number), text=text, metadata={"day": day}, embedding=vector.tolist())
            for (number, text, day), vector in zip(passages, vectors[start : start + BATCH], strict=True)
        ]
        stored += len(store.add(nodes))
    return {"begin": begin, "end": time.time(), "passages": stored}


def search(address: str, folder: Path) -> dict[str, object]:
    """Seconds of every search by filter, and recall against what an exact search found."""
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    store = open_store(address)
    searches = {}
    for (name, days), exact in zip(asked["filters"], asked["exact"], strict=True):
        limit = MetadataFilter(key="day", value=days - 1, operator=FilterOperator.LTE)
        filters = None if name == "none" else MetadataFilters(filters=[limit])
        queries = [
            {
                mode: VectorStoreQuery(
                    query_embedding=vector,
                    query_str=text,
                    similarity_top_k=K,
                    sparse_top_k=K,
                    mode=mode,
                    filters=filters,
                )
                for mode in (VectorStoreQueryMode.DEFAULT, VectorStoreQueryMode.SPARSE, VectorStoreQueryMode.HYBRID)
            }
            for text, vector in asked["questions"]
        ]
        store.query(queries[0][VectorStoreQueryMode.HYBRID])
        found = [store.query(query[VectorStoreQueryMode.DEFAULT]).ids for query in queries]
        times = [[_timed(store.query, query[mode]) for query in queries] for mode in queries[0]]
        shares = [
            len({str(one) for one in right} & set(ids or ())) / len(right)
            for right, ids in zip(exact, found, strict=True)
        ]
        searches[name] = [*times, float(np.mean(shares))]
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return {"searches": searches, "megabytes": int(status.split("VmHWM:", 1)[1].split()[0]) / 1024}


def _timed(work: Callable[[VectorStoreQuery], object], query: VectorStoreQuery) -> float:
    started = time.perf_counter()
    work(query)
    return time.perf_counter() - started


def main() -> None:
    """Do one step, and print what came of it as JSON."""
    address, folder, step, *numbers = sys.argv[1:]
    result = add(address, Path(folder), *map(int, numbers)) if step == "add" else search(address, Path(folder))
    print("\n" + json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
