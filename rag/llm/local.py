"""A .gguf file -> a server of the OpenAI protocol in this process, on loopback and with a random key."""

import secrets
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.settings import Settings

if TYPE_CHECKING:
    from xllamacpp import Server

SPARED = 1
"""Threads fewer for generation than for the prompt: checking runs meanwhile, and a thread that waits for a core delays
every token; on two busy cores two threads wrote 5 words a second, one wrote 47."""
_MAGIC = b"GGUF"
_lock = Lock()
_running: dict[tuple[str, int], tuple["Server", ModelChoice]] = {}
"""Servers by file and window: loading takes a second and the size of the file in memory, so a process does it once."""


def start_server(choice: ModelChoice, window: int, settings: Settings) -> ModelChoice:
    """Start the model unless it runs already; returns the choice with the address and key of its server.

    Args:
        choice: holds the path of the file.
        window: tokens of prompt and reply together.
        settings: `model_threads`.

    Raises:
        ModelError: the package xllamacpp is missing, or the file is not a GGUF model.
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
    with Path(path).open("rb") as file:  # llama.cpp aborts the process on some files that are not GGUF
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ModelError(f"{path} is no GGUF model. Download it anew.")
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = window
    params.n_parallel = 1
    params.cpuparams_batch.n_threads, params.cpuparams.n_threads = threads, max(1, threads - SPARED)
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
    params.verbosity, params.ui, params.warmup, params.endpoint_slots = -1, False, False, False
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"{path} cannot be loaded: {error}. Is it a GGUF model, and whole?") from error
