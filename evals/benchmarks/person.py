"""Somebody at a browser, as the chat's server sees them: what the page's script does, without the page."""

import re
import secrets
import time
from html import unescape
from typing import Any, NamedTuple

import httpx

SENTENCE = re.compile(r'class="(?:sentence|refusal)')
"""A sentence or the refusal in the HTML that the server sends."""
DRAWING = re.compile(r'data-drawing="(\d+)')
SEALED = re.compile(r'data-sealed="([^"]*)"')
GATEWAY = (502, 503, 504)
"""What a proxy answers when the server behind it is gone."""
PAUSE = 0.25
"""Seconds before a request is sent again."""


class Wait(NamedTuple):
    """The latency of one question in seconds; `error` is empty when it was answered."""

    first: float
    whole: float
    error: str


class Login(NamedTuple):
    """What a user types."""

    name: str
    password: str


class Unanswered(Exception):
    """A request had no answer."""


class Person:
    """Asks in one chat, keeps it signed, and gives it to a server that does not know it.

    Args:
        client: whose base is the address of the chat.
        login: where users log in; again, when the server does not know them any more.
        patience: seconds for which a request is sent again when nobody answers.
    """

    def __init__(self, client: httpx.Client, login: Login | None = None, patience: float = 0.0) -> None:
        self.interruptions = 0
        """Requests that were sent again."""
        self._client, self._login, self._patience = client, login, patience
        self._chat, self._sealed = secrets.token_hex(12), ""
        self._answered: list[str] = []

    def ask(self, question: str) -> Wait:
        """Ask as the page does: `ask` begins the answer, and `follow` waits for each of its sentences."""
        started, turn, first = time.perf_counter(), secrets.token_hex(12), 0.0
        try:
            drawn = self._send("ask", turn=turn, text=question, drawing=0)
            while turn not in drawn or 'aria-busy="true"' in drawn:
                if turn not in drawn:  # the server that knew of it is gone
                    drawn = self._send("ask", turn=turn, text=question, drawing=0)
                    continue
                first = first or self._since(started, drawn, turn)
                drawn = self._send("follow", drawing=int(DRAWING.findall(drawn)[0]))
        except Unanswered as error:
            return Wait(0.0, 0.0, str(error))
        first = first or self._since(started, drawn, turn)
        self._answered.append(turn)
        self._sealed = unescape(SEALED.findall(drawn)[0])
        return Wait(first, time.perf_counter() - started, "" if first else "no sentence came")

    def _since(self, started: float, drawn: str, turn: str) -> float:
        """Seconds until a sentence of the turn was there; 0 while there is none."""
        return time.perf_counter() - started if SENTENCE.search(drawn, drawn.index(turn)) else 0.0

    def count_lost(self) -> int:
        """Answers that the chat does not hold any more."""
        drawn = self._send("show")
        return sum(turn not in drawn for turn in self._answered)

    def log_in(self) -> None:
        """As the page for it does.

        Raises:
            Unanswered: the server refuses.
        """
        if self._login:
            reply = self._request("/login", data=self._login._asdict())
            if reply.status_code != httpx.codes.SEE_OTHER:
                raise Unanswered(f"login: {reply.status_code} {_problem(reply)}")

    def _send(self, event: str, **data: object) -> str:
        message = {"chat": self._chat, "turns": len(self._answered), **data}
        reply = self._call(event, message)
        if reply.get("forgotten"):
            reply = self._call(event, {**message, "sealed": self._sealed})
        return str(reply["value"])

    def _call(self, event: str, message: dict[str, object]) -> dict[str, Any]:
        reply = self._request(f"/gradio_api/run/page_{event}", json={"data": [message]})
        if reply.status_code == httpx.codes.UNAUTHORIZED:
            self.log_in()
            return self._call(event, message)
        if not reply.is_success:
            raise Unanswered(f"{reply.status_code} {reply.text[:100]}")
        answer: dict[str, Any] = reply.json()["data"][0]
        return answer

    def _request(self, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        deadline = time.perf_counter() + self._patience
        while True:
            try:
                reply = self._client.post(path, **body)
                if reply.status_code not in GATEWAY or time.perf_counter() > deadline:
                    return reply
            except httpx.TransportError as error:
                if time.perf_counter() > deadline:
                    raise Unanswered(repr(error)) from error
            self.interruptions += 1
            time.sleep(PAUSE)


def _problem(reply: httpx.Response) -> str:
    shown = re.search(r'role="alert">([^<]*)', reply.text)
    return shown[1] if shown else reply.text[:100]
