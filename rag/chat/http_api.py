"""HTTP requests -> JSON: chat completions as OpenAI has them, with citations; articles; health and metrics."""

import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from rag.answering.answer import Turn
from rag.assistant import Assistant
from rag.chat import completions
from rag.chat.api_errors import busy_index_as_503
from rag.chat.article_routes import add_articles
from rag.chat.exchanges import MAX_EXCHANGES
from rag.chat.questions import QuestionService
from rag.chat.sessions import Sessions
from rag.chat.uploads import Uploads
from rag.errors import RagError
from rag.library import Bounds

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

    RateKey = Callable[[Request], str]
    """Whom the rate limit counts for a request."""


MAX_MESSAGES = 10_000
"""Messages of a request; only the last ones count, but a chat that goes on is not refused."""


class Part(BaseModel):
    """A part of a message; kinds other than text are ignored."""

    type: str = ""
    text: str = ""


class Message(BaseModel):
    """One message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class CompletionRequest(BaseModel):
    """A request for a chat completion, with bounds on the articles; OpenAI's other fields are accepted and ignored."""

    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    model: str | None = None
    stream: bool | None = None
    after: date | None = None
    before: date | None = None
    articles: list[str] | None = None
    collection: str | None = None

    @property
    def bounds(self) -> Bounds:
        """Which articles may be used."""
        return {"after": self.after, "before": self.before, "articles": self.articles, "collection": self.collection}

    @property
    def question(self) -> str:
        """The last message of the user."""
        return next((message.words for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def history(self) -> tuple[Turn, ...]:
        """The last questions before it, each with the answer that followed; with none where another question did."""
        dialogue = [message for message in self.messages if message.role in ("user", "assistant")]
        last = max((at for at, message in enumerate(dialogue) if message.role == "user"), default=0)
        pairs = pairwise(dialogue[: last + 1])
        asked = [(ask, reply) for ask, reply in pairs if ask.role == "user"]
        turns = (Turn(ask.words, reply.words if reply.role == "assistant" else "") for ask, reply in asked)
        return tuple(turns)[-MAX_EXCHANGES:]


def api_router(
    service: QuestionService, sessions: Sessions, uploads: Uploads | None, rate_key: "RateKey"
) -> "APIRouter":
    """The routes of the API.

    Args:
        service: answers questions.
        sessions: counted in the metrics.
        uploads: adds and removes articles; None when the library is read-only.
        rate_key: whom the rate limit counts for a request.
    """
    from fastapi import APIRouter

    routes = APIRouter()
    _add_state(routes, service, sessions)
    _add_models(routes)
    _add_completions(routes, service, rate_key)
    add_articles(routes, service, uploads, rate_key)
    return routes


def _add_state(routes: "APIRouter", service: QuestionService, sessions: Sessions) -> None:
    from fastapi.responses import JSONResponse, Response
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    @routes.get("/health")
    def health() -> dict[str, object]:
        return {"status": "ok", **_readiness(service.assistant)}

    @routes.get("/health/ready")
    def ready() -> JSONResponse:
        readiness = _readiness(service.assistant)
        return JSONResponse(readiness, 200 if readiness["ready"] else 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        service.metrics.sessions.set(len(sessions))
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _readiness(assistant: Assistant) -> dict[str, object]:
    """Whether questions can be answered: the index can be read, and there are articles."""
    try:
        index = assistant.health()
    except RagError as error:
        return {"ready": False, "reason": str(error)}
    return {"ready": index.articles > 0, "articles": index.articles, "passages": index.passages}


def _add_models(routes: "APIRouter") -> None:
    from fastapi import HTTPException

    known = {"id": completions.MODEL_NAME, "object": "model", "created": int(time.time()), "owned_by": "rag"}

    @routes.get("/v1/models")
    def models() -> dict[str, object]:
        return {"object": "list", "data": [known]}

    @routes.get("/v1/models/{model:path}")
    def model(model: str) -> dict[str, object]:
        if model != completions.MODEL_NAME:
            raise HTTPException(404, f"There is no model {model!r}, only {completions.MODEL_NAME!r}.")
        return known


def _add_completions(routes: "APIRouter", service: QuestionService, rate_key: "RateKey") -> None:
    from fastapi import HTTPException, Request
    from fastapi.responses import JSONResponse, Response, StreamingResponse

    @routes.post("/v1/chat/completions")
    def complete(asked: CompletionRequest, request: Request) -> Response:
        wait = service.rate.take(rate_key(request))
        if wait:
            raise HTTPException(429, "Too many questions in a minute.", {"Retry-After": f"{wait:.0f}"})
        try:
            with busy_index_as_503():
                completion = completions.PendingCompletion(service, asked.question, asked.history, asked.bounds)
                completion.start()
        except RagError as error:
            raise HTTPException(400, str(error)) from error
        if asked.stream:
            return StreamingResponse(completion.chunks(), media_type="text/event-stream")
        with busy_index_as_503():
            return JSONResponse(completion.whole())
