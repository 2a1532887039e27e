"""A .gguf file -> a server of the OpenAI protocol in this process, on loopback and behind a key of its own."""

import secrets
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import Choice
from rag.settings import Settings

if TYPE_CHECKING:
    from xllamacpp import Server

SPARED = 1
"""Threads fewer for writing than for reading: checking wants a core meanwhile, and a thread that waits for another one
holds up every word; two busy cores wrote 5 words a second with two threads, 47 with one."""
_MAGIC = b"GGUF"
_lock = Lock()
_running: dict[tuple[str, int], tuple["Server", Choice]] = {}
"""By file and window: loading one takes a second and its size in memory, so a process does it once."""


def serve(choice: Choice, window: int, settings: Settings) -> Choice:
    """Start the model, or find it running; the choice returned says where.

    Args:
        choice: names the file.
        window: tokens of prompt and reply it is to hold.
        settings: `model_threads`.

    Raises:
        ModelError: the package xllamacpp is missing, or the file is no model.
    """
    with _lock:
        if (choice.address, window) not in _running:
            key = secrets.token_hex(16)
            server = _start(choice.address, window, settings.model_threads, key)
            _running[choice.address, window] = (
                server,
                replace(choice, address=f"{server.listening_address}/v1", key=key),
            )
        return _running[choice.address, window][1]


def _start(path: str, window: int, threads: int, key: str) -> "Server":
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError("RAG_LLM=gguf:FILE needs xllamacpp. Install it: pip install 'rag[local]'") from error
    with Path(path).open("rb") as file:  # llama.cpp ends the whole process over some files that are none
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ModelError(f"{path} is no GGUF model. Download it anew.")
    wanted = xllamacpp.CommonParams()
    wanted.model.path = path
    wanted.n_ctx = window
    wanted.n_parallel = 1
    wanted.cpuparams_batch.n_threads, wanted.cpuparams.n_threads = threads, max(1, threads - SPARED)
    wanted.hostnames, wanted.port, wanted.api_keys = ["127.0.0.1"], 0, [key]
    wanted.verbosity, wanted.ui, wanted.warmup, wanted.endpoint_slots = -1, False, False, False
    try:
        return xllamacpp.Server(wanted)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"{path} cannot be loaded: {error}. Is it a GGUF model, and whole?") from error
