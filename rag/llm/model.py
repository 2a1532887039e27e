"""Messages -> the text of a reply as it is written: the only retries, the timeouts, the cost of each request."""

import os
import random
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.budget import LEAST_REPLY, Budget
from rag.llm.choice import ModelChoice, choose_model
from rag.llm.errors import client_errors, protocol_error, translate
from rag.llm.limits import Limits, model_limits
from rag.llm.timeouts import Timeouts, stream_within
from rag.prompts import Messages
from rag.settings import Settings

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

    from rag.llm.openai_chat import Call
    from rag.llm.reply import StreamedReply

_OPTIONAL = frozenset({"max_completion_tokens", "max_tokens", "temperature", "stream_options"})
LISTED_MODELS = 5
"""Models of a server that an error names."""
ROLE_TOKENS = 12
"""Tokens that the roles and separators of two messages take, at most."""


class Model:
    """A language model; it holds no conversation and may be shared between threads.

    Args:
        choice: the model and its address; no request is sent yet.
        settings: timeouts, retries, limits.
    """

    def __init__(self, choice: ModelChoice, settings: Settings) -> None:
        self._choice = choice
        self._settings = settings
        self._lock = Lock()
        self._refused: set[str] = set()
        self._ready: ModelChoice | None = None

    @property
    def name(self) -> str:
        """Shown as the author of an answer."""
        choice = self._ready or self._choice
        # llama.cpp names a model by the path of its file.
        name = Path(choice.name).name if choice.name.startswith("/") else choice.name or choice.address
        return f"{name} (local)" if choice.kind == "gguf" else name

    @property
    def limits(self) -> Limits:
        """Its context window and prices."""
        return model_limits(self._ready or self._choice, self._settings)

    def open_budget(self) -> Budget:
        """A new budget, for one answer.

        Raises:
            ModelError: the server does not say which model it has, so the price is unknown.
        """
        self.connect()
        return Budget(self.limits, self._settings)

    def connect(self) -> ModelChoice:
        """Start a local model, or ask a server for the name of its first model; done once.

        Raises:
            ModelError: neither works.
        """
        with self._lock:
            if self._ready is None:
                self._ready = _connect(self._choice, self._settings)
        return self._ready

    def inspect(self) -> ModelChoice:
        """Check that the model exists, without a question.

        Raises:
            ModelError: it does not; the message names those that do.
        """
        choice = self.connect()
        if choice.kind != "gguf":
            names = _model_names(choice, self._settings)
            if not {choice.name, f"{choice.name}:latest"} & set(names):
                listed = ", ".join(names[:LISTED_MODELS])
                raise ModelError(
                    f"{choice.address} has no model {choice.name!r}. Set RAG_LLM=openai:MODEL. It has: {listed}."
                )
        return choice

    def stream(self, messages: Messages, budget: Budget, tokens: int | None = None) -> Iterator[str]:
        """The reply in pieces; after an error, those that came are an incomplete reply.

        Args:
            messages: the prompt.
            budget: charged for every request, also for failed ones.
            tokens: longest reply; default `reply_tokens` of the settings.

        Raises:
            ModelError: the reply is missing or incomplete: cut off, too long, filtered, declined.
            BudgetSpent: the budget does not allow it.
        """
        choice = self.connect()
        sizes = self._sizes(messages, tokens or self._settings.reply_tokens)
        timeouts = Timeouts.start(self._settings, local=choice.kind == "gguf")
        for attempt in range(1, self._settings.requests + 1):
            begun = False
            try:
                for piece in self._request(choice, messages, budget, sizes, timeouts):
                    begun = True
                    yield piece
            except ModelError as error:
                pause = self._pause(error, attempt)
                if begun or pause is None or pause > timeouts.left:
                    raise
                time.sleep(pause)
            else:
                return

    def _sizes(self, messages: Messages, wanted: int) -> tuple[int, int]:
        """Tokens of the prompt, and of the longest reply that still fits."""
        prompt = self.limits.tokens(messages.system) + self.limits.tokens(messages.user) + ROLE_TOKENS
        fitting = min(wanted, self.limits.window - prompt)
        if fitting < LEAST_REPLY:
            raise ModelError(
                f"The prompt has {prompt} tokens and {self.limits.name} holds {self.limits.window}."
                " Lower RAG_EVIDENCE_TOKENS, or set RAG_CONTEXT_WINDOW to what the model holds."
            )
        return prompt, fitting

    def _pause(self, error: ModelError, attempt: int) -> float | None:
        """Seconds before the next attempt; None when there is none."""
        if not error.retryable or attempt == self._settings.requests:
            return None
        if error.pause is not None:
            return error.pause
        return float(self._settings.retry_seconds * 2 ** (attempt - 1) * random.uniform(0.75, 1.25))

    def _request(
        self, choice: ModelChoice, messages: Messages, budget: Budget, sizes: tuple[int, int], timeouts: Timeouts
    ) -> Iterator[str]:
        """The pieces of one request, which is charged however it ends."""
        from rag.llm.openai_chat import Call
        from rag.llm.reply import StreamedReply

        prompt, wanted = sizes
        allowed = budget.reserve(prompt, wanted)
        reply, accepted = StreamedReply(), False
        try:
            call = Call(choice, self.limits, self._settings, self._parameters(choice, allowed))
            try:
                chunks = stream_within(timeouts, partial(call.chunks, messages), reply.has_content, call.close)
                yield from self._pieces(choice, call, chunks, reply, allowed)
            finally:
                accepted = call.accepted
        finally:
            sent = reply.prompt_tokens or (prompt if accepted else 0)
            received = reply.completion_tokens or (self.limits.tokens(reply.text) if reply.text else 0)
            budget.settle((prompt, allowed), sent, received)

    def _pieces(
        self,
        choice: ModelChoice,
        call: "Call",
        chunks: "Generator[ChatCompletionChunk]",
        reply: "StreamedReply",
        allowed: int,
    ) -> Iterator[str]:
        """The pieces of one request; foreign errors are translated here, and the end is checked."""
        try:
            with closing(chunks):
                for chunk in chunks:
                    if piece := reply.add(chunk):
                        yield piece
        except client_errors() as error:
            raise self._unsupported(error) or translate(error, choice) from error
        if not reply.begun and "text/event-stream" not in call.content_type:
            raise protocol_error(choice, call.content_type or "nothing")
        reply.conclude(allowed)

    def _parameters(self, choice: ModelChoice, tokens: int) -> dict[str, object]:
        """Parameters of a request, without those that this server refused before."""
        length = "max_completion_tokens" if choice.kind == "openai" else "max_tokens"
        parameters = {length: tokens, "temperature": 0, "stream_options": {"include_usage": True}}
        return {name: value for name, value in parameters.items() if name not in self._refused}

    def _unsupported(self, error: Exception) -> ModelError | None:
        """A retry without the parameter that the server refused; reasoning models take no temperature."""
        import openai

        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return None
        named = next((name for name in _OPTIONAL - self._refused if name in str(error.message)), None)
        if named is None:
            return None
        self._refused.add(named)
        return ModelError(f"{self.name} takes no {named}. Ask again.", retryable=True, pause=0.0)


def open_model(settings: Settings) -> Model | None:
    """The model of the settings and the environment, not yet started; None when answers are quoted.

    Raises:
        SettingsError: they name one that cannot be reached.
    """
    choice = choose_model(settings, os.environ)
    return Model(choice, settings) if choice else None


def _connect(choice: ModelChoice, settings: Settings) -> ModelChoice:
    if choice.kind == "gguf":
        from rag.llm.local import start_server

        return start_server(choice, model_limits(choice, settings).window, settings)
    return choice if choice.name else replace(choice, name=_first(choice, settings))


def _first(choice: ModelChoice, settings: Settings) -> str:
    names = _model_names(choice, settings)
    if not names:
        raise ModelError(f"The server {choice.address} has no model loaded. Load one there.")
    return names[0]


def _model_names(choice: ModelChoice, settings: Settings) -> tuple[str, ...]:
    from rag.llm.openai_chat import list_models

    try:
        return list_models(choice, settings)
    except client_errors() as error:
        raise translate(error, choice) from error
