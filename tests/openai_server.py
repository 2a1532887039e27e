"""A real HTTP server that speaks the OpenAI protocol by a script, with every fault on demand."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

Plain = dict[str, object]
Act = Callable[["Exchange"], None]
Models = tuple[str | Plain, ...]
"""Models of a server, by name or as the whole entry of its list."""


class Exchange(BaseHTTPRequestHandler):
    """One request being answered."""

    protocol_version = "HTTP/1.1"
    body: Plain

    @property
    def scripted(self) -> "OpenAIServer":
        return cast("OpenAIServer", self.server)

    def do_GET(self) -> None:
        if self.scripted.listing:
            self.scripted.listing(self)
        else:
            listed = [model if isinstance(model, dict) else {"id": model} for model in self.scripted.models]
            self.send(200, "application/json", json.dumps({"data": listed}))

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.scripted.act(self)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send(self, status: int, kind: str, text: str, headers: dict[str, str] | None = None) -> None:
        payload = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(payload)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def write(self, text: str) -> None:
        payload = text.encode()
        self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()


class OpenAIServer(ThreadingHTTPServer):
    """Answers the first request by the first act of its script, and so on; the last act answers all further ones."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *script: Act, models: Models = ("test-model",), listing: Act | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script = list(script)
        self.models = models
        self.listing = listing
        """Answers the request for the list of models; None for a list of `models`."""
        self.requests: list[Plain] = []
        self.paths: list[str] = []
        """Where the requests went."""
        self.over = threading.Event()
        """Set when the test is done: acts that hang wait for it."""
        self.gone = threading.Event()
        """Set when the client closed the connection during an act."""
        self._turn = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def environ(self) -> dict[str, str]:
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": "test"}

    def act(self, exchange: Exchange) -> None:
        with self._turn:
            self.requests.append(exchange.body)
            self.paths.append(exchange.path)
            act = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        try:
            act(exchange)
        except OSError:
            self.gone.set()
            exchange.close_connection = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass

    def prompt(self, number: int = -1) -> str:
        """Text of the user message of a request."""
        return str(cast("list[Plain]", self.requests[number]["messages"])[-1]["content"])


@contextmanager
def serving(*script: Act, models: Models = ("test-model",), listing: Act | None = None) -> Iterator[OpenAIServer]:
    server = OpenAIServer(*script, models=models, listing=listing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def chunk(content: object = None, finish: str | None = None, **delta: object) -> Plain:
    message = delta if content is None else {"content": content, **delta}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "test-model",
        "choices": [{"index": 0, "delta": message, "finish_reason": finish}],
    }


def usage(prompt: int, completion: int) -> Plain:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": counts}


def event(data: object) -> str:
    return f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"


def tokens(text: str) -> list[str]:
    """A text cut as models cut it: marks and words fall apart."""
    return re.findall(r"\s?\w+|\s|[^\w\s]", text)


def says(text: str, *, finish: str | None = "stop", done: bool = True, cost: tuple[int, int] | None = (100, 20)) -> Act:
    """Stream a text token by token; `finish=None` never says that it ended."""
    chunks = [chunk("", role="assistant"), *(chunk(token) for token in tokens(text))]
    chunks += [chunk(finish=finish)] if finish else []
    chunks += [usage(*cost)] if cost else []
    return streams(*chunks, *(["[DONE]"] if done else []))


def streams(*events: object) -> Act:
    """Stream these events and end the response properly."""

    def act(exchange: Exchange) -> None:
        exchange.begin()
        for data in events:
            exchange.write(event(data))
        exchange.end()

    return act


def breaks_off(text: str) -> Act:
    """Stream a text and drop the connection in the middle of the response."""

    def act(exchange: Exchange) -> None:
        exchange.begin()
        for token in tokens(text):
            exchange.write(event(chunk(token)))
        exchange.hang_up()

    return act


def falls_silent(text: str = "", *, pings: bool = False) -> Act:
    """Stream a text, then nothing, or only pings, until the test is over or the client gone."""

    def act(exchange: Exchange) -> None:
        exchange.begin()
        for token in tokens(text):
            exchange.write(event(chunk(token)))
        while not exchange.scripted.over.wait(0.01):
            if pings:
                exchange.write(": ping\n\n")

    return act


def fails(status: int, message: str = "no", code: str | None = None, headers: dict[str, str] | None = None) -> Act:
    """Answer with an error of the protocol."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": code, "param": None}})
    return lambda exchange: exchange.send(status, "application/json", body, headers)


def sends(text: str, kind: str = "text/html", status: int = 200) -> Act:
    """Answer with something that is not the protocol."""
    return lambda exchange: exchange.send(status, kind, text)


def hangs_up(exchange: Exchange) -> None:
    """Drop the connection before any answer."""
    exchange.hang_up()


def embeds(change: Callable[[list[Plain]], list[Plain]] = lambda rows: rows, size: int = 4) -> Act:
    """Embed each text as counts of a few letters; `change` spoils the rows before they are sent."""

    def act(exchange: Exchange) -> None:
        texts = cast("list[str]", exchange.body["input"])
        rows: list[Plain] = [
            {"object": "embedding", "index": place, "embedding": [text.count(letter) + 0.1 for letter in "aeio"[:size]]}
            for place, text in enumerate(texts)
        ]
        reply = {"object": "list", "data": change(rows), "model": "m", "usage": {"prompt_tokens": 5, "total_tokens": 5}}
        exchange.send(200, "application/json", json.dumps(reply))

    return act
