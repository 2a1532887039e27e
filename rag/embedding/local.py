"""Texts -> unit vectors by an ONNX sentence encoder in a folder: model.onnx and tokenizer.json."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag import onnx
from rag.embedding.base import Vectors, unit
from rag.errors import EmbeddingError

if TYPE_CHECKING:
    from tokenizers import Encoding

MAX_TOKENS = 256
"""As all-MiniLM-L6-v2 is used; the rest of a longer text is ignored."""
INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
"""Inputs that a model may have."""
WORKERS = min(8, os.cpu_count() or 1)
"""Texts embedded at once, each alone on one thread.

A batch would be no faster (263 sentences a second in batches of 8, 275 alone, on two cores), and in 8 bits a text's
vector would depend on its neighbours', whose activations share its scale: cosine .96 to 1 with itself alone.
"""


class OnnxEmbedder:
    """A sentence encoder read from a folder.

    Args:
        name: as in the settings.
        weights: the .onnx file (inputs input_ids and attention_mask; output pooled or per token).
        tokenizer: tokenizer.json.
        sha256: of the weights; None for a user's own.

    Raises:
        EmbeddingError: a file is missing, altered or no sentence encoder.
    """

    def __init__(self, name: str, weights: Path, tokenizer: Path, sha256: str | None = None) -> None:
        self.name = name
        self._weights = weights
        content = onnx.read_file(weights, EmbeddingError, sha256)
        vocabulary = onnx.read_file(tokenizer, EmbeddingError)
        digest = hashlib.sha256(content).hexdigest()
        self.fingerprint = hashlib.sha256(digest.encode() + vocabulary).hexdigest()
        self._tokenizer = onnx.load_tokenizer(tokenizer, EmbeddingError, vocabulary)
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._session = onnx.open_session(weights, EmbeddingError, content, threads=1, fused=sha256 is not None)
        self._inputs = {node.name for node in self._session.get_inputs()}
        if unknown := self._inputs - INPUTS:
            raise EmbeddingError(
                f"{self._weights} wants {', '.join(sorted(unknown))}; known: {', '.join(sorted(INPUTS))}."
            )
        self._pool = ThreadPoolExecutor(WORKERS)
        self.dimension = self._run(self._tokenizer.encode("dimension")).shape[0]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimension), in the order of the texts, each of unit length."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch([_storable(text) for text in texts])
        run = map if len(encodings) == 1 else self._pool.map
        return unit(np.stack(list(run(self._run, encodings))), len(texts), self.name)

    def _run(self, encoding: "Encoding") -> Vectors:
        tokens = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        try:
            (states, *_) = self._session.run(None, {name: inputs[name] for name in self._inputs})
        except Exception as error:
            raise EmbeddingError(f"{self._weights} cannot embed: {error}") from error
        if states.ndim not in (2, 3):
            raise EmbeddingError(f"{self._weights} is no sentence encoder: it gives shape {states.shape}.")
        return np.asarray(states[0] if states.ndim == 2 else states[0].mean(axis=0), dtype=np.float32)


def _storable(text: str) -> str:
    # A lone surrogate, as JSON may hold one, is no text to the tokenizer.
    return text.encode("utf-8", errors="replace").decode("utf-8")
