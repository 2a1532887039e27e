"""Texts -> unit vectors: the MiniLM that is shipped, a local ONNX folder, or OpenAI's."""

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag import weights
from rag.embedding.base import Embedder, Vectors
from rag.errors import SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.embedding.local import OnnxEmbedder

__all__ = ["Embedder", "Vectors", "open_embedder", "shipped_embedder"]


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedder the settings name.

    Raises:
        SettingsError: the name is not `minilm`, `onnx:FOLDER` or `openai:MODEL`, or OpenAI's has no key.
        EmbeddingError: its files are missing, altered or unusable.
    """
    kind, _, place = settings.embedder.partition(":")
    if settings.embedder == "minilm":
        return shipped_embedder()
    if kind == "onnx" and place:
        return _open_folder(settings.embedder, Path(place).expanduser())
    if kind == "openai" and place:
        from rag.embedding.openai import OpenAIEmbedder

        return OpenAIEmbedder(place, settings, os.environ)
    raise SettingsError(f"Unknown embedder {settings.embedder!r}. Use minilm, onnx:FOLDER or openai:MODEL.")


def shipped_embedder() -> "OnnxEmbedder":
    """The embedder that comes with the package, loaded once; whatever made the index, it compares written sentences.

    Raises:
        EmbeddingError: its files are missing or altered.
    """
    return _open_shipped(weights.MINILM)


@lru_cache(maxsize=1)
def _open_shipped(network: weights.ShippedNetwork) -> "OnnxEmbedder":
    from rag.embedding.local import OnnxEmbedder

    return OnnxEmbedder("minilm", network.file, weights.TOKENIZER, network)


def _open_folder(name: str, folder: Path) -> Embedder:
    from rag.embedding.encoder_config import read_encoder_config
    from rag.embedding.local import OnnxEmbedder

    weights_file = folder / "model.onnx"
    if not weights_file.exists() and (folder / "onnx" / "model.onnx").exists():  # as model hubs lay it out
        weights_file = folder / "onnx" / "model.onnx"
    return OnnxEmbedder(name, weights_file, folder / "tokenizer.json", config=read_encoder_config(folder))
