"""HTTP requests -> JSON: chat completions as OpenAI has them, with citations; articles; health and metrics."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.chat import completions
from rag.chat.access import Readers
from rag.chat.api_errors import busy_index_as_503
from rag.chat.article_routes import add_articles
from rag.chat.completion_request import CompletionRequest
from rag.chat.questions import QuestionService
from rag.chat.sessions import Sessions, User
from rag.chat.uploads import Uploads
from rag.errors import RagError

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

    UserOf = Callable[[Request], User]
    """Who sends a request."""


def api_router(service: QuestionService, sessions: Sessions, uploads: Uploads | None, user_of: "UserOf") -> "APIRouter":
    """The routes of the API.

    Args:
        service: answers questions.
        sessions: counted in the metrics.
        uploads: adds and removes articles; None when the library is read-only.
        user_of: who sends a request.
    """
    from fastapi import APIRouter

    routes = APIRouter()
    _add_state(routes, service, sessions)
    _add_models(routes)
    _add_completions(routes, service, user_of)
    add_articles(routes, service, uploads, user_of)
    return routes


def _add_state(routes: "APIRouter", service: QuestionService, sessions: Sessions) -> None:
    from fastapi.responses import JSONResponse, Response
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    @routes.api_route("/health", methods=["GET", "HEAD"])  # load balancers ask for the head alone
    def health() -> dict[str, object]:
        return {"status": "ok", **_readiness(service.readers)}

    @routes.api_route("/health/ready", methods=["GET", "HEAD"])
    def ready() -> JSONResponse:
        readiness = _readiness(service.readers)
        return JSONResponse(readiness, 200 if readiness["ready"] else 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        service.metrics.sessions.set(len(sessions))
        return Response(generate_latest(service.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _readiness(readers: Readers) -> dict[str, object]:
    """Whether questions can be answered: the index can be read, and there are articles."""
    try:
        index = readers.whole.health()
    except RagError as error:
        return {"ready": False, "reason": str(error)}
    if readers.restricted:  # whoever asks need not be logged in
        return {"ready": index.articles > 0}
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


def _add_completions(routes: "APIRouter", service: QuestionService, user_of: "UserOf") -> None:
    from fastapi import HTTPException, Request
    from fastapi.responses import JSONResponse, Response, StreamingResponse

    @routes.post("/v1/chat/completions")
    def complete(asked: CompletionRequest, request: Request) -> Response:
        user = user_of(request)
        with busy_index_as_503():
            wait = service.rate.take(user.key)
        if wait:
            raise HTTPException(429, "Too many questions in a minute.", {"Retry-After": f"{wait:.0f}"})
        try:
            with busy_index_as_503():
                completion = completions.PendingCompletion(service, asked.question, asked.history, user, asked.bounds)
                completion.start()
        except RagError as error:
            raise HTTPException(400, str(error)) from error
        if asked.stream:
            return StreamingResponse(completion.chunks(), media_type="text/event-stream")
        with busy_index_as_503():
            return JSONResponse(completion.whole())
