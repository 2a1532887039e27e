"""Errors of /v1 -> JSON as OpenAI has it, so that its clients read the reason and the kind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rag.errors import IndexUnavailable

if TYPE_CHECKING:
    from fastapi import FastAPI

_KINDS = {
    400: ("invalid_request_error", "invalid_request"),
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "forbidden"),
    404: ("invalid_request_error", "not_found"),
    405: ("invalid_request_error", "method_not_allowed"),
    413: ("invalid_request_error", "too_large"),
    421: ("invalid_request_error", "wrong_host"),
    422: ("invalid_request_error", "invalid_request"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}
"""Status -> type and code."""
_ON_THE_SERVER = ("server_error", "unavailable")


def has_openai_errors(path: str) -> bool:
    """Whether errors of a path are sent as OpenAI sends them."""
    return path.startswith("/v1/")


def error_body(status: int, message: str, param: str | None = None) -> dict[str, object]:
    """The body of an error reply.

    Args:
        status: of the reply.
        message: what was wrong, as a sentence.
        param: the field of the request that was wrong.
    """
    kind, code = _KINDS.get(status, _ON_THE_SERVER)
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def add_error_handlers(api: "FastAPI") -> None:
    """Reply to what goes wrong below /v1 as OpenAI does; elsewhere as FastAPI does."""
    from fastapi import Request
    from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse, Response
    from starlette.exceptions import HTTPException

    @api.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if not has_openai_errors(request.url.path):
            return await http_exception_handler(request, error)
        return JSONResponse(error_body(error.status_code, str(error.detail)), error.status_code, error.headers)

    @api.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        if not has_openai_errors(request.url.path):
            return await request_validation_exception_handler(request, error)
        message, param = _explain(error.errors())
        return JSONResponse(error_body(422, message, param), 422)


def _explain(errors: Sequence[Any]) -> tuple[str, str | None]:
    """The first error as a sentence, and the field it is about: "messages.0.role"."""
    first = errors[0]
    param = ".".join(str(part) for part in first["loc"][1:]) or None
    return f"{param or 'The request'}: {first['msg']}", param


@contextmanager
def busy_index_as_503() -> Iterator[None]:
    """Where the database of the index does not answer, the status that says to come back, and when."""
    from fastapi import HTTPException

    try:
        yield
    except IndexUnavailable as error:
        raise HTTPException(503, str(error), {"Retry-After": str(error.pause)}) from error
