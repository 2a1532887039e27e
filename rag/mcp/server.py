"""Assistant -> MCP server on the official SDK: tools, and every article as a resource."""

import asyncio
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

import mcp_types
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp_types import ToolAnnotations

from rag import __version__
from rag.assistant import Assistant
from rag.errors import IndexMissing
from rag.mcp.tools import RateCheck, Tools

LISTED = 1000
"""Articles listed as resources; the tool `articles` lists all, and each can be read."""
INSTRUCTIONS = (
    "Answers from a folder of articles. Ask with `ask`: every sentence that it returns was checked against the sentence"
    " it cites. Where it says that the articles do not say, say so, too. `check` tells whether a sentence of your own"
    " says what a text says: use it before you repeat what you concluded."
)


AssistantOf = Callable[[Mapping[str, str]], Assistant]
"""HTTP headers of a request, empty over stdio -> the assistant over what its sender may read."""


def build_server(assistant_of: AssistantOf, wait: RateCheck = lambda _: 0.0) -> MCPServer[None]:
    """A server of the tools ask, timeline, search, check, articles and read, and of the articles as resources.

    Args:
        assistant_of: answers; stays open when the server ends.
        wait: how long a client has to wait before it may ask again; by default it need not.
    """
    assistant: ContextVar[Assistant] = ContextVar("assistant")

    async def serve(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        assistant.set(assistant_of(getattr(ctx.request, "headers", None) or {}))
        return await call_next(ctx)

    server = _ArticleServer(assistant.get)
    server.middleware.append(serve)
    tools = Tools(assistant.get, wait)
    for tool in (tools.ask, tools.timeline, tools.search, tools.check, tools.articles, tools.read):
        server.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
    server.resource(
        "article:///{id}",
        name="article",
        description="The text of an indexed article.",
        security=ResourceSecurity(exempt_params={"id"}),  # looked up in the index, never opened as a path
    )(server.text)
    return server


class _ArticleServer(MCPServer[None]):
    """Lists the articles as they stand when it is asked; the SDK's own resources are fixed when the server starts."""

    def __init__(self, assistant: Callable[[], Assistant]) -> None:
        super().__init__("rag", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
        self._assistant = assistant

    async def list_resources(self) -> list[mcp_types.Resource]:
        """The first LISTED articles."""
        entries = await asyncio.to_thread(self._assistant().articles)
        return [
            mcp_types.Resource(
                uri=f"article:///{quote(entry.id, safe='')}",
                name=entry.id,
                title=entry.title,
                mime_type="text/plain",
            )
            for entry in entries[:LISTED]
        ]

    def text(self, id: str) -> str:
        """The text of one article."""
        try:
            return self._assistant().article(id).text
        except IndexMissing as error:
            raise ResourceNotFoundError(str(error)) from error
