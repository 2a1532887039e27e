"""A server -> the models that it lists, and which of them chat."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.errors import ModelError
from rag.llm.choice import ModelChoice
from rag.llm.errors import client_errors, translate
from rag.settings import Settings

LISTED_MODELS = 5
"""Models of a server that an error names."""
_NO_LIST = (400, 403, 404, 405, 501)
"""Statuses of servers that list nothing, or not to this key, and may answer all the same."""

_NO_CHAT = re.compile(
    r"embed|rerank|minilm|(?:^|[/_-])(?:bge|e5|gte|clip|colbert|splade|sentence|whisper|tts|stt|asr|dall-e|flux|sdxl|vae|bert)"
    r"(?:[/_:.-]|$)|whisper|moderation|guard|stable-diffusion|gpt-image|transcribe|realtime|speech|kokoro|parakeet|imagen|veo"
    r"|davinci|babbage",
    re.IGNORECASE,
)
"""Names of models that embed, rank, listen, speak, paint or moderate."""
_WRITES = {"completion", "chat", "text-generation"}
"""What llama.cpp and Ollama list among the capabilities of a model that writes."""
_OTHER_KIND = re.compile(r"embed|rank|image|audio|speech|transcri|moderation|classif|similarity", re.IGNORECASE)
"""Kinds of models that do not, as LM Studio, Together, LiteLLM and Hugging Face call them."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One entry of a server's list."""

    name: str
    chats: bool
    """Whether it writes, by what its entry says, else by its name."""


class NoModelList(ModelError):
    """A server lists no models, which does not mean that it has none."""


def list_models(choice: ModelChoice, settings: Settings) -> tuple[ListedModel, ...]:
    """The models that a server lists, in its order.

    Args:
        choice: the server.
        settings: `first_seconds` is waited.

    Raises:
        NoModelList: it answers, but not with a list.
        ModelError: it does not answer.
    """
    try:
        return tuple(_entries(_fetch(choice, settings)))
    except client_errors() as error:
        status = getattr(error, "status_code", None)
        failure = translate(error, choice)
        if status in _NO_LIST or isinstance(error, ValueError):
            raise NoModelList(str(failure)) from error
        raise failure from error


def name_models(models: tuple[ListedModel, ...]) -> str:
    """The names of models that chat, for an error."""
    names = [model.name for model in models if model.chats]
    return f"{', '.join(names[:LISTED_MODELS]) or 'none that chats'}."


def _fetch(choice: ModelChoice, settings: Settings) -> object:
    import httpx
    import openai

    from rag.llm.network import http_client

    http = http_client(choice, settings.first_seconds)
    with openai.OpenAI(api_key=choice.key, base_url=choice.address, max_retries=0, http_client=http) as client:
        body: object = client.get("/models", cast_to=httpx.Response).json()
    return body


def _entries(body: object) -> Iterator[ListedModel]:
    """Entries of a list as OpenAI (`data`), Ollama (`models`) or Together (no wrapping) send it."""
    listed = body
    if isinstance(body, dict) and body.keys() & {"data", "models"}:
        listed = body.get("data") or body.get("models") or ()
    if not isinstance(listed, list | tuple):
        raise ValueError("no list of models")  # noqa: TRY004 - one of `client_errors`
    for entry in listed:
        if isinstance(entry, str):
            entry = {"id": entry}
        if isinstance(entry, dict) and (name := entry.get("id") or entry.get("name") or entry.get("model")):
            yield ListedModel(str(name), _chats(str(name), entry))


def _chats(name: str, entry: Mapping[str, object]) -> bool:
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, dict) and isinstance(capabilities.get("completion_chat"), bool):
        return bool(capabilities["completion_chat"])
    listed = set(map(str, capabilities)) if isinstance(capabilities, list) else set()
    if listed & _WRITES:
        return True
    kind = " ".join([*listed, *(str(entry.get(name) or "") for name in ("type", "task", "model_type", "mode"))])
    return not _OTHER_KIND.search(kind) and not _NO_CHAT.search(name)
