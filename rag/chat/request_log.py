"""Requests -> an id for each, in its lines of the log and in its response, and one line at its end."""

import logging
import re
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from rag.logs import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("rag")
HEADER = b"x-request-id"
_SAFE = re.compile(r"[\w.-]{1,64}", re.ASCII)


class RequestLog:
    """ASGI middleware before everything else; logs no query, no body and no header.

    Args:
        app: answers the requests.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request under the id that a proxy gave it, or under a new one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, token = time.perf_counter(), 500, request_id.set(_given_id(scope) or uuid4().hex[:12])

        async def send_with_id(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.get().encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            log.info("%s %s %d, %.3f s", scope["method"], scope["path"], status, seconds)
            request_id.reset(token)


def _given_id(scope: "Scope") -> str:
    given = dict(scope["headers"]).get(HEADER, b"").decode("latin-1")
    return given if _SAFE.fullmatch(given) else ""
