"""What servers send for a chat completion -> events of the OpenAI protocol, as the packages above expect them.

A byte order mark, JSON instead of a stream, `choices: null`, content in parts, finish reasons in other words: each is
put right here. What is no JSON is passed on as it came, so that it fails where everything malformed fails.
"""

import codecs
import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import cast

import httpx

PATH = "/chat/completions"
DONE = "[DONE]"
Event = dict[str, object]
FINISH = {
    "stop": "stop eos eos_token stop_sequence end_turn end stop_token complete completed finished finish done success",
    "length": "length max_tokens max_output_tokens max_completion_tokens model_length token_limit length_limit",
    "content_filter": "content_filter safety recitation blocklist prohibited_content sensitive refusal",
}
"""The protocol's finish reasons, and what servers call them; others are passed on in lower case."""
_FINISH = {name: reason for reason, names in FINISH.items() for name in names.split()}
_MESSAGES = ("message", "detail", "msg", "error_msg", "errorMessage")
"""Where servers put the text of an error."""
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
_TEXTS = ("text", "value", "thinking", "reasoning", "summary", "content")
_DATA = re.compile(r"(?:data:\s*)+")
_FIELD = re.compile(r"(?::|event:|id:|retry:)")


class NormalizingTransport(httpx.BaseTransport):
    """A transport whose successful replies to chat completions are in the protocol, whatever the server sent.

    Args:
        inner: sends the requests.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; see `httpx.BaseTransport`."""
        response = self._inner.handle_request(request)
        if not response.is_success or not request.url.path.endswith(PATH):
            return response
        kept = {name: value for name, value in response.headers.items() if name not in _OF_THE_BODY}
        events = _Events(response)
        return httpx.Response(response.status_code, headers=kept, stream=events, extensions=response.extensions)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


_OF_THE_BODY = {"content-length", "content-encoding", "transfer-encoding"}


class _Events(httpx.SyncByteStream):
    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        for event in normalize_events(self._response.iter_bytes()):
            yield f"data: {event}\n\n".encode()

    def close(self) -> None:
        self._response.close()


def normalize_events(body: Iterable[bytes]) -> Iterator[str]:
    """The data of each event of a body: JSON objects of the protocol.

    Args:
        body: of a successful response, cut anywhere.
    """
    reasons: list[object] = []
    for data in _data(_lines(body)):
        if data == DONE:
            if reasons and not any(reasons):
                yield json.dumps(_chunk({"choices": [{"finish_reason": "stop"}]}))
            return
        event = _parse(data)
        if not isinstance(event, dict):
            yield data
            continue
        chunk = _error(event) or _chunk(event)
        reasons += [choice["finish_reason"] for choice in cast("list[Event]", chunk.get("choices", []))]
        yield json.dumps(chunk)


def _lines(body: Iterable[bytes]) -> Iterator[str]:
    """Lines, each as soon as its end came; `str.splitlines` would also cut at U+2028 inside a string of JSON."""
    decoder, held = codecs.getincrementaldecoder("utf-8-sig")("replace"), ""
    for part in body:
        *whole, held = re.split(r"\r\n|\n|\r(?=.)", held + decoder.decode(part), flags=re.DOTALL)
        yield from whole
    yield from re.split(r"\r\n|\n|\r", held + decoder.decode(b"", final=True))


def _data(lines: Iterable[str]) -> Iterator[str]:
    """The data of each event; a body of JSON is one event, or one a line."""
    held: list[str] = []
    bare: list[str] = []
    for line in lines:
        if found := _DATA.match(line):
            held.append(line[found.end() :].strip())
            if held[-1] == DONE or _parse("\n".join(held)) is not None:
                yield "\n".join(held)
                held.clear()
        elif not line.strip():
            yield from held and ["\n".join(held)]
            held.clear()
        elif not _FIELD.match(line):
            bare.append(line.lstrip("\ufeff"))
    yield from held and ["\n".join(held)]
    yield from _bare(bare)


def _bare(lines: list[str]) -> Iterator[str]:
    """Lines outside of events, where they are JSON: a whole reply, which needs no other end, or one object a line."""
    whole = "\n".join(lines)
    if isinstance(_parse(whole), dict):
        yield from (whole, DONE)
    else:
        yield from (line for line in lines if isinstance(_parse(line), dict))


def _parse(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return None
    return parsed


def _error(event: Event) -> Event | None:
    """The error that an event reports, as an object of the protocol."""
    choices = event.get("choices")
    inner = choices[0].get("error") if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
    error = event.get("error") or inner
    if not error and not choices and any(event.get(name) for name in _MESSAGES):
        error = event
    if not error:
        return None
    reported = dict(error) if isinstance(error, dict) else {"message": str(error), "type": event.get("error_type")}
    message = next((reported[name] for name in _MESSAGES if reported.get(name)), error)
    return {"error": {**reported, "message": message if isinstance(message, str) else json.dumps(message)}}


def _chunk(event: Event) -> Event:
    """An event as a chunk: a list of choices, each with a delta; the text of a whole reply is one delta."""
    choices = event.get("choices")
    kept = [_choice(choice) for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []
    identity = {"id": "", "object": "chat.completion.chunk", "created": 0, "model": str(event.get("model") or "")}
    return {**identity, "choices": kept, "usage": _usage(event)}


def _choice(choice: Event) -> Event:
    delta = choice.get("delta") or choice.get("message") or {"content": choice.get("text")}
    word = str(choice.get("finish_reason") or "").strip().lower()
    return {
        "index": choice.get("index") or 0,
        "delta": _delta(delta if isinstance(delta, dict) else {"content": delta}),
        "finish_reason": _FINISH.get(word, word) or None,
    }


def _delta(delta: Event) -> Event:
    """Content as text, and the thoughts beside it; nothing else of a delta is read."""
    content = delta.get("content")
    texts = [_part(part) for part in _listed(content)] if isinstance(content, list | dict) else []
    thoughts = [_part(part)[0] for name in _THOUGHTS for part in _listed(delta.get(name))]
    return {
        "content": "".join(text for text, thought in texts if not thought) if texts else content or "",
        "reasoning_content": "".join((*thoughts, *(text for text, thought in texts if thought))),
        "refusal": str(delta.get("refusal") or "") or None,
    }


def _listed(content: object) -> list[object]:
    return content if isinstance(content, list) else [content] if content else []


def _part(part: object) -> tuple[str, bool]:
    """The text of a part of content, and whether it is a thought."""
    if not isinstance(part, dict):
        return str(part or ""), False
    kind = str(part.get("type") or "text")
    thought = "think" in kind or "reason" in kind
    inner = next((part[name] for name in _TEXTS if part.get(name)), "")
    if isinstance(inner, list | dict):
        inner = "".join(_part(one)[0] for one in _listed(inner))
    return (str(inner), thought) if thought or "text" in kind else ("", False)


def _usage(event: Event) -> Event | None:
    usage = event.get("usage")
    groq = event.get("x_groq")
    usage = usage or (groq.get("usage") if isinstance(groq, dict) else None)
    if not isinstance(usage, dict):
        return None
    prompt = _count(usage.get("prompt_tokens") or usage.get("input_tokens"))
    completion = _count(usage.get("completion_tokens") or usage.get("output_tokens"))
    # Gemini counts thoughts in the total alone.
    total = max(prompt + completion, _count(usage.get("total_tokens")) if prompt else 0)
    details = usage.get("completion_tokens_details") or usage.get("output_tokens_details")
    named = _count(details.get("reasoning_tokens")) if isinstance(details, dict) else 0
    thoughts = {"reasoning_tokens": max(named, total - prompt - completion)}
    counts = {"prompt_tokens": prompt, "completion_tokens": total - prompt, "total_tokens": total}
    return {**counts, "completion_tokens_details": thoughts}


def _count(value: object) -> int:
    return max(0, int(value)) if isinstance(value, int | float) and math.isfinite(value) else 0
