"""Files of a network -> its ONNX session and its tokenizer; the only loader, for embedders, judges and the reader."""

import hashlib
import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.weights import ShippedNetwork

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
"""ONNX Runtime's own variable."""


def read_file(file: Path, error: type[RagError]) -> bytes:
    """The content of one file of a network.

    Args:
        file: any file of the network's folder.
        error: the class to raise, which says whose network it is.

    Raises:
        RagError: of the class `error`; the file cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as cause:
        raise error(_unreadable(file, cause.strerror)) from cause


def hash_file(file: Path, error: type[RagError]) -> str:
    """The sha256 of one file of a network, which is not held in memory.

    Raises:
        RagError: of the class `error`; the file cannot be read.
    """
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as cause:
        raise error(_unreadable(file, cause.strerror)) from cause


def _unreadable(file: Path, reason: str | None) -> str:
    return f"{file} cannot be read ({reason}). It belongs to the network in {file.parent}."


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


def open_shipped(
    network: ShippedNetwork, error: type[RagError], *, threads: int = 0, fused: bool = False
) -> "InferenceSession":
    """A session of a shipped network, whose files are hashed first.

    Args:
        network: one of `rag.weights`.
        error: the class to raise.
        threads: as for `open_session`.
        fused: as for `open_session`.

    Raises:
        RagError: of the class `error`; a file is missing or altered, or the network does not run.
    """
    verify_network(network, error)
    return open_session(network.file, error, threads=threads, fused=fused)


def verify_network(network: ShippedNetwork, error: type[RagError]) -> None:
    """Hash every file of a shipped network.

    Raises:
        RagError: of the class `error`; a file is missing or was altered.
    """
    for file, sha256 in network.files:
        digest = hash_file(file, error)
        if digest != sha256:
            raise error(f"{file} was altered: its sha256 is {digest}. Install the package again.")


def import_runtime() -> ModuleType:
    """ONNX Runtime with its telemetry off.

    Since 1.32 its wheels keep an identifier of the device in the user's cache and send events to their maker unless a
    variable forbids it before they are loaded.
    """
    os.environ[NO_TELEMETRY] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # for the rest, where somebody else loaded it before
    runtime: ModuleType = onnxruntime
    return runtime


def open_session(file: Path, error: type[RagError], *, threads: int = 0, fused: bool = False) -> "InferenceSession":
    """A session on the CPU, opened by its path: from bytes, a process would hold what it read twice.

    Args:
        file: the .onnx file; what it names as external data lies beside it.
        error: the class to raise.
        threads: that run one input; 0 for as many as there are cores.
        fused: whether the graph is fused already, so that only basic optimisation is worth its time.

    Raises:
        RagError: of the class `error`; the file cannot be read or does not run.
    """
    onnxruntime = import_runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if fused:  # a full optimisation would find nothing to fuse and double the time of loading
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    if not file.is_file():
        raise error(_unreadable(file, "no such file"))
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as cause:
        raise error(f"{file} is no ONNX model that runs here: {cause}") from cause
