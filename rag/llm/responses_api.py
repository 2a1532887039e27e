"""Messages -> reply chunks of a model that is offered by the Responses API only, as chunks of a chat completion."""

from collections.abc import Iterator

import httpx
import openai
from openai.resources.responses import Responses
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from rag.llm.choice import ModelChoice
from rag.prompts import Messages

_REASONS = {"max_output_tokens": "length", "content_filter": "content_filter"}


def stream_response(
    choice: ModelChoice, http: httpx.Client, messages: Messages, parameters: dict[str, object]
) -> Iterator[ChatCompletionChunk]:
    """The chunks of one reply.

    Args:
        choice: the model and its address.
        http: the connection.
        messages: the prompt.
        parameters: of the request beside model, input and stream.

    Raises:
        Exception: one of `client_errors`.
    """
    client = openai.OpenAI(api_key=choice.key, base_url=choice.address, max_retries=0, http_client=http)
    instructions = messages.system or openai.omit
    for event in Responses(client).create(
        model=choice.name, instructions=instructions, input=messages.user, stream=True, extra_body=parameters
    ):
        yield _chunk_of(event, http)


def _chunk_of(event: ResponseStreamEvent, http: httpx.Client) -> ChatCompletionChunk:
    """One event as a chunk, which is empty for events that say nothing of the text.

    Raises:
        openai.APIError: the server reports that it failed.
    """
    if event.type == "response.output_text.delta":
        return _chunk(content=event.delta)
    if event.type in ("response.reasoning_text.delta", "response.reasoning_summary_text.delta"):
        return _chunk(reasoning_content=event.delta)
    if event.type == "response.refusal.delta":
        return _chunk(refusal=event.delta)
    if event.type in ("response.completed", "response.incomplete"):
        return _last_chunk(event.response)
    if event.type in ("response.failed", "error"):
        error = event.response.error if event.type == "response.failed" else event
        message = error.message if error else "no reason given"
        request = http.build_request("POST", "/responses")
        raise openai.APIError(message, request, body={"message": message, "code": error.code if error else None})
    return _chunk()


def _last_chunk(response: Response) -> ChatCompletionChunk:
    details = response.incomplete_details
    reason = _REASONS.get(str(details.reason), "length") if details and details.reason else "stop"
    chunk = _chunk(finish=reason)
    if response.usage is None:
        return chunk
    sent, received = response.usage.input_tokens or 0, response.usage.output_tokens or 0
    thoughts = response.usage.output_tokens_details
    usage = {
        "prompt_tokens": sent,
        "completion_tokens": received,
        "total_tokens": sent + received,
        "completion_tokens_details": {"reasoning_tokens": thoughts.reasoning_tokens if thoughts else 0},
    }
    return ChatCompletionChunk.model_validate({**chunk.model_dump(), "usage": usage})


def _chunk(finish: str | None = None, **delta: str) -> ChatCompletionChunk:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    values = {"id": "", "object": "chat.completion.chunk", "created": 0, "model": "", "choices": [choice]}
    return ChatCompletionChunk.model_validate(values)
