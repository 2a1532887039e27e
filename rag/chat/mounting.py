"""The Gradio page -> a route of the app: with what it opens beside it closed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.chat.sessions import User

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from gradio import Blocks


def mount_page(api: "FastAPI", page: "Blocks", user_of: Callable[[dict[str, str]], str] | None) -> None:
    """Serve the page at the root of an app, after the app's own routes.

    Args:
        api: the app.
        page: as `build_page` makes it.
        user_of: name of the user who sends a request, by its headers; None without login.
    """
    import gradio as gr
    from starlette.middleware.cors import CORSMiddleware

    api.add_middleware(CORSMiddleware, allow_origins=[])  # else Gradio reflects every origin, with credentials
    gr.mount_gradio_app(
        api,
        page,
        path="/",
        auth_dependency=_auth_dependency(user_of) if user_of else None,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Default(font=("system-ui", "sans-serif"), font_mono=("monospace",)),  # loads no font
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )
    page.has_launched = True  # mounting leaves it unset, which lets a forged path be read as an upload (Gradio 6.31)


def _auth_dependency(user_of: Callable[[dict[str, str]], str]) -> "Callable[[Request], str | None]":
    from fastapi import Request

    def user(request: Request) -> str | None:
        return user_of(dict(request.headers)) or None

    return user


def user_of_request(user_of: Callable[[dict[str, str]], str] | None) -> "Callable[[Request], User]":
    """Request -> who sends it.

    Args:
        user_of: as for `mount_page`.
    """

    def user(request: "Request") -> User:
        name = user_of(dict(request.headers)) if user_of else ""
        return User(name, f"api {request.client.host if request.client else ''}")

    return user
