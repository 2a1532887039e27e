"""Truth -> another truth: every article with its passages and vectors, nothing embedded again, compared at the end."""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.articles import Article
from rag.embedding import Vectors
from rag.errors import IndexBroken, IndexMismatch
from rag.index.base import Truth
from rag.index.filters import Filter
from rag.index.records import IndexedFile
from rag.index.report import Progress
from rag.passages import Passage

EVERYWHERE = Path("/")
NAMED = 3
"""Articles that an error names."""


class CopyReport(NamedTuple):
    """Result of a copy, in articles."""

    copied: int
    present: int
    """Copied by an earlier attempt, and the same."""
    passages: int
    """Passages of all, compared one by one."""


def copy_articles(source: Truth, target: Truth, progress: Progress | None = None) -> CopyReport:
    """Copy what the target lacks, then compare every article of both; again after a kill, it goes on where it was.

    Raises:
        IndexMismatch: the target holds articles that the source does not.
        IndexBroken: articles differ at the end, because the source changed meanwhile.
    """
    wanted, present = source.files(EVERYWHERE), target.files(EVERYWHERE)
    _refuse_others({file.id for file in present.values()} - {file.id for file in wanted.values()})
    missing = {path: file for path, file in wanted.items() if present.get(path) != file}
    name = source.embedder()
    for number, (path, file) in enumerate(missing.items()):
        article = source.article(file.id)
        if article is not None:
            target.put(article, list(_passages(source, file.id)), file, name)
        if progress:
            progress(number + 1, len(missing), Path(path).name)
    passages = _compare(source, target, wanted)
    return CopyReport(len(missing), len(wanted) - len(missing), passages)


def _refuse_others(others: set[str]) -> None:
    if others:
        named = ", ".join(sorted(others)[:NAMED])
        raise IndexMismatch(f"The target holds {len(others)} other articles ({named}). Copy into an empty index.")


def _passages(truth: Truth, article: str) -> Iterator[tuple[Passage, Vectors]]:
    """The passages of an article in their order, each with its sentence vectors."""
    numbers = sorted(int(number) for number in truth.admitted_vectors(Filter(articles=frozenset({article}))).numbers)
    sentences = truth.sentence_vectors(numbers)
    parts = np.split(sentences.vectors, np.cumsum(sentences.counts)[:-1])
    stored = {one.number: one.passage for one in truth.passages(numbers)}
    for number, vectors in zip(sentences.numbers.tolist(), parts, strict=True) if numbers else ():
        yield stored[number], vectors


def _compare(source: Truth, target: Truth, wanted: dict[str, IndexedFile]) -> int:
    """Passages of all articles, which are the same on both sides."""
    differing: list[str] = []
    passages = 0
    for file in wanted.values():
        (one, count), (other, _) = _digest(source, file.id), _digest(target, file.id)
        passages += count
        if one != other:
            differing.append(file.id)
    if differing or target.count() != passages:
        named = ", ".join(differing[:NAMED]) or "passages of no article"
        raise IndexBroken(
            f"{len(differing)} articles differ after the copy ({named}). Run it again while nobody writes."
        )
    return passages


def _digest(truth: Truth, article: str) -> tuple[bytes, int]:
    """Checksum of an article, its passages and its sentence vectors; the number of its passages."""
    content: Article | None = truth.article(article)
    digest = blake2b(repr(content).encode(), digest_size=16)
    count = 0
    for passage, vectors in _passages(truth, article):
        digest.update(repr(passage).encode() + vectors.astype(np.float16).tobytes())
        count += 1
    return digest.digest(), count
