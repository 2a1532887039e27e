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

_PASSAGE_ENCODING, _MODEL_ENCODING = "cl100k_base", "o200k_base"
_FILES = {
    _PASSAGE_ENCODING: "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
    _MODEL_ENCODING: "fb374d419588a4632f3f557e76b4b70aebbca790",
}
"""Encoding -> its file in the cache: tiktoken names a file by the SHA-1 of its URL."""
_lock = Lock()


def count_tokens(text: str, model: str | None = None) -> int:
    """Number of tokens of a text; words that look like special tokens count as plain text.

    Args:
        text: any text.
        model: the name of the model whose encoding counts; None for that of passages (cl100k_base). A model unknown to
            tiktoken is counted in o200k_base: leave a margin.

    Raises:
        RagError: the encoding's file is missing from the installation.
    """
    return len(_encoding(_name(model)).encode_ordinary(text))


def _name(model: str | None) -> str:
    if model is None:
        return _PASSAGE_ENCODING
    from tiktoken.model import encoding_name_for_model

    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return _MODEL_ENCODING
    return name if name in _FILES else _MODEL_ENCODING


def _encoding(name: str) -> "Encoding":
    with _lock:  # loading changes the environment of the process
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
    # Located without importing it: that import takes seconds.
    package = find_spec("llama_index.core")
    if package is None or not package.submodule_search_locations:
        raise RagError("llama-index-core is not installed. Install it: pip install llama-index-core")
    return Path(package.submodule_search_locations[0]) / "_static" / "tiktoken_cache"


def _restore(before: str | None) -> None:
    if before is None:
        del os.environ["TIKTOKEN_CACHE_DIR"]
    else:
        os.environ["TIKTOKEN_CACHE_DIR"] = before
