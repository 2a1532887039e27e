"""Messages -> reply chunks, through LlamaIndex's OpenAI class with its traps closed; heavy, so imported when asked."""

import contextlib
import socket
from collections.abc import Iterator

import httpx
from llama_index.core.base.llms.types import ChatMessage, LLMMetadata
from llama_index.llms.openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from rag.errors import ModelError
from rag.llm.choice import Choice
from rag.llm.limits import Limits
from rag.prompts import Messages
from rag.settings import Settings

BEHIND = 2.0
"""Seconds by which a connection outlives our patience with it, so that the reader is told what we know."""


class Chat(OpenAI):
    """LlamaIndex's client for any model name and any server of the protocol, sending only what it is told to send."""

    def __init__(self, choice: Choice, seconds: float, http: httpx.Client, sent: dict[str, object]) -> None:
        # max_retries=0 stops LlamaIndex and the SDK below it from both retrying: 12 requests for one.
        super().__init__(
            model=choice.name,
            api_key=choice.key,
            api_base=choice.address,
            max_retries=0,
            timeout=seconds,
            http_client=http,
            additional_kwargs=sent,
        )

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex wants to know; its own table raises for names it does not list."""
        return LLMMetadata(is_chat_model=True, model_name=self.model)

    def _get_model_kwargs(self, **kwargs: object) -> dict[str, object]:
        # Its own adds a temperature and a max_tokens that newer models refuse.
        return {"model": self.model, **kwargs, **self.additional_kwargs}


class Call:
    """One request, from the connection to the last chunk; made anew for each, so that closing it ends just that one.

    Args:
        choice: the model and how it is reached.
        limits: of that model.
        settings: how long to wait.
        sent: parameters of the request beside model, messages and stream.

    Raises:
        ModelError: the model speaks only another protocol.
    """

    def __init__(self, choice: Choice, limits: Limits, settings: Settings, sent: dict[str, object]) -> None:
        self.content_type = ""
        """Of the response, once there is one."""
        self.accepted = False
        """Whether the server took the request, so that its tokens may cost something."""
        self._response: httpx.Response | None = None
        local = choice.kind == "gguf"
        patient = settings.total_seconds if local else max(settings.first_seconds, settings.idle_seconds)
        longest = patient + BEHIND
        self._http = connect(choice, longest)
        self._http.event_hooks = {"response": [self._begin]}
        try:
            self._chat = Chat(choice, longest, self._http, sent)
        except ValueError as error:
            raise ModelError(f"{limits.name} does not speak the chat protocol. Set RAG_LLM to another.") from error

    def chunks(self, messages: Messages) -> Iterator[ChatCompletionChunk]:
        """The raw chunks as they come: LlamaIndex hides finish_reason and refusals, they do not."""
        told = [ChatMessage(role="system", content=_sendable(messages.system))]
        told.append(ChatMessage(role="user", content=_sendable(messages.user)))
        for response in self._chat.stream_chat(told):
            yield response.raw

    def close(self) -> None:
        """End it now, also while another thread waits for its bytes: a server then stops writing, and charging."""
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


def connect(choice: Choice, seconds: float) -> httpx.Client:
    """A connection pool for one model, patient for so many seconds."""
    return httpx.Client(timeout=seconds, follow_redirects=True, trust_env=not choice.nearby)


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")  # half a character of a broken paste cannot be sent


def listed(choice: Choice, settings: Settings) -> tuple[str, ...]:
    """Names of the models a server has."""
    import openai

    http = connect(choice, settings.first_seconds)
    with openai.OpenAI(api_key=choice.key, base_url=choice.address, max_retries=0, http_client=http) as client:
        return tuple(model.id for model in client.models.list())
