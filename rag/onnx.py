"""Files of a network -> its ONNX session and its tokenizer; the only loader, for embedders, judges and the reader."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


def read_file(file: Path, error: type[RagError], sha256: str | None = None) -> bytes:
    """The content of one file of a network.

    Args:
        file: any file of the network's folder.
        error: the class to raise, which says whose network it is.
        sha256: what the content must hash to; None for a user's own network.

    Raises:
        RagError: of the class `error`; the file cannot be read, or was altered.
    """
    try:
        content = file.read_bytes()
    except OSError as cause:
        raise error(f"{file} cannot be read ({cause.strerror}). It belongs to the network in {file.parent}.") from cause
    digest = hashlib.sha256(content).hexdigest()
    if sha256 is not None and digest != sha256:
        raise error(f"{file} was altered: its sha256 is {digest}. Install the package again.")
    return content


def load_tokenizer(file: Path, error: type[RagError], content: bytes | None = None) -> "Tokenizer":
    """A tokenizer that neither pads nor truncates.

    Args:
        file: tokenizer.json.
        error: the class to raise.
        content: of the file, where it was read before.

    Raises:
        RagError: of the class `error`; the file cannot be read or holds no tokenizer.
    """
    from tokenizers import Tokenizer

    content = read_file(file, error) if content is None else content
    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    except Exception as cause:
        raise error(f"{file} is no tokenizer: {cause}") from cause
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_session(
    file: Path, error: type[RagError], content: bytes | None = None, *, threads: int = 0, fused: bool = False
) -> "InferenceSession":
    """A session on the CPU.

    Args:
        file: the .onnx file; large networks keep their weights in files beside it.
        error: the class to raise.
        content: of the file, where it was read before.
        threads: that run one input; 0 for as many as there are cores.
        fused: whether the graph is fused already, so that only basic optimisation is worth its time.

    Raises:
        RagError: of the class `error`; the file cannot be read or does not run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if fused:  # a full optimisation would find nothing to fuse and double the time of loading
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if not file.is_file():
        raise error(f"{file} cannot be read (no such file). It belongs to the network in {file.parent}.")
    try:
        return onnxruntime.InferenceSession(content or str(file), options, providers=["CPUExecutionProvider"])
    except Exception as cause:
        raise error(f"{file} is no ONNX model that runs here: {cause}") from cause
