"""`rag mcp`: the tools of the MCP server, for a client that starts it or that reaches it by HTTP."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from rag.chat.command import Users
from rag.errors import SettingsError

if TYPE_CHECKING:
    from rag.chat.server import ServeOptions


def mcp_command(
    *,
    http: Annotated[bool, typer.Option("--http", help="Serve HTTP at /mcp, instead of standard input.")] = False,
    host: Annotated[
        str, typer.Option(help="With --http: address; beyond this machine only with --users.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: port.")] = 7861,
    users: Users = None,
    force: Annotated[bool, typer.Option("--force", help="Listen beyond this machine without login.")] = False,
) -> None:
    """Serve the tools ask, timeline, search, check, articles and read to an MCP client; `rag serve` has them, too."""
    if not find_spec("mcp"):
        raise SettingsError("The MCP server needs the SDK: pip install 'articles-say[mcp]'")
    from rag.chat import server

    options = server.ServeOptions(host, port, users, forced=force)
    if http:
        server.require_login(options)
        server.refuse_taken_port(options)
    _serve(options if http else None)


def _serve(options: "ServeOptions | None") -> None:
    """Serve until the client, or the terminal, ends it; over standard input without options."""
    from rag.assistant import Assistant
    from rag.chat.mcp_app import create_mcp_app
    from rag.chat.server import serve_app
    from rag.mcp.server import build_server
    from rag.mcp.tools import report_indexing

    with Assistant.open(progress=report_indexing) as assistant:
        if options is None:
            build_server(lambda _: assistant).run()
            return
        typer.echo(f"The articles are at {options.address}mcp (stop: Ctrl-C)")
        serve_app(create_mcp_app(assistant, options), options, assistant.settings)
