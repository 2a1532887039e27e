"""A quantised network -> its file without the word embeddings, and these in a file that all networks share.

    python -m evals.training.shared_words NETWORK FOLDER

cuts a network that is whole. The exports call `write_network`.
"""

import hashlib
import logging
import sys
from pathlib import Path
from typing import NamedTuple

import onnx  # type: ignore[import-not-found, unused-ignore]
from onnx import TensorProto  # type: ignore[import-not-found, unused-ignore]

TABLE = "embeddings.word_embeddings.weight_quantized"
"""The word embeddings' name in a network that `export_minilm.quantize` made."""
WORDS_FILE = "word_embeddings.bin"
"""Lies beside the networks; each names it as external data."""

log = logging.getLogger("export")


class CutNetwork(NamedTuple):
    """The content of a network's file and of its word embeddings' own."""

    network: bytes
    words: bytes


def cut_words(whole: bytes) -> CutNetwork:
    """Move the word embeddings of a network out of its file; all else stays as it is, bit for bit."""
    model = onnx.load_from_string(whole)
    (table,) = (one for one in model.graph.initializer if one.name == TABLE)
    words = move_outside(table, WORDS_FILE)
    return CutNetwork(model.SerializeToString(), words)


def move_outside(tensor: onnx.TensorProto, file: str, **place: int) -> bytes:
    """Take the content out of a tensor, which then names a file for it, and the place there if it has one."""
    content: bytes = tensor.raw_data
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": file, **place}.items():
        tensor.external_data.add(key=key, value=str(value))
    return content


def log_digest(name: str, content: bytes) -> None:
    """What a file's entry in rag/weights/__init__.py needs."""
    log.info("%s  %s, %.1f MB", hashlib.sha256(content).hexdigest(), name, len(content) / 1e6)


def write_network(whole: bytes, file: Path) -> None:
    """Write a network's file, and beside it the word embeddings unless they lie there; log each sha256.

    Raises:
        SystemExit: other word embeddings lie there, which other networks use. Nothing is written.
    """
    cut = cut_words(whole)
    shared = file.with_name(WORDS_FILE)
    if shared.exists() and shared.read_bytes() != cut.words:
        raise SystemExit(
            f"{file} was not written: its word embeddings are not those of {shared}. "
            "Train with these kept as they are, or delete that file and export every network again."
        )
    shared.write_bytes(cut.words)
    file.write_bytes(cut.network)
    for name, content in (("whole", whole), (file.name, cut.network), (shared.name, cut.words)):
        log_digest(name, content)
    log.info("Put them into rag/weights/__init__.py.")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    network, folder = map(Path, sys.argv[1:3])
    write_network(network.read_bytes(), folder / network.name)
