"""Question of a session -> its chat, which grows with each sentence until the answer is whole or stopped."""

import contextlib
import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextvars import copy_context
from dataclasses import replace
from threading import BoundedSemaphore, Event, Semaphore, Thread

from rag.answering.answer import Answer, Turn
from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.exchanges import Exchange, Scope
from rag.chat.metrics import Metrics
from rag.chat.sessions import Rate, Session, User
from rag.errors import QuestionError, RagError
from rag.suggestions import example_questions, suggest_questions

log = logging.getLogger("rag")

EXAMPLES = 5
"""Example questions on the first page."""
REMEMBERED = 20
"""Sets of articles whose example questions are kept: groups of readers have one each."""
MAX_CONCURRENT = 16
"""Answers written at the same time; the others wait."""
SUGGESTING = 0.5
"""Seconds after which no further question is tried as a suggestion of a reply that waits for them."""
SUGGESTING_LATER = 3.0
"""As SUGGESTING, where the answer stands there already."""
EVERYTHING = Scope()
MAX_WAITING = 200
"""Questions that may wait; the next one is refused."""
TOO_OFTEN = "That was many questions in a minute. Ask again in {:.0f} seconds."
TOO_MANY = "Too many questions wait for an answer. Ask again in a minute."
IMPOSSIBLE = "The first day is after the last, so no article can lie between them. Change the dates and ask again."
FAILED = "Something went wrong on the server; its log says what. Ask again."


class QuestionService:
    """Answers the questions of all sessions, whether or not the page that asked still listens.

    Args:
        readers: answer them, each from what its user may read.
        rate: how often each user may ask.
        metrics: counts every question.
        log_questions: whether the log may hold them.
    """

    def __init__(self, readers: Readers, rate: Rate, metrics: Metrics, *, log_questions: bool = False) -> None:
        self.readers = readers
        self.rate = rate
        self.metrics = metrics
        self._log_questions = log_questions
        self._examples: dict[tuple[str, ...], tuple[str, ...]] = {}  # by the ids of the articles
        self._writing = Semaphore(MAX_CONCURRENT)
        self._admitted = BoundedSemaphore(MAX_CONCURRENT + MAX_WAITING)

    def ask(self, session: Session, asked: Exchange, user: User, replaced: str = "") -> None:
        """Add a question to the session's chat and begin to answer it there.

        A question that cannot be answered becomes a failed exchange with the reason; nothing is raised.

        Args:
            session: an answer that it still waits for is stopped.
            asked: a question that was not answered yet; one that the chat has already is not asked again.
            user: who asks.
            replaced: id of the exchange whose place it takes; empty to add it at the end.
        """
        history = () if asked.alone else session.chat.before(replaced).history
        stop = session.begin(asked, replaced)
        if stop is not None:
            arguments = (self._write, session, asked, history, stop, user)
            Thread(target=copy_context().run, args=arguments, daemon=True).start()

    def stop(self, session: Session) -> None:
        """End the answer that is being written, even within a sentence; the sentences written so far stay."""
        if session.stop():
            self.count("stopped")

    def answer(self, question: str, user: User) -> Answer:
        """One answer outside any chat.

        Raises:
            RagError: it cannot be answered, or this user asks too often.
        """
        wait = self.rate.take(user.key)
        if wait:
            raise QuestionError(TOO_OFTEN.format(wait))
        answer = self.readers.of(user.name).ask(question)
        self.count(answer.status, question)
        return answer

    def count(self, outcome: str, question: str = "") -> None:
        """Count and log what became of a question: answered, abstained, stopped or failed."""
        self.metrics.questions.labels(outcome).inc()
        log.info("Question %s%s", outcome, self._shown(question))

    def _shown(self, question: str) -> str:
        return f": {question[:200]!r}" if question and self._log_questions else ""

    def suggest(
        self, answer: Answer, user: User, scope: Scope = EVERYTHING, seconds: float = SUGGESTING
    ) -> tuple[str, ...]:
        """Questions to ask next that the articles answer.

        Args:
            answer: to the last question.
            user: who is to ask them.
            scope: of the articles that may be asked.
            seconds: after which no further question is tried.
        """
        assistant = self.readers.of(user.name)
        if not scope.bounded:  # naming every article would filter each search by all of them
            return suggest_questions(assistant, answer, None, seconds)
        within = tuple(entry.id for entry in scope.select(assistant.articles()))
        return suggest_questions(assistant, answer, within, seconds)

    def examples(self, user: User) -> tuple[str, ...]:
        """Questions for the first page that the articles answer, found anew where the user's articles changed.

        Raises:
            RagError: the articles cannot be read.
        """
        assistant = self.readers.of(user.name)
        ids = tuple(entry.id for entry in assistant.articles())
        if ids not in self._examples:
            fresh = example_questions(assistant, EXAMPLES) if ids else ()
            self._examples = {**dict([*self._examples.items()][1 - REMEMBERED :]), ids: fresh}
        return self._examples[ids]

    def add_suggestions(self, session: Session, id: str, user: User) -> None:
        """Put questions to ask next below an answer that has none yet; nobody waits for it.

        Args:
            session: of the chat.
            id: of the exchange.
            user: whose chat it is.
        """
        asked = session.chat.exchange(id)
        if asked is None or asked.answer is None or asked.stage != "answered" or asked.suggested:
            return
        suggested = self.suggest(asked.answer, user, asked.scope, SUGGESTING_LATER)
        now = session.chat.exchange(id)  # it may have been liked or replaced meanwhile
        if now and suggested:
            session.mark(replace(now, suggested=suggested))

    def _write(self, session: Session, asked: Exchange, history: Sequence[Turn], stop: Event, user: User) -> None:
        with contextlib.closing(self._stages(asked, history, user)) as stages:
            for exchange in stages:
                if not session.write(exchange, stop):
                    return
                if exchange.stage != "asking":
                    self.count(_outcome(exchange), exchange.question)

    def _stages(self, exchange: Exchange, history: Sequence[Turn], user: User) -> Generator[Exchange]:
        """The exchange with each sentence, and at last answered or failed."""
        try:
            problem = self._refusal(exchange, user.key)
        except RagError as error:
            problem = str(error)
        if problem:
            yield replace(exchange, stage="failed", problem=problem)
            return
        try:
            with self._writing:
                for answer in self._answers(exchange, history, self.readers.of(user.name)):
                    exchange = replace(exchange, answer=answer)
                    yield exchange
        except RagError as error:
            yield replace(exchange, stage="failed", problem=str(error))
        except Exception:
            log.exception("A question raised an error%s", self._shown(exchange.question))
            yield replace(exchange, stage="failed", problem=FAILED)
        else:
            yield replace(exchange, stage="answered")
        finally:
            self._admitted.release()

    def _refusal(self, exchange: Exchange, key: str) -> str:
        """Why the question is not answered; empty when it was admitted."""
        if exchange.scope.impossible:
            return IMPOSSIBLE
        wait = self.rate.take(key)
        if wait:
            return TOO_OFTEN.format(wait)
        return "" if self._admitted.acquire(blocking=False) else TOO_MANY

    def _answers(self, exchange: Exchange, history: Sequence[Turn], assistant: Assistant) -> Iterator[Answer]:
        started = time.perf_counter()
        scope = _searchable(exchange.scope, assistant)
        stream = assistant.stream(exchange.question, history, **scope.bounds)
        with contextlib.closing(stream) as answers:
            for number, answer in enumerate(answers):
                if number == 0:
                    self.metrics.first_sentence.observe(time.perf_counter() - started)
                yield answer


def _searchable(scope: Scope, assistant: Assistant) -> Scope:
    """The scope as the search knows it: dates leave undated articles out, so these are named one by one."""
    if not (scope.dated and scope.undated):
        return scope
    return Scope(articles=tuple(entry.id for entry in scope.select(assistant.articles())))


def _outcome(exchange: Exchange) -> str:
    return exchange.answer.status if exchange.stage == "answered" and exchange.answer else exchange.stage
