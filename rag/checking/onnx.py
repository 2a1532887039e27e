"""Files of a model that judges -> a session and its tokenizer, or an error that names the file."""

from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import CheckError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


def content(file: Path) -> bytes:
    """What a file holds.

    Raises:
        CheckError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise CheckError(f"{file} cannot be read ({error.strerror}). It belongs to the judge.") from error


def tokenizer(file: Path) -> "Tokenizer":
    """A tokenizer that neither pads nor cuts.

    Raises:
        CheckError: it cannot be read or is none.
    """
    from tokenizers import Tokenizer

    read = content(file)
    try:
        found = Tokenizer.from_str(read.decode("utf-8"))
    except Exception as error:
        raise CheckError(f"{file} is no tokenizer: {error}") from error
    found.no_truncation()
    found.no_padding()
    return found


def session(file: Path, read: bytes | None = None, threads: int = 0) -> "InferenceSession":
    """A model that runs here.

    Args:
        file: model.onnx; large models keep their weights in files beside it.
        read: what it holds, where that was read before.
        threads: to run one input on; 0 for as many as there are cores.

    Raises:
        CheckError: it cannot be read or does not run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    if not file.is_file():
        raise CheckError(f"{file} cannot be read (no such file). It belongs to the judge.")
    try:
        return onnxruntime.InferenceSession(read or str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise CheckError(f"{file} is no ONNX model that runs here: {error}") from error
