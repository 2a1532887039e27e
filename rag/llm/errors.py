"""Whatever goes wrong between us and a model -> one sentence that says what to do; the only place that knows how."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import Choice

if TYPE_CHECKING:
    import openai

LONGEST_PAUSE = 20.0
"""Seconds of Retry-After obeyed; a server that asks for more is taken for unreachable."""
SHOWN = 200
"""Characters of a server's own message shown."""


def translate(error: Exception, choice: Choice) -> ModelError | None:
    """What an error of the client means for a reader; None when it is none of the client's.

    Args:
        error: raised by the openai package, httpx, or a parser below them.
        choice: the model that was asked.
    """
    import httpx
    import openai

    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelError(f"{_where(choice)} did not answer in time. Is it overloaded? Ask again.", retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _status(error, choice)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.StreamError):
        return ModelError(f"{_where(choice)} broke off in the middle of its reply. Ask again.", retryable=True)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError | httpx.InvalidURL):
        return _unreachable(error, choice)
    if isinstance(error, openai.APIError):
        return ModelError(f"{_where(choice)} broke off with an error: {_said(error)}", retryable=True)
    # A body that is no such reply fails wherever the client first touches it.
    nonsense = (json.JSONDecodeError, UnicodeDecodeError, AttributeError, IndexError, KeyError, TypeError, ValueError)
    return strange(choice) if isinstance(error, (*nonsense, httpx.HTTPError)) else None


def strange(choice: Choice, seen: str = "") -> ModelError:
    """The server answers, but not in the OpenAI protocol.

    Args:
        choice: the model that was asked.
        seen: the content type that came instead, if known.
    """
    told = f" It sent {seen}." if seen else ""
    return ModelError(
        f"{_where(choice)} does not answer in the OpenAI protocol.{told} Check OPENAI_BASE_URL; most end in /v1."
    )


def _where(choice: Choice) -> str:
    return "The local model" if choice.kind == "gguf" else f"The server {choice.address}"


def _unreachable(error: Exception, choice: Choice) -> ModelError:
    cause = str(error.__cause__ or error) or type(error).__name__
    refused = "refused" in cause.lower()
    advice = "Is it running?" if refused else "Check OPENAI_BASE_URL and the network."
    if choice.kind == "openai":
        advice = "Check the network."
    return ModelError(f"{_where(choice)} could not be reached ({cause[:SHOWN]}). {advice}", retryable=not refused)


def _status(error: "openai.APIStatusError", choice: Choice) -> ModelError:
    status = error.status_code
    if status == 429:
        return _too_many(error, choice)
    if status >= 500 or status in (408, 409, 425):
        text = f"{_where(choice)} has trouble of its own (HTTP {status}). Ask again later."
        return ModelError(text, retryable=True, pause=_pause(error))
    return ModelError(_REFUSALS.get(status, _other)(error, choice))


def _too_many(error: "openai.APIStatusError", choice: Choice) -> ModelError:
    if "quota" in str(error.code) or "billing" in _said(error).lower():
        return ModelError(f"The account at {choice.address} has no credit left. Add some, or set RAG_LLM=quotes.")
    pause = _pause(error)
    if pause is not None and pause > LONGEST_PAUSE:
        return ModelError(f"{_where(choice)} asks to wait {pause:.0f} s before the next question.")
    text = f"{_where(choice)} is asked too often (HTTP 429). Ask again in a minute."
    return ModelError(text, retryable=True, pause=pause)


def _pause(error: "openai.APIStatusError") -> float | None:
    for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(error.response.headers[header]) * scale)
        except (KeyError, ValueError):
            continue
    return None


def _no_entry(_: "openai.APIStatusError", choice: Choice) -> str:
    return f"{_where(choice)} refuses the key. Set OPENAI_API_KEY to a valid one."


def _forbidden(error: "openai.APIStatusError", choice: Choice) -> str:
    return f"{_where(choice)} does not let this key use {choice.name!r}: {_said(error)}"


def _not_there(error: "openai.APIStatusError", choice: Choice) -> str:
    if "model" in _said(error).lower() or "model" in str(error.code):
        return f"{_where(choice)} knows no model {choice.name!r}. Set RAG_LLM=openai:MODEL to one it has."
    return f"{_where(choice)} has no chat there (HTTP 404). Check OPENAI_BASE_URL; most end in /v1."


def _other(error: "openai.APIStatusError", choice: Choice) -> str:
    said = _said(error)
    if any(sign in f"{error.code} {said}".lower() for sign in ("context_length", "context size", "maximum context")):
        return f"{choice.name} cannot hold so long a prompt. Set RAG_CONTEXT_WINDOW to what it holds."
    if "content_filter" in f"{error.code} {said}":
        return f"{_where(choice)} filtered the question or the articles out."
    return f"{_where(choice)} refused the request (HTTP {error.status_code}): {said}"


_REFUSALS: dict[int, Callable[["openai.APIStatusError", Choice], str]] = {
    401: _no_entry,
    403: _forbidden,
    404: _not_there,
}


def _said(error: "openai.APIError") -> str:
    body = error.body
    told = body.get("message") if isinstance(body, dict) else None
    text = " ".join(str(told or error.message).split())
    return (text[:SHOWN] + " …" if len(text) > SHOWN else text) or "no reason given"
