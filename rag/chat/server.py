"""Settings -> the running chat: puts the app together, and checks where it may listen."""

import logging
import os
import socket
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.formats import FORMATS
from rag.assistant import Assistant
from rag.chat.access import Readers
from rag.chat.api_errors import add_error_handlers
from rag.chat.cross_origin import CrossOrigin
from rag.chat.document import STATIC
from rag.chat.events import Events
from rag.chat.feedback import Feedback
from rag.chat.guards import LOOPBACK, Guards
from rag.chat.login import Logins, read_users, user_of_headers
from rag.chat.metrics import Metrics
from rag.chat.mounting import mount_page, user_of_request
from rag.chat.questions import QuestionService
from rag.chat.replicas import SharedFeedback, SharedRateLimit, SharedUploads, SharesInDatabase
from rag.chat.request_log import RequestLog
from rag.chat.sessions import RateLimit, Sessions
from rag.chat.settings_page import Operators, settings_router
from rag.chat.sharing import Shares
from rag.chat.signing import ChatSigner
from rag.chat.uploads import Uploads
from rag.database import Database, open_database
from rag.errors import SettingsError
from rag.logs import log_all_as_json
from rag.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

SHUTDOWN_SECONDS = 2
"""Seconds that open streams may last after the server was asked to end; browsers never close theirs."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the chat is to be served."""

    host: str = "127.0.0.1"
    port: int = 7860
    users: Path | None = None
    """Users file; None for no login."""
    forced: bool = False
    """Whether to listen beyond this machine without login."""
    read_only: bool = False
    """Whether articles can only be read, not added or removed."""
    open_browser: bool = False
    """Whether to open the page in a browser of this machine."""

    @property
    def address(self) -> str:
        """Where the page is: "http://127.0.0.1:7860/"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def serve_chat(assistant: Assistant, options: ServeOptions) -> None:
    """Serve the chat until the process is asked to end.

    Raises:
        SettingsError: others could reach it and nobody logs in.
    """
    require_login(options)
    refuse_taken_port(options)
    assistant.articles()  # indexes at the first start, which may take long, before two requests could at the same time
    serve_app(create_app(assistant, options), options, assistant.settings)


def serve_app(app: "ASGIApp", options: ServeOptions, settings: Settings) -> None:
    """Serve an app until the process is asked to end; logs as the settings say."""
    import uvicorn

    as_json = settings.log_format == "json"
    if as_json:
        log_all_as_json()
    config = uvicorn.Config(
        RequestLog(app),
        log_config=None if as_json else uvicorn.config.LOGGING_CONFIG,
        host=options.host,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    server = uvicorn.Server(config)
    # At its end it cuts the streams that browsers hold open, and would report each as an error.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
    if options.open_browser:
        threading.Thread(target=_open_browser, args=(server, options), daemon=True).start()
    server.run()


def _open_browser(server: "uvicorn.Server", options: ServeOptions) -> None:
    """Open the page in a browser once the server answers."""
    while not server.started:
        time.sleep(0.05)
    webbrowser.open(options.address)


def refuse_taken_port(options: ServeOptions) -> None:
    """Refuse a port that another program listens on, often an earlier chat.

    Raises:
        SettingsError: the port is taken, or the address is not this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        with socket.create_server((options.host, options.port), family=family):
            return
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else "no address of this machine"  # below 0 it is of getaddrinfo
        raise SettingsError(
            f"Cannot listen on {options.address} ({why}). Choose another: rag serve --port NUMBER"
        ) from error


def require_login(options: ServeOptions) -> None:
    """Refuse to listen beyond this machine without login.

    Raises:
        SettingsError: it has none and was not forced.
    """
    if options.host not in LOOPBACK and options.users is None and not options.forced:
        raise SettingsError(
            f"Anyone who reaches {options.host} could read and change the articles. Let users log in:"
            " rag user NAME, then rag serve --users FILE; or listen here only; or insist: --force."
        )


def create_app(assistant: Assistant, options: ServeOptions, clock: Callable[[], float] = time.monotonic) -> "ASGIApp":
    """The whole chat as an ASGI app: page, API and, in front of both, the guards.

    Args:
        assistant: answers; stays open when the app ends.
        options: how to serve it.
        clock: seconds, monotonic; for rate limits and logins.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it when it is imported
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from rag.chat.page import build_page
    from rag.llm.network import environment_without_proxies

    settings, sessions = assistant.settings, Sessions()
    folder = settings.chat_folder
    shared = open_database(settings) if settings.index else None
    uploads = None if options.read_only else _uploads(shared, settings.uploads_folder, assistant)
    logins = Logins(read_users(options.users), clock) if options.users else None
    user_of, loopback = user_of_headers(logins) if logins else None, options.host in LOOPBACK and logins is None
    operators = Operators(settings.chat_operators, login=logins is not None, loopback=loopback)
    rate = SharedRateLimit(shared, settings.chat_rate, clock) if shared else RateLimit(settings.chat_rate, clock)
    readers = Readers.open(assistant, options.users)
    service = QuestionService(readers, rate, Metrics(), log_questions=settings.log_questions)
    signer = ChatSigner(folder / "key", settings.chat_key)
    feedback = SharedFeedback(shared) if shared else Feedback(folder / "feedback.jsonl")
    shares = _shares(shared, folder / "shared", signer) if logins else None
    events = Events(service, sessions, signer, feedback, uploads, settings.chat_title, operators, shares)
    api = _api(service, sessions, uploads, logins, clock, shared)
    api.include_router(settings_router(assistant, operators, user_of))
    with environment_without_proxies():  # Gradio makes HTTP clients when it is imported, which fails for some proxies
        page = build_page(
            events,
            settings.chat_title,
            login=logins is not None,
            editable=uploads is not None,
            formats=tuple(FORMATS),
            question_chars=settings.question_chars,
            article_bytes=settings.article_bytes,
        )
        mount_page(api, page, user_of)
    others, upload_bytes = CrossOrigin(settings.chat_origins.split(",")), settings.article_bytes + 1
    return Guards(api, loopback=loopback, user_of=user_of, upload_bytes=upload_bytes, others=others)


def _uploads(shared: Database | None, folder: Path, assistant: Assistant) -> Uploads:
    return SharedUploads(shared, folder, assistant) if shared else Uploads(folder, assistant)


def _shares(shared: Database | None, folder: Path, signer: ChatSigner) -> Shares:
    return SharesInDatabase(shared, folder, signer) if shared else Shares(folder, signer)


def _api(
    service: QuestionService,
    sessions: Sessions,
    uploads: Uploads | None,
    logins: Logins | None,
    clock: Callable[[], float],
    shared: Database | None,
) -> "FastAPI":
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles
    from starlette.middleware.gzip import GZipMiddleware

    from rag.chat.http_api import api_router
    from rag.chat.login_routes import login_router

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        sessions.end_all()
        if shared:
            shared.close()

    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    add_error_handlers(api)
    user_of = user_of_request(user_of_headers(logins) if logins else None)
    api.include_router(api_router(service, sessions, uploads, user_of))
    if logins:
        api.include_router(login_router(logins, clock))
    if find_spec("mcp"):
        _add_mcp(api, service, logins)
    api.mount("/page", GZipMiddleware(StaticFiles(directory=STATIC)))
    return api


def _add_mcp(api: "FastAPI", service: QuestionService, logins: Logins | None) -> None:
    from rag.mcp.http import add_route
    from rag.mcp.server import build_server

    user_of = user_of_headers(logins) if logins else lambda _: ""
    server = build_server(
        lambda headers: service.readers.of(user_of(headers)),
        lambda headers: service.rate.take(user_of(headers) or "mcp"),
    )
    add_route(api, server)
