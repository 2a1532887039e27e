"""Settings -> the running chat: the app put together, and where it may listen."""

import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.formats import FORMATS
from rag.assistant import Assistant
from rag.chat.events import Events
from rag.chat.feedback import Feedback
from rag.chat.guards import LOOPBACK, App, Guards
from rag.chat.login import COOKIE, Logins, users_in
from rag.chat.metrics import Metrics
from rag.chat.questions import Desk
from rag.chat.sessions import Rate, Sessions
from rag.chat.signing import Sealer
from rag.chat.uploads import Uploads
from rag.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Request

SHUTDOWN_SECONDS = 2
"""How long open streams may go on after the server was told to end; browsers hold theirs for ever."""
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the chat is to be served."""

    host: str = "127.0.0.1"
    port: int = 7860
    users: Path | None = None
    """Users file; None for no login."""
    forced: bool = False
    """Whether to listen beyond this machine without login."""
    read_only: bool = False
    """Whether articles can only be read, not added or removed."""
    shown: bool = False
    """Whether to open the page in a browser of this machine."""


def serve(assistant: Assistant, wanted: Wanted) -> None:
    """Serve the chat until the process is told to end.

    Raises:
        SettingsError: others could reach it and nobody logs in.
    """
    import uvicorn

    refuse_open_doors(wanted)
    refuse_taken_port(wanted)
    assistant.articles()  # indexes at the first start, once, not in the first two requests at the same time
    config = uvicorn.Config(
        app(assistant, wanted),
        host=wanted.host,
        port=wanted.port,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    server = uvicorn.Server(config)
    # Once told to end, it cuts the streams that browsers hold open, and would report each as an error.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    if wanted.shown:
        threading.Thread(target=_show, args=(server, wanted), daemon=True).start()
    server.run()


def _show(server: "uvicorn.Server", wanted: Wanted) -> None:
    """Open the page in the reader's browser once it answers."""
    while not server.started:
        time.sleep(0.05)
    webbrowser.open(f"http://{wanted.host}:{wanted.port}/")


def refuse_taken_port(wanted: Wanted) -> None:
    """Another program may listen already, often an earlier chat.

    Raises:
        SettingsError: the port is taken, or the address is not this machine's.
    """
    try:
        with socket.create_server((wanted.host, wanted.port)):
            return
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SettingsError(
            f"Cannot listen on {wanted.host}:{wanted.port} ({why}). Choose another: rag serve --port NUMBER"
        ) from error


def refuse_open_doors(wanted: Wanted) -> None:
    """Listening beyond this machine takes a login.

    Raises:
        SettingsError: it has none and was not forced.
    """
    if wanted.host not in LOOPBACK and wanted.users is None and not wanted.forced:
        raise SettingsError(
            f"Anyone who reaches {wanted.host} could read and change the articles. Let readers log in:"
            " rag user NAME, then rag serve --users FILE; or listen here only; or insist: --force."
        )


def app(assistant: Assistant, wanted: Wanted, clock: Callable[[], float] = time.monotonic) -> App:
    """The whole chat as an ASGI app: page, API and, in front of both, the guards.

    Args:
        assistant: what answers; stays open when the app ends.
        wanted: how to serve it.
        clock: seconds, ever rising; for rate limits and logins.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it when it is imported
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    settings = assistant.settings
    folder = settings.chat_folder
    sessions = Sessions()
    uploads = None if wanted.read_only else Uploads(folder / "uploads", assistant)
    logins = Logins(users_in(wanted.users), clock) if wanted.users else None
    desk = Desk(assistant, Rate(settings.chat_rate, clock), Metrics())
    events = Events(
        desk, sessions, Sealer(folder / "key"), Feedback(folder / "feedback.jsonl"), uploads, settings.chat_title
    )
    api = _api(desk, sessions, uploads, logins, clock)
    _mount(api, events, settings.chat_title, logins, editable=uploads is not None)
    reader = None if logins is None else _reader(logins)
    alone = wanted.host in LOOPBACK and logins is None
    return Guards(api, loopback=alone, reader=reader, upload_bytes=settings.article_bytes + 1)


def _api(
    desk: Desk, sessions: Sessions, uploads: Uploads | None, logins: Logins | None, clock: Callable[[], float]
) -> "FastAPI":
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from rag.chat.http_api import router
    from rag.chat.login_routes import doors

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        sessions.end_all()

    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    api.include_router(router(desk, sessions, uploads, _asker(logins)))
    if logins:
        api.include_router(doors(logins, clock))
    api.mount("/page", StaticFiles(directory=STATIC))
    return api


def _mount(api: "FastAPI", events: Events, title: str, logins: Logins | None, *, editable: bool) -> None:
    import gradio as gr
    from starlette.middleware.cors import CORSMiddleware

    from rag.chat.page import build

    page = build(events, title, login=logins is not None, editable=editable, formats=tuple(FORMATS))
    api.add_middleware(CORSMiddleware, allow_origins=[])  # else Gradio reflects every origin, with credentials
    gr.mount_gradio_app(
        api,
        page,
        path="/",
        auth_dependency=_user(logins) if logins else None,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )
    page.has_launched = True  # mounting leaves it unset, which lets a forged path be read as an upload (Gradio 6.31)


def _reader(logins: Logins) -> Callable[[dict[str, str]], str]:
    """Who sends a request, by its headers."""

    def reader(headers: dict[str, str]) -> str:
        name = logins.reader(_token(headers.get("cookie", "")))
        return name or logins.trusted(headers.get("authorization", ""))

    return reader


def _user(logins: Logins) -> "Callable[[Request], str | None]":
    from fastapi import Request

    reader = _reader(logins)

    def user(request: Request) -> str | None:
        return reader(dict(request.headers)) or None

    return user


def _asker(logins: Logins | None) -> "Callable[[Request], str]":
    def asker(request: "Request") -> str:
        name = _reader(logins)(dict(request.headers)) if logins else ""
        return name or f"api {request.client.host if request.client else ''}"

    return asker


def _token(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
