"""Texts -> unit vectors by OpenAI, or any server of its protocol; every reply is checked."""

import hashlib
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.base import Vectors, scale_to_unit
from rag.errors import EmbeddingError, ModelError
from rag.llm import Budget, ModelChoice, choose_by_environment, model_limits
from rag.llm.errors import client_errors, translate
from rag.llm.limits import Price
from rag.settings import Settings

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import CreateEmbeddingResponse

BATCH = 64
"""Texts a request: 64 passages are 13,000 tokens, far below the 300,000 that OpenAI accepts at once, and a failed
request repeats little."""
LONGEST = 8000
"""Tokens of a text that are embedded; OpenAI accepts 8,191."""
BLANK = " "
"""Sent for an empty text, which OpenAI refuses."""


class OpenAIEmbedder:
    """An embedder behind the OpenAI protocol, at the address of OPENAI_BASE_URL or OpenAI's own.

    Args:
        model: its name.
        settings: timeouts, retries and the day's budget; a server whose price is unknown counts as free.
        environ: OPENAI_API_KEY and OPENAI_BASE_URL.

    Raises:
        SettingsError: there is neither key nor address.
    """

    def __init__(self, model: str, settings: Settings, environ: Mapping[str, str]) -> None:
        choice = choose_by_environment(model, environ, f"RAG_EMBEDDER=openai:{model}")
        assert choice is not None  # raised otherwise
        self.name = f"openai:{model}"
        self.fingerprint = hashlib.sha256(f"{choice.address} {model}".encode()).hexdigest()
        self._choice: ModelChoice = choice
        # The settings' prices and the limit of one answer are the language model's.
        update = {"prompt_price": None, "answer_dollars": None}
        self._settings = settings.model_copy(update=update)
        known = model_limits(choice, self._settings)
        self._limits = known if known.price else replace(known, price=Price(0.0, 0.0))

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector; the model is asked once."""
        return int(self._ask(["dimension"]).shape[1])

    def embed_query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, embedded as any other text.

        Raises:
            EmbeddingError: the model cannot be reached, sends fewer vectors than texts, or of another size.
        """
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of sentences of articles.

        Raises:
            EmbeddingError: as for questions.
        """
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        parts = [self._ask([self._sendable(text) for text in batch]) for batch in batches]
        sizes = {part.shape[1] for part in parts}
        if sizes != {self.__dict__.setdefault("dimension", parts[0].shape[1])}:
            raise EmbeddingError(f"{self.name} gave vectors of {sorted(sizes)} numbers, {self.dimension} before.")
        return scale_to_unit(np.concatenate(parts), len(texts), self.name)

    def _sendable(self, text: str) -> str:
        whole = text.encode("utf-8", "replace").decode("utf-8")
        while (tokens := self._limits.tokens(whole)) > LONGEST:
            whole = whole[: int(len(whole) * LONGEST / tokens)]
        return whole.strip() or BLANK

    def _ask(self, texts: list[str]) -> Vectors:
        """One batch, at most `settings.requests` times."""
        for pause in self._pauses():
            try:
                return self._once(texts)
            except ModelError as error:
                wait = pause if error.pause is None else error.pause
                if not error.retryable or math.isinf(wait):
                    raise EmbeddingError(str(error)) from error
                time.sleep(wait)
        raise AssertionError  # the last pause is infinite

    def _pauses(self) -> Iterator[float]:
        for attempt in range(self._settings.requests - 1):
            yield self._settings.retry_seconds * 2**attempt
        yield math.inf

    def _once(self, texts: list[str]) -> Vectors:
        budget = Budget(self._limits, self._settings)
        tokens = sum(map(self._limits.tokens, texts))
        budget.reserve(tokens, 0)
        try:
            with self._client() as client:
                reply = client.embeddings.create(input=texts, model=self._choice.name, encoding_format="float")
            vectors = _ordered(reply, len(texts))
        except client_errors() as error:
            raise translate(error, self._choice) from error
        finally:
            budget.settle((tokens, 0), tokens, 0)
        return vectors

    def _client(self) -> "OpenAI":
        # Not LlamaIndex's class: it drops the index of each vector, so a reply out of order goes unnoticed, turns line
        # breaks into spaces, and retries on top of the SDK, up to 110 requests for a batch.
        from openai import OpenAI

        from rag.llm.network import http_client

        seconds = self._settings.total_seconds / self._settings.requests
        http = http_client(self._choice, seconds)
        return OpenAI(api_key=self._choice.key, base_url=self._choice.address, max_retries=0, http_client=http)


def _ordered(reply: "CreateEmbeddingResponse", texts: int) -> Vectors:
    places = [row.index for row in reply.data]
    if sorted(places) != list(range(texts)):
        raise ModelError(f"The embedding server sent {len(places)} vectors for {texts} texts, or twice the same one.")
    rows = {row.index: row.embedding for row in reply.data}
    sizes = {len(row) for row in rows.values()}
    if len(sizes) != 1 or 0 in sizes:
        raise ModelError(f"The embedding server sent vectors of different sizes: {sorted(sizes)}.")
    vectors = np.array([rows[place] for place in range(texts)], dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(lengths).all() or (lengths < 1e-6).any():
        raise ModelError("The embedding server sent a vector that is zero or not finite.")
    return vectors
