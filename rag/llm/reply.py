"""Chunks -> the text of a reply, its tokens, and whether it is complete; a reply without the thoughts in it."""

import re

from openai.types.chat import ChatCompletionChunk

from rag.errors import ModelError

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"<(?:think|thinking|reasoning)>.*\Z", re.DOTALL)
_OPEN_TAG = re.compile(r"</?[a-z]{0,9}\Z")


def strip_thoughts(text: str) -> str:
    """A reply without what the model wrote in <think>, <thinking> or <reasoning> tags, closed or not."""
    return _OPEN_THOUGHT.sub("", _THOUGHT.sub("", text))


def strip_closed_thoughts(text: str) -> str | None:
    """The beginning of a reply without its thoughts; None while one is open, or a tag may be beginning."""
    visible = _THOUGHT.sub("", text)
    return None if _OPEN_THOUGHT.search(visible) or _OPEN_TAG.search(visible) else visible


class StreamedReply:
    """One reply, collected chunk by chunk."""

    def __init__(self) -> None:
        self.text = ""
        self.begun = False
        """Whether a chunk was received."""
        self.prompt_tokens = 0
        """As the server counts them; 0 when it sends no usage."""
        self.completion_tokens = 0
        self._finish: str | None = None
        self._refusal = ""

    def has_content(self, chunk: ChatCompletionChunk) -> bool:
        """Whether a chunk holds text, or reasoning before it."""
        if not chunk.choices or chunk.choices[0].delta is None:
            return False
        delta = chunk.choices[0].delta
        return bool(delta.content or getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None))

    def add(self, chunk: ChatCompletionChunk) -> str:
        """Collect one chunk and return its text; text after the finish reason is dropped."""
        self.begun = True
        if chunk.usage is not None:
            self.prompt_tokens = max(0, int(chunk.usage.prompt_tokens or 0))
            self.completion_tokens = max(0, int(chunk.usage.completion_tokens or 0))
        if not chunk.choices or self._finish is not None:
            return ""
        choice = chunk.choices[0]
        self._finish = choice.finish_reason
        if choice.delta is None:
            return ""
        self._refusal += choice.delta.refusal or ""
        self.text += choice.delta.content or ""
        return choice.delta.content or ""

    def conclude(self, allowed: int) -> None:
        """Check, at the end of the stream, that the reply is complete.

        Args:
            allowed: longest reply that was requested, in tokens.

        Raises:
            ModelError: it is not; retryable when it has no text.
        """
        if self._refusal:
            raise ModelError(f"The model declined: {self._refusal.strip()[:200]}")
        if self._finish == "length":
            raise ModelError(f"The reply was cut off after {allowed} tokens. Raise RAG_REPLY_TOKENS.")
        if self._finish == "content_filter":
            raise ModelError("The model's provider filtered the reply. Ask in other words.")
        if self._finish is None:
            text = "The model's reply broke off before its end. Ask again."
            raise ModelError(text, retryable=not self.text)
        if not self.text.strip():
            raise ModelError("The model sent an empty reply. Ask again.", retryable=True)
