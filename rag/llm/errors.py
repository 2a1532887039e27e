"""Errors of the openai package and of httpx -> ModelError with what to do about it; the only place that translates."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.llm.retry_after import pause_of

if TYPE_CHECKING:
    import openai

LONGEST_PAUSE = 20.0
"""Seconds of Retry-After that are waited; a server that asks for more fails at once."""
MESSAGE_LENGTH = 200
"""Characters shown of a server's own message."""
PAGE_LENGTH = 60
"""Characters shown of the title of a page that came instead of one."""
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window|limit|overflow)|maximum context|exceed_context|n_ctx"
    r"|(?:prompt|input|request|messages?)\b.{0,40}\btoo (?:long|large|big)|too many (?:input |total )?tokens"
    r"|token(?:s| count)\b.{0,80}(?:exceed|must (?:be|have)|less than|longer than|maximum|at most|<=|>)"
    r"|less than \d+ tokens"
    r"|reduce (?:the length|your (?:message|prompt|input))|input is too long|length exceeds",
    re.IGNORECASE | re.DOTALL,
)
"""A prompt that does not fit, as OpenAI, vLLM, SGLang, llama.cpp, LM Studio, Groq, Anthropic, TGI, Gemini say it."""
_LENGTH = re.compile(r"\bmax_(?:completion_|output_)?tokens\b")
"""The parameter that bounds a reply; a limit of it says nothing of the prompt."""
_WINDOW = re.compile(
    r"(?:context limit: \d+ \+ \d+ >|context (?:length|size|window|limit)(?: is| of)?(?: only)?|tokens >|must be <="
    r"|must have less than|tokens allowed|n_ctx\W+|model with)[\s(:]*(\d{3,8})",
    re.IGNORECASE,
)
_NO_CHAT = re.compile(
    r"not (?:a )?chat model|not support (?:chat|generate|text generation)|only supports? embedding"
    r"|embedding model|did you mean to use v1/completions|no chat template|chat template .{0,40}(?:not|required)",
    re.IGNORECASE | re.DOTALL,
)


def client_errors() -> tuple[type[Exception], ...]:
    """Every error of a request to a model; `translate` knows what each means.

    A response outside the protocol fails wherever the client first reads it, hence the built-in errors.
    """
    import httpx
    import openai

    foreign = (openai.APIError, httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)
    return *foreign, AttributeError, LookupError, OSError, TypeError, ValueError


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
        return _status(error, choice, error.status_code)
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.StreamError):
        return ModelError(f"{_server(choice)} broke off in the middle of its reply. Ask again.", retryable=True)
    if isinstance(error, openai.APIConnectionError | httpx.TransportError | httpx.InvalidURL | OSError):
        return _unreachable(error, choice)
    if isinstance(error, openai.APIError):
        return _reported(error, choice)
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


def is_too_long(error: "openai.APIError") -> bool:
    """Whether an error says that the prompt does not fit."""
    return any(_TOO_LONG.search(_LENGTH.sub("", text)) for text in (f"{error.code} {error.type}", _words(error)))


def is_no_chat(error: Exception) -> bool:
    """Whether an error says that the model embeds, or only completes, and does not chat."""
    import openai

    return isinstance(error, openai.APIError) and bool(_NO_CHAT.search(f"{error.message} {error.body}"))


def is_no_model(error: Exception) -> bool:
    """Whether an error says that the server knows no model of this name."""
    return getattr(error, "status_code", None) == 404 and "model" in str(getattr(error, "body", "")).lower()


def _unreachable(error: Exception, choice: ModelChoice) -> ModelError:
    from rag.llm.network import proxy_of, without_password

    cause = str(error.__cause__ or error) or type(error).__name__
    refused = "refused" in cause.lower()
    advice = "Is it running?" if refused else "Check OPENAI_BASE_URL and the network."
    if choice.kind == "openai":
        advice = "Check the network."
    if proxy := proxy_of(choice):
        advice = f"Check the proxy {without_password(proxy)}, or name the server in NO_PROXY."
    if "CERTIFICATE_VERIFY_FAILED" in cause:
        advice = "Set SSL_CERT_FILE to the file of the CA that signed its certificate."
    elif "WRONG_VERSION_NUMBER" in cause or "record layer" in cause.lower():
        advice = "Does it speak http:// and not https://? Correct OPENAI_BASE_URL."
    lasting = refused or "SSL" in cause
    return ModelError(
        f"{_server(choice)} could not be reached ({cause[:MESSAGE_LENGTH]}). {advice}", retryable=not lasting
    )


def _status(error: "openai.APIError", choice: ModelChoice, status: int) -> ModelError:
    if status != 429 and (text := _lasting(error, choice)):
        return ModelError(text)
    if status == 429:
        return _rate_limited(error, choice)
    if status >= 500 or status in (408, 409, 425):
        text = f"{_server(choice)} has trouble of its own (HTTP {status}). Ask again later."
        return _after_pause(ModelError(text, retryable=True, pause=pause_of(error, _message(error))), choice)
    return ModelError(_REFUSALS.get(status, _bad_request)(error, choice))


def _lasting(error: "openai.APIError", choice: ModelChoice) -> str:
    """What is wrong with the request whatever the status; empty for nothing known."""
    if is_too_long(error):
        window = _WINDOW.search(_words(error))
        setting = f"RAG_CONTEXT_WINDOW={window.group(1)}" if window else "RAG_CONTEXT_WINDOW to what it holds"
        return f"{choice.name} cannot hold so long a prompt. Set {setting}."
    if is_no_chat(error):
        return f"{choice.name} does not chat. Set RAG_LLM=openai:MODEL."
    if "content_filter" in f"{error.code} {_message(error)}":
        return f"{_server(choice)} filtered the question or the articles out."
    return ""


def _reported(error: "openai.APIError", choice: ModelChoice) -> ModelError:
    """An error that came in a reply of status 200; its code may be a status."""
    codes = f"{error.code} {error.type}".lower()
    if status := next((status for status in _WORDS if any(word in codes for word in _WORDS[status])), 0):
        return _status(error, choice, status)
    if text := _lasting(error, choice):
        return ModelError(text)
    return ModelError(f"{_server(choice)} broke off with an error: {_message(error)}", retryable=True)


_WORDS = {
    429: ("429", "rate_limit", "too_many_requests", "insufficient_quota", "resource_exhausted"),
    401: ("401", "invalid_api_key", "authentication", "unauthorized"),
    403: ("403", "permission"),
    404: ("404", "model_not_found", "not_found_error"),
    400: ("400", "invalid_request"),
    503: ("500", "502", "503", "529", "overloaded", "unavailable"),
}
"""Statuses, and the codes and types of errors that mean them."""


def _rate_limited(error: "openai.APIError", choice: ModelChoice) -> ModelError:
    pause = pause_of(error, _message(error))
    spent = "quota" in str(error.code) or "billing" in _message(error).lower()
    if spent and pause is None:
        return ModelError(f"The account at {choice.address} has no credit left. Add some, or set RAG_LLM=quotes.")
    text = f"{_server(choice)} is asked too often (HTTP 429). Ask again in a minute."
    return _after_pause(ModelError(text, retryable=True, pause=pause), choice)


def _after_pause(error: ModelError, choice: ModelChoice) -> ModelError:
    """The error, or a lasting one where the server asks for a long pause."""
    if error.pause is None or error.pause <= LONGEST_PAUSE:
        return error
    return ModelError(f"{_server(choice)} asks to wait {error.pause:.0f} s before the next question.")


def _unauthorized(_: "openai.APIError", choice: ModelChoice) -> str:
    return f"{_server(choice)} refuses the key. Set OPENAI_API_KEY to a valid one."


def _forbidden(error: "openai.APIError", choice: ModelChoice) -> str:
    return f"{_server(choice)} does not let this key use {choice.name!r}: {_message(error)}"


def _not_found(error: "openai.APIError", choice: ModelChoice) -> str:
    if "model" in _message(error).lower() or "model" in str(error.code):
        return f"{_server(choice)} knows no model {choice.name!r}. Set RAG_LLM=openai:MODEL to one it has."
    return f"{_server(choice)} has no chat there (HTTP 404). Check OPENAI_BASE_URL; most end in /v1."


def _too_large(_: "openai.APIError", choice: ModelChoice) -> str:
    return f"{_server(choice)} takes no request so long. Lower RAG_EVIDENCE_TOKENS."


def _bad_request(error: "openai.APIError", choice: ModelChoice) -> str:
    status = getattr(error, "status_code", 200)
    return f"{_server(choice)} refused the request (HTTP {status}): {_message(error)}"


_REFUSALS: dict[int, Callable[["openai.APIError", ModelChoice], str]] = {
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    405: _not_found,
    413: _too_large,
}


def _message(error: "openai.APIError") -> str:
    """The server's own words on one line, shortened; of a page, its title."""
    text = " ".join(_page_title(_words(error)).split())
    return (text[:MESSAGE_LENGTH] + " …" if len(text) > MESSAGE_LENGTH else text) or "no reason given"


def _words(error: "openai.APIError") -> str:
    body = error.body
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "msg") if body.get(name)), "")
    return str(body or error.message)


def _page_title(text: str) -> str:
    """The title of an HTML page, or its first words; any other text as it is."""
    if not text.lstrip("\ufeff \r\n\t").lower().startswith(("<!doctype", "<html", "<head", "<body", "<center", "<h1")):
        return text
    from lxml import html

    page = html.fromstring(text)
    title = page.findtext(".//title") or page.findtext(".//h1") or page.text_content()
    return f"a web page, “{' '.join(title.split())[:PAGE_LENGTH]}”"
