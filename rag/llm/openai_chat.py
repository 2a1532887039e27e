"""Messages -> reply chunks, through LlamaIndex's OpenAI class or the Responses API; heavy, so imported late."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace

import httpx
from llama_index.core.base.llms.types import ChatMessage, LLMMetadata
from llama_index.llms.openai import OpenAI
from llama_index.llms.openai.utils import is_chatcomp_api_supported
from openai.types.chat import ChatCompletionChunk

from rag.llm.choice import ModelChoice
from rag.llm.manner import Manner
from rag.llm.network import http_client
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
        settings: the timeouts.
        manner: how the server wants to be asked.
        tokens: longest reply.

    Raises:
        ModelError: the proxy or the certificates of the environment cannot be used.
    """

    def __init__(self, choice: ModelChoice, settings: Settings, manner: Manner, tokens: int) -> None:
        self.content_type = ""
        """Of the response; empty before it."""
        self.accepted = False
        """Whether the server accepted the request, so that its tokens are charged."""
        chats = manner.protocol == "responses" or is_chatcomp_api_supported(choice.name)
        self.manner = manner if chats else replace(manner, protocol="responses")
        """How the server is asked."""
        if self.manner.protocol == "responses":
            import rag.llm.responses_api  # noqa: F401 - its import takes a second, which is not the server's
        self.choice = choice
        """Whom it asks."""
        self._parameters = self.manner.parameters(tokens)
        self._response: httpx.Response | None = None
        local = choice.kind == "gguf"
        waiting = settings.total_seconds if local else max(settings.first_seconds, settings.idle_seconds)
        self._seconds = waiting + HTTP_MARGIN
        self._http = http_client(choice, self._seconds)
        self._http.event_hooks = {"response": [self._begin]}

    def chunks(self, messages: Messages) -> Iterator[ChatCompletionChunk]:
        """The raw chunks, which have the finish reason and refusals that LlamaIndex hides."""
        sent = Messages(*map(_sendable, self.manner.messages(messages)))
        if self.manner.protocol == "responses":
            from rag.llm.responses_api import stream_response

            yield from stream_response(self.choice, self._http, sent, self._parameters)
            return
        chat = OpenAIChat(self.choice, self._seconds, self._http, self._parameters)
        roles = [("system", sent.system)] if sent.system else []
        for response in chat.stream_chat(
            [ChatMessage(role=role, content=text) for role, text in (*roles, ("user", sent.user))]
        ):
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


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be sent
