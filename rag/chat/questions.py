"""Question of a session -> its chat, again with each sentence until the answer is whole or stopped."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from queue import Empty, Queue
from threading import Event, Thread

from rag.answering.answer import Answer
from rag.assistant import Assistant
from rag.chat.exchanges import Chat, Exchange
from rag.chat.metrics import Metrics
from rag.chat.sessions import RateLimit, Session
from rag.errors import QuestionError, RagError

log = logging.getLogger("rag")

POLL = 0.05
"""Seconds between checks for a stop while a sentence is being written; a press feels instant below .1."""
TOO_OFTEN = "That was many questions in a minute. Ask again in {:.0f} seconds."
FAILED = "Something went wrong on the server; its log says what. Ask again."
_Item = Answer | Exception | None
"""An answer, the error that ended it, or None at the end."""


class QuestionService:
    """Answers the questions of all sessions.

    Args:
        assistant: answers them.
        rate: how often each user may ask.
        metrics: counts every question.
    """

    def __init__(self, assistant: Assistant, rate: RateLimit, metrics: Metrics) -> None:
        self.assistant = assistant
        self.rate = rate
        self.metrics = metrics

    def ask(self, session: Session, question: str, key: str) -> Iterator[Chat]:
        """The session's chat with one more exchange, again with each sentence; the last is final.

        A question that cannot be answered becomes a failed exchange with the reason; nothing is raised.

        Args:
            session: an answer that it still waits for is stopped.
            question: of the user.
            key: whom the rate limit counts.
        """
        session.stop.set()
        session.stop = stop = Event()
        before = session.chat
        asked = Exchange(question, session.scope)
        for exchange in self._stages(asked, before, stop, key):
            chat = before.with_exchange(exchange)
            if session.stop is stop:
                session.chat = chat
                yield chat
            if exchange.stage != "asking":
                self.metrics.questions.labels(_outcome(exchange)).inc()

    def answer(self, question: str, key: str) -> Answer:
        """One answer outside any chat.

        Raises:
            RagError: it cannot be answered, or this user asks too often.
        """
        wait = self.rate.take(key)
        if wait:
            raise QuestionError(TOO_OFTEN.format(wait))
        answer = self.assistant.ask(question)
        self.metrics.questions.labels(answer.status).inc()
        return answer

    def _stages(self, exchange: Exchange, before: Chat, stop: Event, key: str) -> Iterator[Exchange]:
        wait = self.rate.take(key)
        if wait:
            yield replace(exchange, stage="failed", problem=TOO_OFTEN.format(wait))
            return
        yield exchange
        started = time.perf_counter()
        try:
            for answer in self._until(stop, exchange, before):
                if exchange.answer is None:
                    self.metrics.first_sentence.observe(time.perf_counter() - started)
                exchange = replace(exchange, answer=answer)
                yield exchange
        except RagError as error:
            yield replace(exchange, stage="failed", problem=str(error))
            return
        except Exception:
            log.exception("A question failed: %r", exchange.question[:200])
            yield replace(exchange, stage="failed", problem=FAILED)
            return
        yield replace(exchange, stage="stopped" if stop.is_set() else "answered")

    def _until(self, stop: Event, exchange: Exchange, before: Chat) -> Iterator[Answer]:
        """The answers, each with one more sentence; ends early once stopped, even within a sentence."""
        answers: Queue[_Item] = Queue()
        Thread(target=self._write, args=(answers, stop, exchange, before), daemon=True).start()
        while not stop.is_set():
            try:
                answer = answers.get(timeout=POLL)
            except Empty:
                continue
            if isinstance(answer, Exception):
                raise answer
            if answer is None:
                return
            yield answer

    def _write(self, answers: "Queue[_Item]", stop: Event, exchange: Exchange, before: Chat) -> None:
        scope = exchange.scope
        try:
            stream = self.assistant.stream(
                exchange.question, before.history, after=scope.after, before=scope.before, articles=scope.articles
            )
            for answer in stream:
                answers.put(answer)
                if stop.is_set():
                    return
            answers.put(None)
        except Exception as error:  # noqa: BLE001 - it is raised again on the thread that reads the queue
            answers.put(error)


def _outcome(exchange: Exchange) -> str:
    return exchange.answer.status if exchange.stage == "answered" and exchange.answer else exchange.stage
