"""Messages -> the words of a reply as they come: one retry layer, patience with an end, every token accounted for."""

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
from rag.llm.budget import WORTH_ASKING, Bill
from rag.llm.choice import Choice, choose
from rag.llm.errors import strange, translate
from rag.llm.limits import Limits, limits
from rag.llm.timeouts import Patience, within
from rag.prompts import Messages
from rag.settings import Settings

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

    from rag.llm.openai_chat import Call
    from rag.llm.reply import Reply

_OPTIONAL = frozenset({"max_completion_tokens", "max_tokens", "temperature", "stream_options"})
SOME = 5
"""Models of a server that a message names."""
WRAPPING = 12
"""Tokens that roles and separators of two messages take, at most."""


class Model:
    """A language model; it holds no conversation, so one serves any number of readers.

    Args:
        choice: the model and how it is reached; nothing is asked of it yet.
        settings: patience, retries, limits.
    """

    def __init__(self, choice: Choice, settings: Settings) -> None:
        self._choice = choice
        self._settings = settings
        self._lock = Lock()
        self._refused: set[str] = set()
        self._ready: Choice | None = None

    @property
    def name(self) -> str:
        """What readers are told wrote an answer."""
        choice = self._ready or self._choice
        # llama.cpp names a model by the path of its file.
        name = Path(choice.name).name if choice.name.startswith("/") else choice.name or choice.address
        return f"{name} (local)" if choice.kind == "gguf" else name

    @property
    def limits(self) -> Limits:
        """What it can hold and costs."""
        return limits(self._ready or self._choice, self._settings)

    def open_bill(self) -> Bill:
        """A fresh bill for one answer.

        Raises:
            ModelError: the model's name, and so its price, cannot be found out.
        """
        self.reach()
        return Bill(self.limits, self._settings)

    def reach(self) -> Choice:
        """Start a local model, or ask a server for the name of its first one; done once.

        Raises:
            ModelError: neither works.
        """
        with self._lock:
            if self._ready is None:
                self._ready = _reach(self._choice, self._settings)
        return self._ready

    def inspect(self) -> Choice:
        """Reach the model and see that it is there, without asking it anything.

        Raises:
            ModelError: it is not; the message names those that are.
        """
        choice = self.reach()
        if choice.kind != "gguf":
            names = _names(choice, self._settings)
            if not {choice.name, f"{choice.name}:latest"} & set(names):
                some = ", ".join(names[:SOME])
                raise ModelError(
                    f"{choice.address} has no model {choice.name!r}. Set RAG_LLM=openai:MODEL. It has: {some}."
                )
        return choice

    def stream(self, messages: Messages, bill: Bill, tokens: int | None = None) -> Iterator[str]:
        """The reply in pieces; what came before an error stands, and is not the whole reply.

        Args:
            messages: what the model reads.
            bill: is charged for every request, also for failed ones.
            tokens: longest reply; None for the settings'.

        Raises:
            ModelError: there is no reply, or it is not complete: cut off, too long, filtered, declined.
            BudgetSpent: the bill does not allow it.
        """
        choice = self.reach()
        room = self._room(messages, tokens or self._settings.reply_tokens)
        patience = Patience.of(self._settings, local=choice.kind == "gguf")
        for attempt in range(1, self._settings.requests + 1):
            said = False
            try:
                for piece in self._ask(choice, messages, bill, room, patience):
                    said = True
                    yield piece
            except ModelError as error:
                pause = self._pause(error, attempt)
                if said or pause is None or pause > patience.left:
                    raise
                time.sleep(pause)
            else:
                return

    def _room(self, messages: Messages, wanted: int) -> tuple[int, int]:
        """Tokens of the prompt, and of the longest reply that still fits."""
        prompt = self.limits.tokens(messages.system) + self.limits.tokens(messages.user) + WRAPPING
        fitting = min(wanted, self.limits.window - prompt)
        if fitting < WORTH_ASKING:
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

    def _ask(
        self, choice: Choice, messages: Messages, bill: Bill, room: tuple[int, int], patience: Patience
    ) -> Iterator[str]:
        """One request."""
        from rag.llm.openai_chat import Call
        from rag.llm.reply import Reply

        prompt, wanted = room
        allowed = bill.reserve(prompt, wanted)
        reply, accepted = Reply(), False
        try:
            call = Call(choice, self.limits, self._settings, self._parameters(choice, allowed))
            try:
                chunks = within(patience, partial(call.chunks, messages), reply.counts, call.close)
                yield from self._told(choice, call, chunks, reply, allowed)
            finally:
                accepted = call.accepted
        finally:
            sent = reply.prompt_tokens or (prompt if accepted else 0)
            came = reply.completion_tokens or (self.limits.tokens(reply.text) if reply.text else 0)
            bill.settle((prompt, allowed), sent, came)

    def _told(
        self, choice: Choice, call: "Call", chunks: "Generator[ChatCompletionChunk]", reply: "Reply", allowed: int
    ) -> Iterator[str]:
        """The pieces of one request, and its end read: every foreign error becomes one of ours here."""
        try:
            with closing(chunks):
                for chunk in chunks:
                    if piece := reply.read(chunk):
                        yield piece
        except Exception as error:
            fault = self._unwanted(error) or translate(error, choice)
            if fault is None:
                raise
            raise fault from error
        if not reply.begun and "text/event-stream" not in call.content_type:
            raise strange(choice, call.content_type or "nothing")
        reply.conclude(allowed)

    def _parameters(self, choice: Choice, tokens: int) -> dict[str, object]:
        """What a request sends beside model and messages, without what this server refused before."""
        longest = "max_completion_tokens" if choice.kind == "openai" else "max_tokens"
        wanted = {longest: tokens, "temperature": 0, "stream_options": {"include_usage": True}}
        return {name: value for name, value in wanted.items() if name not in self._refused}

    def _unwanted(self, error: Exception) -> ModelError | None:
        """A retry without the parameter that a server says it does not take; reasoning models take no temperature."""
        import openai

        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return None
        named = next((name for name in _OPTIONAL - self._refused if name in str(error.message)), None)
        if named is None:
            return None
        self._refused.add(named)
        return ModelError(f"{self.name} takes no {named}. Ask again.", retryable=True, pause=0.0)


def open_model(settings: Settings) -> Model | None:
    """The model that the settings and the environment ask for, not yet started; None when answers are quoted.

    Raises:
        SettingsError: they ask for one that cannot be.
    """
    choice = choose(settings, os.environ)
    return Model(choice, settings) if choice else None


def _reach(choice: Choice, settings: Settings) -> Choice:
    if choice.kind == "gguf":
        from rag.llm.local import serve

        return serve(choice, limits(choice, settings).window, settings)
    return choice if choice.name else replace(choice, name=_first(choice, settings))


def _first(choice: Choice, settings: Settings) -> str:
    names = _names(choice, settings)
    if not names:
        raise ModelError(f"The server {choice.address} has no model loaded. Load one there.")
    return names[0]


def _names(choice: Choice, settings: Settings) -> tuple[str, ...]:
    from rag.llm.openai_chat import listed

    try:
        return listed(choice, settings)
    except Exception as error:
        fault = translate(error, choice)
        if fault is None:
            raise
        raise fault from error
