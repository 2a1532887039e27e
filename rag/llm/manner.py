"""How a server wants to be asked: parameters, roles, protocol; learnt from what it refuses, and kept from then on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rag.llm.choice import ModelChoice
from rag.llm.errors import is_too_long
from rag.prompts import Messages

if TYPE_CHECKING:
    import openai

Protocol = Literal["chat", "responses"]
_NO_SYSTEM = re.compile(
    r"\bsystem\b.{0,60}\b(?:role|message|prompt|instruction)|\b(?:role|message|prompt|instruction)s?\b.{0,80}\bsystem\b"
    r"|developer (?:role|message|instruction)|roles? must alternate|only (?:support )?.{0,12}\buser\b.{0,30}\broles?\b"
    r"|(?:first message|conversations?).{0,40}must (?:be|start|begin).{0,20}\buser\b",
    re.IGNORECASE | re.DOTALL,
)
"""Chat templates of Gemma, Mistral and others, as vLLM, SGLang, TGI, llama.cpp and Gemini's API report them."""
_NO_STREAM = re.compile(
    r"\bstream(?:ing|ed)?\b(?!_)[^.]{0,80}(?:unsupported|not supported|not allowed|not available|disabled|verified)"
    r"|(?:unsupported|not support|cannot|verified to)[^.]{0,60}\bstream(?:ing|ed)?\b(?!_)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"v1/responses|responses api", re.IGNORECASE)
_LENGTHS: Mapping[str, str] = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""Parameters that bound a reply, and which to try instead."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a server is asked."""

    length: str = "max_tokens"
    """Name of the parameter that bounds the reply."""
    left_out: frozenset[str] = frozenset()
    """Parameters that it refused."""
    system: bool = True
    """Whether the instructions are a message of their own."""
    stream: bool = True
    protocol: Protocol = "chat"

    def parameters(self, tokens: int) -> dict[str, object]:
        """Parameters of a request, without those that were refused.

        Args:
            tokens: longest reply.
        """
        if self.protocol == "responses":
            every: dict[str, object] = {"max_output_tokens": tokens, "temperature": 0, "store": False}
        else:
            every = {self.length: tokens, "temperature": 0, "stream_options": {"include_usage": True}}
            if not self.stream:
                every = {self.length: tokens, "temperature": 0, "extra_body": {"stream": False}}
        return {name: value for name, value in every.items() if name not in self.left_out}

    def messages(self, messages: Messages) -> Messages:
        """The messages as the server takes them: without a system role, the instructions open the user's message."""
        return messages if self.system else Messages("", f"{messages.system}\n\n{messages.user}".strip())

    def adapt(self, error: "openai.APIError") -> "Manner | None":
        """The manner that an error asks for; None where the error is about something else.

        Each change is made once, so that adapting comes to an end.

        Args:
            error: what the server replied to a request in this manner.
        """
        status, text = getattr(error, "status_code", None), f"{error.message} {error.body}"
        if status in (401, 403, 429) or is_too_long(error):
            return None
        if self.protocol == "chat" and (_ELSEWHERE.search(text) or _has_no_path(status, text)):
            return replace(self, protocol="responses")
        if self.system and _NO_SYSTEM.search(text):
            return replace(self, system=False)
        if status is not None and status not in (400, 422):
            return None
        return self._without_parameter(text)

    def _without_parameter(self, text: str) -> "Manner | None":
        sent = self.parameters(0)
        refused = next((name for name in sent if re.search(rf"\b{name}\b", text)), None)
        if refused is None:
            return replace(self, stream=False) if self.stream and _NO_STREAM.search(text) else None
        left_out = self.left_out | {refused}
        other = _LENGTHS.get(refused)
        if other and other not in left_out and other in text:
            return replace(self, length=other, left_out=left_out)
        return replace(self, left_out=left_out)


def first_manner(choice: ModelChoice) -> Manner:
    """The manner in which a model is first asked."""
    return Manner("max_completion_tokens" if choice.kind == "openai" else "max_tokens")


def _has_no_path(status: int | None, text: str) -> bool:
    """Whether a server knows no such address, which is not the same as no such model."""
    return status in (404, 405, 501) and "model" not in text.lower()
