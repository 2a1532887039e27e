"""Text -> number of tokens, offline: tiktoken with the encodings that llama-index-core brings along."""

import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import RagError

if TYPE_CHECKING:
    from tiktoken import Encoding

_PASSAGES, _MODELS = "cl100k_base", "o200k_base"
_FILES = {
    _PASSAGES: "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
    _MODELS: "fb374d419588a4632f3f557e76b4b70aebbca790",
}
"""The encodings at hand and their files: tiktoken names a file by the SHA-1 of the address it came from."""
_lock = Lock()


def count(text: str, model: str | None = None) -> int:
    """How many tokens a text has; words that look like special tokens count as plain text.

    Args:
        text: any text.
        model: whose tokens; None for those that passages are measured in (cl100k_base). A model that tiktoken does
            not know is counted in o200k_base: leave a margin.

    Raises:
        RagError: the encoding's file is missing from the installation.
    """
    return len(_encoding(_name(model)).encode_ordinary(text))


def _name(model: str | None) -> str:
    if model is None:
        return _PASSAGES
    from tiktoken.model import encoding_name_for_model

    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return _MODELS
    return name if name in _FILES else _MODELS


def _encoding(name: str) -> "Encoding":
    with _lock:  # two threads must not both load, nor see the other's environment
        return _load(name)


@lru_cache
def _load(name: str) -> "Encoding":
    from tiktoken import get_encoding

    folder, before = _cache(), os.environ.get("TIKTOKEN_CACHE_DIR")
    if not (folder / _FILES[name]).is_file():
        raise RagError(f"The {name} tokens are missing from {folder}. Reinstall: pip install llama-index-core")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        return get_encoding(name)
    finally:
        _restore(before)


def _cache() -> Path:
    # Found without importing it: that import takes seconds.
    package = find_spec("llama_index.core")
    if package is None or not package.submodule_search_locations:
        raise RagError("llama-index-core is not installed. Install it: pip install llama-index-core")
    return Path(package.submodule_search_locations[0]) / "_static" / "tiktoken_cache"


def _restore(before: str | None) -> None:
    if before is None:
        del os.environ["TIKTOKEN_CACHE_DIR"]
    else:
        os.environ["TIKTOKEN_CACHE_DIR"] = before
