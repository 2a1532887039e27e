"""Texts -> unit vectors: the MiniLM that is shipped, a local ONNX folder, or OpenAI's."""

import os
from pathlib import Path

from rag.embedding.embedder import Embedder, Vectors
from rag.errors import SettingsError
from rag.settings import Settings

__all__ = ["Embedder", "Vectors", "open_embedder"]

SHIPPED = Path(__file__).parent.parent / "minilm"
SHIPPED_SHA256 = "49bca25175dc8fb78ccb521f0b3be6ad0621dd36db5af23bccdf7e5d6d6fd691"
"""Of rag/minilm/model.onnx, as evals/weights/make_minilm.py makes it."""


def open_embedder(settings: Settings) -> Embedder:
    """Load the embedder the settings name.

    Raises:
        SettingsError: the name is not `minilm`, `onnx:FOLDER` or `openai:MODEL`, or OpenAI's has no key.
        EmbeddingError: its files are missing, altered or unusable.
    """
    from rag.embedding.onnx import OnnxEmbedder

    kind, _, place = settings.embedder.partition(":")
    if settings.embedder == "minilm":
        return OnnxEmbedder("minilm", SHIPPED, SHIPPED_SHA256)
    if kind == "onnx" and place:
        return OnnxEmbedder(settings.embedder, Path(place).expanduser())
    if kind == "openai" and place:
        from rag.embedding.openai import OpenAIEmbedder

        return OpenAIEmbedder(place, settings, os.environ)
    raise SettingsError(f"Unknown embedder {settings.embedder!r}. Use minilm, onnx:FOLDER or openai:MODEL.")
