"""Requests -> the app, or a refusal: closes, in front of Gradio, the routes that it leaves open."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from rag.chat.api_errors import error_body, has_openai_errors
from rag.chat.cross_origin import CrossOrigin, is_preflight
from rag.chat.document import add_head, content_security_policy
from rag.chat.sharing import share_query

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 1_000_000
"""Largest request body, uploads apart: a signed chat has at most 400,000."""
NOBODY = CrossOrigin(())
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
_OWN_PATHS = r"health|health/ready|metrics|login|logout|settings|mcp|v1/.*|page/[\w/.-]+"
_GRADIO_PATHS = (
    r"|config/?|theme\.css|robots\.txt|favicon\.ico|(?:assets|static)/[\w/.@-]+"
    r"|gradio_api/(?:info/?|app_id/?|queue/join|queue/data|heartbeat/\w+|reset/?|cancel|run/page_[a-z]+|call/ask(?:/\w+)?|startup-events)"
)
_ALLOWED = re.compile(rf"/(?:{_OWN_PATHS}{_GRADIO_PATHS})?")
"""Every path let through; file=, proxy=, upload, component_server, monitoring, deep_link and the rest are not."""
_BEFORE_LOGIN = re.compile(r"/(?:health|health/ready|login|page/[\w/.-]+|favicon\.ico)")
_SHARED = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}
_STRICT = (
    b"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Refusal(NamedTuple):
    """A response in place of the app's."""

    status: int
    detail: str
    location: str = ""


class Guards:
    """ASGI middleware before the whole app.

    Args:
        app: receives what is not refused.
        loopback: whether only this machine is served, without login: a foreign Host is then a rebound name.
        user_of: name of the user who sends a request, by its headers, empty for none; None without login.
        upload_bytes: largest body of an upload.
        others: which pages of other sites may ask.
    """

    def __init__(
        self,
        app: "ASGIApp",
        *,
        loopback: bool,
        user_of: "Callable[[dict[str, str]], str] | None",
        upload_bytes: int,
        others: CrossOrigin = NOBODY,
    ) -> None:
        self._app = app
        self._loopback = loopback
        self._user_of = user_of
        self._upload_bytes = upload_bytes
        self._others = others

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        added = tuple(self._others.reply_headers(headers)) if self._others.admits(scope["path"], headers) else ()
        refusal = self._refusal(scope, headers, admitted=bool(added)) or await self._login_refusal(scope, headers)
        if refusal:
            await _refuse(refusal, scope["path"], _Sender(send, added).send)
            return
        if scope["path"] == "/":  # read as it is, not compressed
            kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            compressed = "gzip" in headers.get("accept-encoding", "")
            await self._serve({**scope, "headers": kept}, receive, _DocumentSender(send, compressed=compressed).send)
        else:
            await self._serve(scope, receive, _Sender(send, added).send)

    async def _serve(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Serve by the app; a body without a length that turns out too large is refused like one that states it."""
        from starlette.requests import ClientDisconnect

        body = _Body(receive, self._limit(scope["path"]))

        async def send_unless_refused(message: "Message") -> None:
            if not body.exceeded:
                await send(message)

        with suppress(ClientDisconnect):
            await self._app(scope, body.receive, send_unless_refused)
        if body.exceeded:
            await _refuse(self._too_large(scope["path"]), scope["path"], send)

    def _too_large(self, path: str) -> Refusal:
        return Refusal(413, f"The request is larger than {self._limit(path) / 1e6:.0f} MB.")

    def _limit(self, path: str) -> int:
        return self._upload_bytes if path == "/v1/articles" else BODY_BYTES

    def _refusal(self, scope: "Scope", headers: dict[str, str], *, admitted: bool) -> Refusal | None:
        path, method = scope["path"], scope["method"]
        if not _ALLOWED.fullmatch(path):
            return Refusal(404, "Not found.")
        if self._loopback and urlsplit(f"//{headers.get('host', '')}").hostname not in LOOPBACK:
            return Refusal(421, "This server answers to localhost only.")
        if admitted and is_preflight(method, headers):
            return Refusal(204, "")
        if method not in ("GET", "HEAD") and not (admitted or _same_origin(headers)):
            return Refusal(403, "Requests from other sites are refused; RAG_CHAT_ORIGINS lets some in.")
        if int(_digits(headers.get("content-length", ""))) > self._limit(path):
            return self._too_large(path)
        return None

    async def _login_refusal(self, scope: "Scope", headers: dict[str, str]) -> Refusal | None:
        if self._user_of is None or _BEFORE_LOGIN.fullmatch(scope["path"]):
            return None
        from starlette.concurrency import run_in_threadpool

        # The scrypt of a password would hold up all other requests; the token of a cookie is only looked up.
        verified = run_in_threadpool(self._user_of, headers) if "authorization" in headers else None
        if await verified if verified else self._user_of(headers):
            return None
        if scope["path"] == "/":
            return Refusal(303, "Log in first.", f"./login{share_query(scope['query_string'].decode('latin-1'))}")
        return Refusal(401, "Log in first.")


def _digits(length: str) -> str:
    """A length header that int() takes; 0 for a missing or malformed one."""
    return length if length.isascii() and length.isdigit() else "0"


def _same_origin(headers: dict[str, str]) -> bool:
    """Whether a request comes from the page itself, or from a program that is no browser."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    if origin is None or (origin == "null" and site is not None):  # a form of the page itself, which sends no referrer
        return True
    return urlsplit(origin).netloc == headers.get("host", "")


class _Body:
    """Counts the bytes received, so that a body without a length header is limited, too."""

    def __init__(self, receive: "Receive", limit: int) -> None:
        self._receive = receive
        self._left = limit

    @property
    def exceeded(self) -> bool:
        """Whether more came than is let through."""
        return self._left < 0

    async def receive(self) -> "Message":
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if not self.exceeded else {"type": "http.disconnect"}


class _Sender:
    """Adds the security headers of every response, and in place of the app's CORS headers those given."""

    def __init__(self, send: "Send", added: "Iterable[tuple[bytes, bytes]]" = ()) -> None:
        self._send = send
        self._added = added

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*_headers(message.get("headers", ())), *self._added]
        await self._send(message)


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    names = set()
    for name, value in headers:
        if not name.lower().startswith(b"access-control-"):
            names.add(name.lower())
            yield name, value
    yield from _SHARED.items()
    if b"content-security-policy" not in names:
        yield b"content-security-policy", _STRICT


class _DocumentSender:
    """Buffers the document until it is whole, then sends it with the page's head and policy, compressed if wanted."""

    def __init__(self, send: "Send", *, compressed: bool) -> None:
        self._sender = _Sender(send)
        self._compressed = compressed
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body") or self._start is None:
            return
        document = add_head(b"".join(self._parts).decode())
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        body = document.encode()
        if self._compressed:
            body = gzip.compress(body)
            kept += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
        kept += [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
        kept.append((b"content-security-policy", content_security_policy(document).encode()))
        await self._sender.send({**self._start, "headers": kept})
        await self._sender.send({"type": "http.response.body", "body": body})


async def _refuse(refusal: Refusal, path: str, send: "Send") -> None:
    error = error_body(refusal.status, refusal.detail) if has_openai_errors(path) else {"detail": refusal.detail}
    body = json.dumps(error).encode() if refusal.detail else b""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(b"location", refusal.location.encode())] if refusal.location else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
