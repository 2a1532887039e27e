"""MCP server -> a route of an app that serves HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

_GUARDED = TransportSecuritySettings(enable_dns_rebinding_protection=False)
"""Host and origin are checked by what stands in front of the app: rag/chat/guards.py."""


def add_route(app: Starlette, server: MCPServer[None]) -> None:
    """Serve the streamable HTTP transport at /mcp for as long as the app runs."""
    app.router.routes.extend(server.streamable_http_app(transport_security=_GUARDED).routes)
    own = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with own(app) as state, server.session_manager.run():
            yield state or {}

    app.router.lifespan_context = lifespan
