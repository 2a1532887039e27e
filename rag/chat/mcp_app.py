"""The MCP server of `rag mcp --http`: the chat's guards and login in front of it, without the chat."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.guards import LOOPBACK, Guards
from rag.chat.login import Logins, read_users, user_of_headers
from rag.chat.server import ServeOptions
from rag.chat.sessions import RateLimit

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def create_mcp_app(
    assistant: Assistant, options: ServeOptions, clock: Callable[[], float] = time.monotonic
) -> "ASGIApp":
    """An ASGI app with the one route /mcp.

    Args:
        assistant: answers; stays open when the app ends.
        options: how to serve it.
        clock: seconds, monotonic; for rate limits and logins.
    """
    from starlette.applications import Starlette

    from rag.mcp.http import add_route
    from rag.mcp.server import build_server

    rate = RateLimit(assistant.settings.chat_rate, clock)
    user_of = user_of_headers(Logins(read_users(options.users), clock)) if options.users else None
    app = Starlette()
    readers = Readers.open(assistant, options.users)

    def name_of(headers: Mapping[str, str]) -> str:
        return user_of(dict(headers)) if user_of else ""

    server = build_server(lambda headers: readers.of(name_of(headers)), lambda headers: rate.take(name_of(headers)))
    add_route(app, server)
    loopback = options.host in LOOPBACK and user_of is None
    return Guards(app, loopback=loopback, user_of=user_of, upload_bytes=0)
