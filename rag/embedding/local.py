"""Texts -> unit vectors by an ONNX sentence encoder: model.onnx, tokenizer.json and how they are used."""

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag import onnx
from rag.embedding.base import Vectors, scale_to_unit
from rag.embedding.encoder_config import DEFAULT_CONFIG, EncoderConfig, Pooling
from rag.errors import EmbeddingError
from rag.weights import ShippedNetwork

if TYPE_CHECKING:
    from tokenizers import Encoding

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
        shipped: the network that the weights are; None for a user's own.
        config: pooling, prefixes and length; `read_encoder_config` reads those of a folder.

    Raises:
        EmbeddingError: a file is missing, altered or no sentence encoder.
    """

    def __init__(
        self,
        name: str,
        weights: Path,
        tokenizer: Path,
        shipped: ShippedNetwork | None = None,
        config: EncoderConfig = DEFAULT_CONFIG,
    ) -> None:
        self.name = name
        self._weights = weights
        self._config = config
        if shipped:
            onnx.verify_network(shipped, EmbeddingError)
        vocabulary = onnx.read_file(tokenizer, EmbeddingError)
        self.fingerprint = _fingerprint(shipped.identity if shipped else _identity(weights), vocabulary, config)
        self._tokenizer = onnx.load_tokenizer(tokenizer, EmbeddingError, vocabulary)
        self._tokenizer.enable_truncation(config.max_tokens)
        self._session = onnx.open_session(weights, EmbeddingError, threads=1, fused=shipped is not None)
        self._inputs = {node.name for node in self._session.get_inputs()}
        if unknown := self._inputs - INPUTS:
            raise EmbeddingError(
                f"{self._weights} wants {', '.join(sorted(unknown))}; known: {', '.join(sorted(INPUTS))}."
            )
        self._pool = ThreadPoolExecutor(WORKERS)
        self.dimension = self._run(self._tokenizer.encode("dimension")).shape[0]

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, each with the model's prefix for them, if it has one."""
        return self._embed([self._config.query_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences of articles, each with the model's prefix for them, if it has one."""
        return self._embed([self._config.passage_prefix + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch([_storable(text) for text in texts])
        run = map if len(encodings) == 1 else self._pool.map
        return scale_to_unit(np.stack(list(run(self._run, encodings))), len(texts), self.name)

    def _run(self, encoding: "Encoding") -> Vectors:
        tokens = np.array([encoding.ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        try:
            (states, *_) = self._session.run(None, {name: inputs[name] for name in self._inputs})
        except Exception as error:
            raise EmbeddingError(f"{self._weights} cannot embed: {error}") from error
        if states.ndim not in (2, 3):
            raise EmbeddingError(f"{self._weights} is no sentence encoder: it gives shape {states.shape}.")
        if states.ndim == 3:
            return _pooled(states[0], self._config.pooling)
        return np.asarray(states[0], dtype=np.float32)


def _pooled(tokens: Vectors, pooling: Pooling) -> Vectors:
    """The vector of a text from those of its tokens, special ones included."""
    if pooling == "cls":
        pooled = tokens[0]
    elif pooling == "lasttoken":
        pooled = tokens[-1]
    else:
        pooled = tokens.max(axis=0) if pooling == "max" else tokens.mean(axis=0)
    return np.asarray(pooled, dtype=np.float32)


def _identity(weights: Path) -> str:
    """The sha256 of a user's weights; of the files beside them, too, that they name as external data."""
    content = onnx.read_file(weights, EmbeddingError)
    others = (file for file in sorted(weights.parent.iterdir()) if file != weights and file.is_file())
    named = (file for file in others if file.name.encode() in content)
    return "".join(onnx.hash_file(file, EmbeddingError) for file in (weights, *named))


def _fingerprint(identity: str, vocabulary: bytes, config: EncoderConfig) -> str:
    digest = hashlib.sha256(identity.encode() + vocabulary)
    if config != DEFAULT_CONFIG:  # indexes made before there was a config keep their fingerprint
        digest.update(json.dumps(asdict(config), sort_keys=True).encode())
    return digest.hexdigest()


def _storable(text: str) -> str:
    # A lone surrogate, as JSON may hold one, is no text to the tokenizer.
    return text.encode("utf-8", errors="replace").decode("utf-8")
