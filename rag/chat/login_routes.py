"""Routes for login and logout, with a limit on guesses."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from rag.chat.login import COOKIE, GUESSES, HOURS, KEEPER, Logins, keeper_of
from rag.chat.markup import render_template
from rag.chat.sessions import RateLimit
from rag.chat.sharing import share_query

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

WRONG = "That name and password do not belong together."
TOO_MANY = "Too many attempts. Wait a minute."


def _page(request: "Request", problem: str = "", *, once_more: bool = False) -> str:
    """The page to log in at, which leads on to the shared chat whose link was followed.

    Args:
        request: whose address names the chat.
        problem: why the last attempt failed.
        once_more: whether to open the chat at once: a browser that follows a link of another site sends no cookie, so
            that its user may have logged in before.
    """
    shared = share_query(request.url.query)
    return render_template("login", problem=problem, shared=shared, once_more=bool(shared) and once_more)


def login_router(logins: Logins, clock: Callable[[], float]) -> "APIRouter":
    """The routes /login and /logout.

    Args:
        logins: checks the passwords.
        clock: seconds, monotonic.
    """
    from fastapi import APIRouter, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response
    from starlette.concurrency import run_in_threadpool

    routes = APIRouter()
    guesses = RateLimit(GUESSES, clock)

    @routes.get("/login")
    def show_login(request: Request) -> HTMLResponse:
        return HTMLResponse(_page(request, once_more="again" not in request.query_params))

    @routes.post("/login")
    async def log_in(request: Request) -> Response:
        if guesses.take(request.client.host if request.client else ""):
            return HTMLResponse(_page(request, TOO_MANY), 429)
        form = parse_qs((await request.body()).decode(errors="replace"))
        name, password = form.get("name", [""])[0], form.get("password", [""])[0]
        token = await run_in_threadpool(logins.log_in, name, password)
        if not token:
            return HTMLResponse(_page(request, WRONG), 401)
        response = RedirectResponse(f"./{share_query(request.url.query)}", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, HOURS * 3600, httponly=True, samesite="strict", secure=secure)
        response.set_cookie(KEEPER, keeper_of(name), HOURS * 3600, samesite="strict", secure=secure)
        return response

    @routes.post("/logout")
    def log_out(request: Request) -> Response:
        logins.log_out(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("./login", 303)
        response.delete_cookie(COOKIE)
        response.delete_cookie(KEEPER)
        return response

    return routes
