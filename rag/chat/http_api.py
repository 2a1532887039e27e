"""The same articles over HTTP: chat completions as OpenAI has them, with citations; articles; health and metrics."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field

from rag.answering.answer import Turn, plain
from rag.chat import completions
from rag.chat.exchanges import KEPT
from rag.chat.questions import Desk
from rag.chat.sessions import Sessions
from rag.chat.uploads import Uploaded, Uploads
from rag.errors import ArticleError, IndexMissing, RagError

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

    Asker = Callable[[Request], str]
    """Who sends a request, for the rate limit."""


class Part(BaseModel):
    """A piece of a message; other kinds than text are not read."""

    type: str = ""
    text: str = ""


class Message(BaseModel):
    """One message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """A request for a chat completion; OpenAI's other fields are accepted and mean nothing here."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    model: str = completions.MODEL
    stream: bool = False

    @property
    def question(self) -> str:
        """The last message of the user."""
        return next((one.words for one in reversed(self.messages) if one.role == "user"), "")

    @property
    def history(self) -> tuple[Turn, ...]:
        """The questions before it, each with the answer that followed."""
        pairs = zip(self.messages, self.messages[1:], strict=False)
        told = [Turn(one.words, two.words) for one, two in pairs if (one.role, two.role) == ("user", "assistant")]
        return tuple(told[-KEPT:])


def router(desk: Desk, sessions: Sessions, uploads: Uploads | None, asker: "Asker") -> "APIRouter":
    """The routes of the API.

    Args:
        desk: answers questions.
        sessions: counted in the metrics.
        uploads: takes and removes articles; None when the library may not be changed.
        asker: who sends a request, for the rate limit.
    """
    from fastapi import APIRouter

    routes = APIRouter()
    _add_state(routes, desk, sessions)
    _add_completions(routes, desk, asker)
    _add_articles(routes, desk, uploads)
    return routes


def _add_state(routes: "APIRouter", desk: Desk, sessions: Sessions) -> None:
    from fastapi.responses import PlainTextResponse

    @routes.get("/health")
    def health() -> dict[str, object]:
        found = desk.assistant.health()
        return {"status": "ok", "articles": found.articles, "passages": found.passages}

    @routes.get("/metrics")
    def metrics() -> PlainTextResponse:
        return PlainTextResponse(desk.metrics.text(sessions=len(sessions)))


def _add_completions(routes: "APIRouter", desk: Desk, asker: "Asker") -> None:
    from fastapi import HTTPException, Request
    from fastapi.responses import JSONResponse, Response, StreamingResponse

    @routes.get("/v1/models")
    def models() -> dict[str, object]:
        return {"object": "list", "data": [{"id": completions.MODEL, "object": "model", "owned_by": "rag"}]}

    @routes.post("/v1/chat/completions")
    def complete(wanted: Completion, request: Request) -> Response:
        wait = desk.rate.take(asker(request))
        if wait:
            raise HTTPException(429, "Too many questions in a minute.", {"Retry-After": f"{wait:.0f}"})
        answers = completions.Answers(desk, wanted.question, wanted.history)
        try:
            answers.begin()
        except RagError as error:
            raise HTTPException(400, str(error)) from error
        if wanted.stream:
            return StreamingResponse(answers.chunks(), media_type="text/event-stream")
        return JSONResponse(answers.whole())


def _add_articles(routes: "APIRouter", desk: Desk, uploads: Uploads | None) -> None:
    from fastapi import HTTPException, Query, Request
    from starlette.concurrency import run_in_threadpool

    @routes.get("/v1/articles")
    def articles() -> list[dict[str, object]]:
        found = desk.assistant.articles()
        return [{"id": one.id, "title": one.title, "date": plain(one.date), "passages": one.passages} for one in found]

    @routes.post("/v1/articles")
    async def add(
        request: Request, name: Annotated[str, Query(min_length=1, max_length=1000)], *, told: bool = False
    ) -> dict[str, object]:
        # The page asks to be told with status 200: a browser writes every other one to its console.
        try:
            added = await run_in_threadpool(_added, uploads, name, await request.body())
        except HTTPException as error:
            if not told:
                raise
            return {"detail": error.detail}
        desk.metrics.count("uploads", "updated" if added.updated else "added")
        return added._asdict()

    @routes.delete("/v1/articles/{article:path}")
    def remove(article: str) -> dict[str, object]:
        try:
            _open(uploads).remove(article)
        except IndexMissing as error:
            raise HTTPException(404, str(error)) from error
        return {"removed": article}


def _added(uploads: Uploads | None, name: str, content: bytes) -> Uploaded:
    from fastapi import HTTPException

    try:
        return _open(uploads).add(name, content)
    except ArticleError as error:
        raise HTTPException(422, error.reason) from error
    except RagError as error:
        raise HTTPException(503, str(error)) from error


def _open(uploads: Uploads | None) -> Uploads:
    from fastapi import HTTPException

    if uploads is None:
        raise HTTPException(403, "Articles can only be read here.")
    return uploads
