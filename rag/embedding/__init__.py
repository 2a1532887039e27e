"""Texts -> unit vectors: the MiniLM that is shipped, a local ONNX folder, or OpenAI's."""

import os
from pathlib import Path

from rag import weights
from rag.embedding.base import Embedder, Vectors
from rag.errors import SettingsError
from rag.settings import Settings

__all__ = ["Embedder", "Vectors", "open_embedder"]


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedder the settings name.

    Raises:
        SettingsError: the name is not `minilm`, `onnx:FOLDER` or `openai:MODEL`, or OpenAI's has no key.
        EmbeddingError: its files are missing, altered or unusable.
    """
    kind, _, place = settings.embedder.partition(":")
    if settings.embedder == "minilm":
        from rag.embedding.local import OnnxEmbedder

        return OnnxEmbedder("minilm", weights.MINILM.file, weights.TOKENIZER, weights.MINILM.sha256)
    if kind == "onnx" and place:
        return _open_folder(settings.embedder, Path(place).expanduser())
    if kind == "openai" and place:
        from rag.embedding.openai import OpenAIEmbedder

        return OpenAIEmbedder(place, settings, os.environ)
    raise SettingsError(f"Unknown embedder {settings.embedder!r}. Use minilm, onnx:FOLDER or openai:MODEL.")


def _open_folder(name: str, folder: Path) -> Embedder:
    from rag.embedding.encoder_config import read_encoder_config
    from rag.embedding.local import OnnxEmbedder

    weights_file = folder / "model.onnx"
    if not weights_file.exists() and (folder / "onnx" / "model.onnx").exists():  # as model hubs lay it out
        weights_file = folder / "onnx" / "model.onnx"
    return OnnxEmbedder(name, weights_file, folder / "tokenizer.json", config=read_encoder_config(folder))
