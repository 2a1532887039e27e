"""Messages -> the answer in a reply as it is written: the only retries, the timeouts, the cost of each request."""

import os
import random
import time
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IncompleteReply, ModelError
from rag.llm.budget import LEAST_REPLY, Budget
from rag.llm.choice import ModelChoice, choose_model
from rag.llm.errors import client_errors, protocol_error
from rag.llm.limits import Limits, model_limits
from rag.llm.reply import StreamedReply, too_long
from rag.llm.server import UNNAMED, AskAgain, ModelServer
from rag.llm.timeouts import Timeouts, stream_within
from rag.prompts import Messages
from rag.settings import Settings
from rag.text.tokens import count_tokens
from rag.tracing import detached_span

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk
    from opentelemetry.trace import Span

    from rag.llm.openai_chat import Call

PROBE = Messages("", "Say yes.")
"""Asked of a model that its server does not list."""
REASONING_TOKENS = 2000
"""Tokens beside those of a reply for a model that was seen to reason; its answer stays as long as any other."""
ROLE_TOKENS = 12
"""Tokens that the roles and separators of two messages take, at most."""


class Model:
    """A language model; it holds no conversation and may be shared between threads.

    It learns how its server wants to be asked, and whether it thinks aloud, and remembers both.

    Args:
        choice: the model and its address; no request is sent yet.
        settings: timeouts, retries, limits.
    """

    def __init__(self, choice: ModelChoice, settings: Settings) -> None:
        self._settings = settings
        self._server = ModelServer(choice, settings)
        self._reasons = False
        self._silent: bool | None = False if choice.kind == "gguf" else None

    @property
    def name(self) -> str:
        """Shown as the author of an answer."""
        choice = self._server.choice
        # llama.cpp names a model by the path of its file.
        name = Path(choice.name).name if choice.name.startswith("/") else choice.name
        name = choice.address if name in ("", UNNAMED) else name
        return f"{name} (local)" if choice.kind == "gguf" else name

    @property
    def limits(self) -> Limits:
        """Its context window and prices."""
        return model_limits(self._server.choice, self._settings)

    def open_budget(self) -> Budget:
        """A new budget, for one answer.

        Raises:
            ModelError: the server does not say which model it has, so the price is unknown.
        """
        self.connect()
        return Budget(self.limits, self._settings)

    def connect(self) -> ModelChoice:
        """Start a local model, or learn which model its server has; done once.

        Raises:
            ModelError: neither works.
        """
        return self._server.connect()

    def inspect(self) -> ModelChoice:
        """Check that the model exists: in the list of its server, else by asking it for a word.

        Raises:
            ModelError: it does not; the message names those that do.
        """
        choice = self.connect()
        if choice.kind != "gguf" and not self._server.lists(choice.name):
            try:
                self._probe()
            except ModelError as error:
                raise self._server.without_model(choice.name, error) from error
        return self._server.choice

    def stream(self, messages: Messages, budget: Budget, tokens: int | None = None) -> Iterator[str]:
        """The answer in pieces, without the thoughts of the model; after an error, those that came are not all.

        Args:
            messages: the prompt.
            budget: charged for every request, also for failed ones.
            tokens: longest answer, default `reply_tokens` of the settings; thoughts have the room of a whole reply, and
                `REASONING_TOKENS` more where the model was seen to reason.

        Raises:
            ModelError: there is no reply.
            IncompleteReply: it is cut off, too long, filtered, declined or empty.
            BudgetSpent: the budget does not allow it.
        """
        kind = self.connect().kind
        whole = self._settings.reply_tokens
        timeouts = Timeouts.start(self._settings, local=kind == "gguf")
        attempt = 1
        while True:
            begun = False
            sizes = self._sizes(messages, max(tokens or 0, whole) + self._reasons * REASONING_TOKENS)
            try:
                for piece in self._request(messages, budget, sizes, timeouts, tokens or whole):
                    begun = True
                    yield piece
            except AskAgain:
                continue
            except ModelError as error:
                pause = self._pause(error, attempt)
                if begun or pause is None or pause > timeouts.left:
                    raise
                time.sleep(pause)
                attempt += 1
            else:
                return

    def _probe(self) -> None:
        with suppress(IncompleteReply):  # a reply that is cut off is one, too
            list(self.stream(PROBE, self.open_budget(), LEAST_REPLY))

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
        self, messages: Messages, budget: Budget, sizes: tuple[int, int], timeouts: Timeouts, longest: int
    ) -> Iterator[str]:
        """The pieces of one request, which is charged however it ends."""
        with detached_span(f"chat {self.name}", "chat", {"gen_ai.request.model": self.name}) as span:
            yield from self._charge(messages, budget, sizes, timeouts, longest, span)

    def _charge(
        self,
        messages: Messages,
        budget: Budget,
        sizes: tuple[int, int],
        timeouts: Timeouts,
        longest: int,
        span: "Span | None",
    ) -> Iterator[str]:
        from rag.llm.openai_chat import Call

        prompt, wanted = sizes
        allowed = budget.reserve(prompt, wanted)
        reply, accepted = StreamedReply(silent=self._silent), False
        try:
            call = Call(self.connect(), self._settings, self._server.manner, allowed)
            try:
                chunks = stream_within(timeouts, partial(call.chunks, messages), reply.has_content, call.close)
                yield from self._rescued(self._pieces(call, chunks, reply, (allowed, longest)), reply)
                reply.require_whole_prompt(sum(count_tokens(part, self.limits.name) for part in messages))
            finally:
                accepted = call.accepted
        finally:
            self._silent = reply.silent
            sent = reply.prompt_tokens or (prompt if accepted else 0)
            received = reply.completion_tokens or (self.limits.tokens(reply.text) if reply.text else 0)
            budget.settle((prompt, allowed), sent, received)
            if span:
                span.set_attributes({"gen_ai.usage.input_tokens": sent, "gen_ai.usage.output_tokens": received})

    def _rescued(self, pieces: Iterator[str], reply: StreamedReply) -> Iterator[str]:
        """The pieces, and before an error what was held back."""
        try:
            yield from pieces
        except ModelError:
            if rest := reply.rescue():
                yield rest
            raise

    def _pieces(
        self, call: "Call", chunks: "Generator[ChatCompletionChunk]", reply: StreamedReply, bounds: tuple[int, int]
    ) -> Iterator[str]:
        """The pieces of one request; foreign errors are translated here, and the end is checked."""
        allowed, longest = bounds
        try:
            with closing(chunks):
                for chunk in chunks:
                    if piece := reply.add(chunk):
                        yield piece
                    if longest < allowed and self._exceeds(reply.answer, longest):
                        raise too_long(longest, self._settings.reply_tokens)
        except client_errors() as error:
            raise self._server.failure(error, call.choice, call.manner, begun=bool(reply.answer)) from error
        if not reply.begun and "text/event-stream" not in call.content_type:
            raise protocol_error(call.choice, call.content_type or "nothing")
        if reply.cut_while_reasoning and not self._reasons:
            self._reasons = True
            raise AskAgain
        self._reasons |= reply.thought
        if rest := reply.conclude(allowed):
            yield rest

    def _exceeds(self, answer: str, longest: int) -> bool:
        return len(answer) > longest and count_tokens(answer, self.limits.name) > longest


def open_model(settings: Settings) -> Model | None:
    """The model of the settings and the environment, not yet started; None when answers are quoted.

    Raises:
        SettingsError: they name one that cannot be reached.
    """
    choice = choose_model(settings, os.environ)
    return Model(choice, settings) if choice else None
