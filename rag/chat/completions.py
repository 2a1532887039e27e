"""Answers -> chat completions as OpenAI sends them, whole or in chunks, with all else in fields of their own."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from itertools import chain

from rag.answering.answer import Answer, Turn
from rag.chat.answer_fields import answer_fields
from rag.chat.api_errors import error_body
from rag.chat.exchanges import Scope
from rag.chat.questions import QuestionService
from rag.chat.quotes_first import quotes_field
from rag.chat.sessions import User
from rag.errors import RagError
from rag.library import Bounds

MODEL_NAME = "rag"
ALL: Bounds = {}


class PendingCompletion:
    """One request whose completion is being written.

    Args:
        service: answers the question.
        question: the last message of the user.
        history: the turns before it.
        user: who asks.
        bounds: which articles may be used.

    Raises:
        IndexMissing: the bounds name an article or a collection that there is not.
    """

    def __init__(
        self, service: QuestionService, question: str, history: Sequence[Turn], user: User, bounds: Bounds = ALL
    ) -> None:
        self._service = service
        self._question = question
        self._user = user
        assistant = service.readers.of(user.name)
        self._scope = Scope.of(bounds)
        if self._scope.bounded:
            assistant.require(self._scope.articles, self._scope.collection)
        self._answers: Iterator[Answer] = assistant.stream(question, history, **bounds)
        self._head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL_NAME}

    def start(self) -> None:
        """Wait for the first sentence, so that an error can still become an HTTP status.

        Raises:
            RagError: the question cannot be answered.
        """
        started = time.perf_counter()
        try:
            first = next(self._answers)
        except RagError:
            self._service.count("failed", self._question)
            raise
        self._service.metrics.first_sentence.observe(time.perf_counter() - started)
        self._answers = chain([first], self._answers)

    def whole(self) -> dict[str, object]:
        """The completion in one piece."""
        *_, answer = self._answers
        self._service.count(answer.status, self._question)
        message = {"role": "assistant", "content": answer.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {**self._head, "object": "chat.completion", "choices": [choice], **self._extra_fields(answer)}

    def chunks(self) -> Iterator[str]:
        """The completion as server-sent events, one a sentence; the last carries the citations.

        Text can only be appended, so quotes that a model's text will replace come in the field `quotes`.
        """
        sent = ""
        answer: Answer | None = None
        try:
            for answer in self._answers:
                if not answer.final_text:
                    yield self._chunk({}, quotes=quotes_field(answer))
                elif answer.sentences and answer.final_text != sent and answer.final_text.startswith(sent):
                    yield self._chunk({"role": "assistant", "content": answer.final_text[len(sent) :]})
                    sent = answer.final_text
        except RagError as error:  # the status was sent already: an event of its own marks the completion as cut
            yield _event(error_body(500, str(error)))
            return
        if answer:
            yield from self._last_chunks(answer, sent)

    def _last_chunks(self, answer: Answer, sent: str) -> Iterator[str]:
        self._service.count(answer.status, self._question)
        if not sent:
            yield self._chunk({"role": "assistant", "content": answer.text})
        yield self._chunk({}, "stop", **self._extra_fields(answer))
        yield "data: [DONE]\n\n"

    def _extra_fields(self, answer: Answer) -> dict[str, object]:
        """Everything that the page shows of an answer, and the usage."""
        suggested = self._service.suggest(answer, self._user, self._scope)
        return {**answer_fields(answer, suggested), "usage": _usage(answer)}

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **extra: object) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _event({**self._head, "object": "chat.completion.chunk", "choices": [choice], **extra})


def _usage(answer: Answer) -> dict[str, int]:
    usage = answer.usage
    total = usage.prompt_tokens + usage.completion_tokens
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": total,
    }


def _event(value: object) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
