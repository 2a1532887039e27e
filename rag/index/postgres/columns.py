"""Filters and vectors <-> conditions and columns of PostgreSQL."""

import numpy as np

from rag.embedding import Vectors
from rag.index.filters import Filter


def where_passages(bounds: Filter) -> tuple[str, list[object]]:
    """A filter as a condition on the passages `p`, with its values."""
    conditions: dict[str, object] = {
        "p.published >= %s": bounds.after,
        "p.published <= %s": bounds.before,
        "p.article = ANY(%s)": None if bounds.articles is None else sorted(bounds.articles),
        "starts_with(p.article, %s)": bounds.id_prefix,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    paths = [rules.condition("source LIKE %s", _escape_like) for rules in bounds.paths]
    within = [f"p.article IN (SELECT id FROM rag_articles WHERE {condition})" for condition, _ in paths]
    values = [value for _, patterns in paths for value in patterns]
    return " AND ".join([*used, *within]) or "TRUE", [*used.values(), *values]


def _escape_like(pattern: str) -> str:
    for sign in "\\%_":
        pattern = pattern.replace(sign, f"\\{sign}")
    return pattern.replace("*", "%")


def format_vector(vector: Vectors) -> str:
    """A vector as pgvector reads it."""
    return str(vector.tolist())


def format_half(packed: bytes) -> str:
    """A vector packed in half precision as pgvector reads it."""
    return str(np.frombuffer(packed, dtype=np.float16).tolist())


def parse_half(sent: bytes) -> bytes:
    """A vector packed in half precision, from what `halfvec_send` gives: two numbers of 16 bits, then its own."""
    return np.frombuffer(sent, dtype=">f2", offset=4).astype(np.float16).tobytes()
