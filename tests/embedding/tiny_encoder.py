"""A sentence encoder of one node for tests: each token has a fixed vector, and the output is per token."""

import shutil
from pathlib import Path

import numpy as np

from rag import weights
from rag.embedding.base import Vectors
from tests.protobuf import block, number, text

VOCABULARY, DIMENSION = 30_522, 4
TABLE: Vectors = np.random.default_rng(5).standard_normal((VOCABULARY, DIMENSION)).astype(np.float32)
"""Token id -> its vector."""


def write_encoder(folder: Path) -> Path:
    """A folder with model.onnx and the shipped tokenizer.json."""
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(_model())
    shutil.copy(weights.TOKENIZER, folder / "tokenizer.json")
    return folder


def _model() -> bytes:
    """ONNX's protobuf by hand: Gather(table, input_ids)."""
    gather = text(1, "table") + text(1, "input_ids") + text(2, "last_hidden_state") + text(4, "Gather")
    dims = b"".join(number(1, size) for size in TABLE.shape)
    table = dims + number(2, 1) + text(8, "table") + block(9, TABLE.tobytes())
    graph = block(1, gather) + text(2, "tiny") + block(5, table)
    graph += block(11, _value("input_ids", 7, "batch", "tokens"))
    graph += block(12, _value("last_hidden_state", 1, "batch", "tokens", "size"))
    return number(1, 8) + block(7, graph) + block(8, number(2, 13))


def _value(name: str, element: int, *axes: str) -> bytes:
    shape = b"".join(block(1, text(2, axis)) for axis in axes)
    return text(1, name) + block(2, block(1, number(1, element) + block(2, shape)))
