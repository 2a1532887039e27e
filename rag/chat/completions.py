"""Answers -> chat completions as OpenAI sends them, whole or in chunks, with the citations in a field of their own."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain

from rag import render
from rag.answering.answer import Answer, Turn, plain
from rag.chat.questions import Desk
from rag.errors import RagError

MODEL = "rag"


class Answers:
    """One request on its way to a completion.

    Args:
        desk: answers the question.
        question: the last message of the user.
        history: the turns before it.
    """

    def __init__(self, desk: Desk, question: str, history: Sequence[Turn]) -> None:
        self._desk = desk
        self._question = question
        self._answers: Iterator[Answer] = desk.assistant.stream(question, history)
        self._head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}

    def begin(self) -> None:
        """Wait for the first sentence, so that an error is still an error and not a broken stream.

        Raises:
            RagError: the question cannot be answered.
        """
        started = time.perf_counter()
        try:
            first = next(self._answers)
        except RagError:
            self._desk.metrics.count("questions", "failed")
            raise
        self._desk.metrics.first(time.perf_counter() - started)
        self._answers = chain([first], self._answers)

    def whole(self) -> dict[str, object]:
        """The completion in one piece."""
        *_, answer = self._answers
        self._desk.metrics.count("questions", answer.status)
        message = {"role": "assistant", "content": answer.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {**self._head, "object": "chat.completion", "choices": [choice], **_more(answer)}

    def chunks(self) -> Iterator[str]:
        """The completion as server-sent events, one a sentence; the last carries the citations."""
        told = ""
        answer: Answer | None = None
        try:
            for answer in self._answers:
                if answer.sentences and answer.text != told and answer.text.startswith(told):
                    yield self._chunk({"role": "assistant", "content": answer.text[len(told) :]})
                    told = answer.text
        except RagError as error:  # what was sent stays sent; the client must learn that it is not the whole
            yield _event({"error": {"message": str(error), "type": type(error).__name__}})
            return
        if answer:
            yield from self._end(answer, told)

    def _end(self, answer: Answer, told: str) -> Iterator[str]:
        self._desk.metrics.count("questions", answer.status)
        if not told:
            yield self._chunk({"role": "assistant", "content": answer.text})
        yield self._chunk({}, "stop", **_more(answer))
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _event({**self._head, "object": "chat.completion.chunk", "choices": [choice], **more})


def _more(answer: Answer) -> dict[str, object]:
    """What OpenAI's format has no place for, and the usage it has one for."""
    usage = answer.usage
    total = usage.prompt_tokens + usage.completion_tokens
    return {
        "citations": [plain(asdict(citation)) for citation in render.cited(answer)],
        "status": answer.status,
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": total,
        },
    }


def _event(value: object) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
