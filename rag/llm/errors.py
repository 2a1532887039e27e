"""Errors of the openai package and of httpx -> ModelError with what to do about it; the only place that translates."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import ModelChoice

if TYPE_CHECKING:
    import openai

LONGEST_PAUSE = 20.0
"""Seconds of Retry-After that are waited; a server that asks for more fails at once."""
MESSAGE_LENGTH = 200
"""Characters shown of a server's own message."""


def client_errors() -> tuple[type[Exception], ...]:
    """Every error of a request to a model; `translate` knows what each means.

    A response outside the protocol fails wherever the client first reads it, hence the built-in errors.
    """
    import httpx
    import openai

    foreign = (openai.APIError, httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)
    return *foreign, AttributeError, LookupError, TypeError, ValueError


def translate(error: Exception, choice: ModelChoice) -> ModelError:
    """The error of ours for one of `client_errors`.

    Args:
        error: raised by the openai package, httpx, or a parser below them.
        choice: the model of the request.
    """
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelError(f"{_server(choice)} did not answer in time. Is it overloaded? Ask again.", retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _status(error, choice)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.StreamError):
        return ModelError(f"{_server(choice)} broke off in the middle of its reply. Ask again.", retryable=True)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError | httpx.InvalidURL):
        return _unreachable(error, choice)
    if isinstance(error, openai.APIError):
        return ModelError(f"{_server(choice)} broke off with an error: {_message(error)}", retryable=True)
    return protocol_error(choice)


def protocol_error(choice: ModelChoice, content_type: str = "") -> ModelError:
    """The server answers, but not in the OpenAI protocol.

    Args:
        choice: the model of the request.
        content_type: of the response, if known.
    """
    sent = f" It sent {content_type}." if content_type else ""
    return ModelError(
        f"{_server(choice)} does not answer in the OpenAI protocol.{sent} Check OPENAI_BASE_URL; most end in /v1."
    )


def _server(choice: ModelChoice) -> str:
    return "The local model" if choice.kind == "gguf" else f"The server {choice.address}"


def _unreachable(error: Exception, choice: ModelChoice) -> ModelError:
    cause = str(error.__cause__ or error) or type(error).__name__
    refused = "refused" in cause.lower()
    advice = "Is it running?" if refused else "Check OPENAI_BASE_URL and the network."
    if choice.kind == "openai":
        advice = "Check the network."
    return ModelError(
        f"{_server(choice)} could not be reached ({cause[:MESSAGE_LENGTH]}). {advice}", retryable=not refused
    )


def _status(error: "openai.APIStatusError", choice: ModelChoice) -> ModelError:
    status = error.status_code
    if status == 429:
        return _rate_limited(error, choice)
    if status >= 500 or status in (408, 409, 425):
        text = f"{_server(choice)} has trouble of its own (HTTP {status}). Ask again later."
        return ModelError(text, retryable=True, pause=_pause(error))
    return ModelError(_REFUSALS.get(status, _bad_request)(error, choice))


def _rate_limited(error: "openai.APIStatusError", choice: ModelChoice) -> ModelError:
    if "quota" in str(error.code) or "billing" in _message(error).lower():
        return ModelError(f"The account at {choice.address} has no credit left. Add some, or set RAG_LLM=quotes.")
    pause = _pause(error)
    if pause is not None and pause > LONGEST_PAUSE:
        return ModelError(f"{_server(choice)} asks to wait {pause:.0f} s before the next question.")
    text = f"{_server(choice)} is asked too often (HTTP 429). Ask again in a minute."
    return ModelError(text, retryable=True, pause=pause)


def _pause(error: "openai.APIStatusError") -> float | None:
    for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(error.response.headers[header]) * scale)
        except (KeyError, ValueError):
            continue
    return None


def _unauthorized(_: "openai.APIStatusError", choice: ModelChoice) -> str:
    return f"{_server(choice)} refuses the key. Set OPENAI_API_KEY to a valid one."


def _forbidden(error: "openai.APIStatusError", choice: ModelChoice) -> str:
    return f"{_server(choice)} does not let this key use {choice.name!r}: {_message(error)}"


def _not_found(error: "openai.APIStatusError", choice: ModelChoice) -> str:
    if "model" in _message(error).lower() or "model" in str(error.code):
        return f"{_server(choice)} knows no model {choice.name!r}. Set RAG_LLM=openai:MODEL to one it has."
    return f"{_server(choice)} has no chat there (HTTP 404). Check OPENAI_BASE_URL; most end in /v1."


def _bad_request(error: "openai.APIStatusError", choice: ModelChoice) -> str:
    message = _message(error)
    if any(sign in f"{error.code} {message}".lower() for sign in ("context_length", "context size", "maximum context")):
        return f"{choice.name} cannot hold so long a prompt. Set RAG_CONTEXT_WINDOW to what it holds."
    if "content_filter" in f"{error.code} {message}":
        return f"{_server(choice)} filtered the question or the articles out."
    return f"{_server(choice)} refused the request (HTTP {error.status_code}): {message}"


_REFUSALS: dict[int, Callable[["openai.APIStatusError", ModelChoice], str]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
}


def _message(error: "openai.APIError") -> str:
    body = error.body
    own = body.get("message") if isinstance(body, dict) else None
    text = " ".join(str(own or error.message).split())
    return (text[:MESSAGE_LENGTH] + " …" if len(text) > MESSAGE_LENGTH else text) or "no reason given"
