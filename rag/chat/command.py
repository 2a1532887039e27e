"""Commands of the chat: `rag serve` and `rag user`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

Users = Annotated[Path | None, typer.Option("--users", help="Users file: users log in. Without it, no login.")]


def serve(
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine only with --users.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    users: Users = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nobody can add or remove articles.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Listen beyond this machine without login.")] = False,
) -> None:
    """Open the chat in a browser page, with an HTTP API beside it, until Ctrl-C."""
    from rag.assistant import Assistant
    from rag.chat import server

    options = server.ServeOptions(host, port, users, forced=force, read_only=read_only, open_browser=_at_a_desktop())
    server.require_login(options)
    typer.echo(f"The articles are at {options.address} (stop: Ctrl-C)")
    with Assistant.open() as assistant:
        server.serve_chat(assistant, options)


def _at_a_desktop() -> bool:
    """Whether a person typed the command in a terminal of a desktop; False for a program or a server."""
    desktop = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return desktop and sys.stdin.isatty()


def user(
    name: Annotated[str, typer.Argument(help="The user's name.")],
    *,
    users: Annotated[Path, typer.Option("--users", help="Users file; made when there is none.")] = Path("users.txt"),
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Group of readers that RAG_ACCESS names; repeatable.")
    ] = None,
) -> None:
    """Add a user who may log in to the chat, or change their password."""
    from rag.chat.login import add_user

    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_user(users, name, password, group or ())
    typer.echo(f"{name} may log in: rag serve --users {users}")
