import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from rag.chat.request_log import RequestLog
from rag.logs import request_id

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


async def app(scope: "Scope", receive: "Receive", send: "Send") -> None:
    """Answers with the id that it is served under; breaks where it is asked to."""
    if scope["path"] == "/broken":
        raise RuntimeError("broken")
    await send({"type": "http.response.start", "status": 204, "headers": [(b"vary", b"cookie")]})
    await send({"type": "http.response.body", "body": request_id.get().encode()})


def served(path: str, given: str = "") -> tuple[str, str]:
    """The id in the response's head, and the one that the app saw."""
    sent: list[Message] = []

    async def send(message: "Message") -> None:
        sent.append(message)

    async def receive() -> "Message":
        return {"type": "http.request"}

    headers = [(b"x-request-id", given.encode())] if given else []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"q=why", "headers": headers}
    with ThreadPoolExecutor(1) as pool:  # in this thread a browser of other tests has an event loop
        pool.submit(asyncio.run, RequestLog(app)(scope, receive, send)).result()
    start, body = sent
    return dict(start["headers"])[b"x-request-id"].decode(), body["body"].decode()


def test_a_request_has_one_id_in_the_log_and_in_its_response(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "rag")
    assert served("/health", given="proxy-7") == ("proxy-7", "proxy-7")
    made, seen = served("/health")
    assert made == seen != ""
    assert [record.getMessage().rsplit(",", 1)[0] for record in caplog.records] == ["GET /health 204"] * 2
    assert "why" not in caplog.text


def test_what_a_client_gives_as_an_id_is_not_copied_unseen() -> None:
    for given in ("two words", 'a"b', "x" * 65):
        assert given not in served("/health", given)


def test_a_request_that_breaks_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "rag")
    with pytest.raises(RuntimeError):
        served("/broken")
    assert caplog.records[0].getMessage().startswith("GET /broken 500")
