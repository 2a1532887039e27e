"""HTTP requests -> the list of articles: what is indexed, and what is added as a file, a text or a page, or removed."""

from typing import TYPE_CHECKING, Annotated

from rag.answering.jsonable import to_jsonable
from rag.assistant import Assistant
from rag.chat.api_errors import busy_index_as_503
from rag.chat.questions import QuestionService
from rag.chat.uploads import Uploaded, Uploads
from rag.errors import ArticleError, IndexMissing, RagError, WebError

if TYPE_CHECKING:
    from fastapi import APIRouter

    from rag.chat.http_api import UserOf


def add_articles(routes: "APIRouter", service: QuestionService, uploads: Uploads | None, user_of: "UserOf") -> None:
    """Add the routes of articles and collections.

    Args:
        routes: of the API.
        service: has the articles, and counts fetched pages with the questions.
        uploads: adds and removes articles; None when the library is read-only.
        user_of: who sends a request.
    """

    from fastapi import Request

    @routes.get("/v1/articles")
    def articles(request: Request) -> list[dict[str, object]]:
        with busy_index_as_503():
            entries = service.readers.of(user_of(request).name).articles()
        return [
            {"id": entry.id, "title": entry.title, "date": to_jsonable(entry.date), "passages": entry.passages}
            for entry in entries
        ]

    @routes.get("/v1/collections")
    def collections(request: Request) -> list[dict[str, object]]:
        with busy_index_as_503():
            found = service.readers.of(user_of(request).name).collections()
        return [collection._asdict() for collection in found]

    _add_changes(routes, service, uploads, user_of)


def _add_changes(routes: "APIRouter", service: QuestionService, uploads: Uploads | None, user_of: "UserOf") -> None:
    from fastapi import HTTPException, Query, Request
    from starlette.concurrency import run_in_threadpool

    @routes.post("/v1/articles")
    async def add(
        request: Request,
        name: Annotated[str, Query(max_length=1000)] = "",
        url: Annotated[str, Query(max_length=2000)] = "",
        *,
        always_ok: bool = False,
    ) -> dict[str, object]:
        # The page asks for status 200 on refusals, too: a browser writes every other status to its console.
        try:
            user = user_of(request)
            with busy_index_as_503():
                wait = await run_in_threadpool(service.rate.take, user.key) if url else 0.0
            if wait:
                raise HTTPException(429, "is one too many in a minute; wait a little")
            reader = service.readers.of(user.name)
            added = await run_in_threadpool(_add, uploads, name, url, await request.body(), reader)
        except HTTPException as error:
            if not always_ok:
                raise
            return {"detail": error.detail}
        service.metrics.uploads.labels("updated" if added.updated else "added").inc()
        return added._asdict()

    @routes.delete("/v1/articles/{article:path}")
    def remove(article: str, request: Request) -> dict[str, object]:
        with busy_index_as_503():
            try:
                _writable(uploads).remove(article, service.readers.of(user_of(request).name))
            except IndexMissing as error:
                raise HTTPException(404, str(error)) from error
        return {"removed": article}


def _add(uploads: Uploads | None, name: str, url: str, content: bytes, reader: Assistant) -> Uploaded:
    """Add a page, or the body: as a file, or without a name as a text."""
    from fastapi import HTTPException

    kept = _writable(uploads)
    try:
        with busy_index_as_503():
            if url:
                return kept.add_page(url, reader)
            return kept.add(name, content, reader) if name else kept.add_text(content, reader)
    except (ArticleError, WebError) as error:
        raise HTTPException(422, error.reason) from error
    except RagError as error:
        raise HTTPException(503, str(error)) from error


def _writable(uploads: Uploads | None) -> Uploads:
    from fastapi import HTTPException

    if uploads is None:
        raise HTTPException(403, "Articles can only be read here.")
    return uploads
