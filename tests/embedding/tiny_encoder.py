"""A sentence encoder of one node for tests: each token has a fixed vector, and the output is per token."""

import shutil
from pathlib import Path

import numpy as np

from rag import weights
from rag.embedding.base import Vectors

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
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    dims = b"".join(_number(1, size) for size in TABLE.shape)
    table = dims + _number(2, 1) + _text(8, "table") + _field(9, TABLE.tobytes())
    graph = _field(1, gather) + _text(2, "tiny") + _field(5, table)
    graph += _field(11, _value("input_ids", 7, "batch", "tokens"))
    graph += _field(12, _value("last_hidden_state", 1, "batch", "tokens", "size"))
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 13))


def _value(name: str, element: int, *axes: str) -> bytes:
    shape = b"".join(_field(1, _text(2, axis)) for axis in axes)
    return _text(1, name) + _field(2, _field(1, _number(1, element) + _field(2, shape)))


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())
