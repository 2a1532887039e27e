"""Messages -> reply chunks, through LlamaIndex's OpenAI class; heavy, so imported with the first question."""

import contextlib
import socket
from collections.abc import Iterator

import httpx
from llama_index.core.base.llms.types import ChatMessage, LLMMetadata
from llama_index.llms.openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.llm.limits import Limits
from rag.prompts import Messages
from rag.settings import Settings

HTTP_MARGIN = 2.0
"""Seconds by which the HTTP timeout exceeds ours, so that the user sees our error and not that of httpx."""


class OpenAIChat(OpenAI):
    """LlamaIndex's client for any model name and any server of the protocol; sends no parameters of its own."""

    def __init__(self, choice: ModelChoice, seconds: float, http: httpx.Client, parameters: dict[str, object]) -> None:
        # LlamaIndex and the SDK below it would both retry: 12 requests for one.
        super().__init__(
            model=choice.name,
            api_key=choice.key,
            api_base=choice.address,
            max_retries=0,
            timeout=seconds,
            http_client=http,
            additional_kwargs=parameters,
        )

    @property
    def metadata(self) -> LLMMetadata:
        """Required by LlamaIndex, whose own table raises for unknown names."""
        return LLMMetadata(is_chat_model=True, model_name=self.model)

    def _get_model_kwargs(self, **kwargs: object) -> dict[str, object]:
        # LlamaIndex adds a temperature and a max_tokens that newer models refuse.
        return {"model": self.model, **kwargs, **self.additional_kwargs}


class Call:
    """One request, with a connection of its own, so that closing it ends no other.

    Args:
        choice: the model and its address.
        limits: of that model.
        settings: the timeouts.
        parameters: of the request beside model, messages and stream.

    Raises:
        ModelError: the model has no chat protocol.
    """

    def __init__(self, choice: ModelChoice, limits: Limits, settings: Settings, parameters: dict[str, object]) -> None:
        self.content_type = ""
        """Of the response; empty before it."""
        self.accepted = False
        """Whether the server accepted the request, so that its tokens are charged."""
        self._response: httpx.Response | None = None
        local = choice.kind == "gguf"
        waiting = settings.total_seconds if local else max(settings.first_seconds, settings.idle_seconds)
        seconds = waiting + HTTP_MARGIN
        self._http = http_client(choice, seconds)
        self._http.event_hooks = {"response": [self._begin]}
        try:
            self._chat = OpenAIChat(choice, seconds, self._http, parameters)
        except ValueError as error:
            raise ModelError(f"{limits.name} does not speak the chat protocol. Set RAG_LLM to another.") from error

    def chunks(self, messages: Messages) -> Iterator[ChatCompletionChunk]:
        """The raw chunks, which have the finish reason and refusals that LlamaIndex hides."""
        chat = [ChatMessage(role="system", content=_sendable(messages.system))]
        chat.append(ChatMessage(role="user", content=_sendable(messages.user)))
        for response in self._chat.stream_chat(chat):
            yield response.raw

    def close(self) -> None:
        """End the request now, also while another thread reads it, so that the server stops writing and charging."""
        if self._response is not None and "network_stream" in self._response.extensions:
            connection = self._response.extensions["network_stream"].get_extra_info("socket")
            if connection is not None:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._http.close()

    def _begin(self, response: httpx.Response) -> None:
        self._response = response
        self.accepted = response.is_success
        self.content_type = response.headers.get("content-type", "")


def http_client(choice: ModelChoice, seconds: float) -> httpx.Client:
    """A connection pool for one model with this timeout."""
    return httpx.Client(timeout=seconds, follow_redirects=True, trust_env=not choice.on_this_machine)


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be sent


def list_models(choice: ModelChoice, settings: Settings) -> tuple[str, ...]:
    """Names of the models that a server lists."""
    import openai

    http = http_client(choice, settings.first_seconds)
    with openai.OpenAI(api_key=choice.key, base_url=choice.address, max_retries=0, http_client=http) as client:
        return tuple(model.id for model in client.models.list())
