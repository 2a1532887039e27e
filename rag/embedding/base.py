"""Embedder: the protocol of every embedder, and the check of what it returns."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbeddingError

Vectors = NDArray[np.float32]
"""One row a text, unit length."""


class Embedder(Protocol):
    """Texts -> unit vectors; questions and sentences of articles may be embedded differently.

    To add one: a class with these members in `rag/embedding/NAME.py`, opened in `rag/embedding/__init__.py`. Thresholds
    and the weights of `rag/answering/quoting/confidence.json` are fitted to the shipped one's cosines.
    """

    @property
    def name(self) -> str:
        """As in the settings: minilm, onnx:FOLDER, openai:MODEL."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would: a hash of the weights and how they are used, or the model's name."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions: shape (texts, dimension), in the order of the texts, each of unit length.

        Raises:
            EmbeddingError: the model cannot be reached or gives malformed vectors.
        """

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences of articles, of the same shape; comparable by dot product with those of questions.

        Raises:
            EmbeddingError: the model cannot be reached or gives malformed vectors.
        """


def scale_to_unit(vectors: Vectors, texts: int, source: str) -> Vectors:
    """The vectors scaled to unit length; one a text, all finite and none zero.

    Raises:
        EmbeddingError: they are not.
    """
    if vectors.ndim != 2 or len(vectors) != texts:
        raise EmbeddingError(f"{source} gave vectors of shape {vectors.shape} for {texts} texts.")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths < 1e-6).any():
        raise EmbeddingError(f"{source} gave a vector that is zero or not finite.")
    return np.asarray(vectors / lengths, dtype=np.float32)
