"""Chunks -> the answer in a reply, its tokens, and whether it is complete."""

import re
from typing import TYPE_CHECKING

from rag.errors import IncompleteReply
from rag.llm.thoughts import AnswerFilter

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

REPEATED = 16
"""Least characters of a reply for a chunk that begins with all of it to be taken for a repetition of it."""
READ_SHARE = 0.75
"""Least share of a prompt's tokens, as counted here, that a server has to count: SmolLM2 counts .98 to 1.13 times as
many; fewer by a quarter means that it dropped some."""
LEAST_WINDOW = 256
"""Tokens of a prompt below which a server's count is taken for that of what it had not read before."""
_WHOLE = re.compile(r"[.!?…。)\]】］〕⟧}\"'”’*_`|⁰¹²³⁴⁵⁶⁷⁸⁹]\s*\Z")
"""The end of a text that is no beginning of a sentence."""


_FAILED = {"error", "abort", "aborted", "cancelled", "canceled"}


class StreamedReply:
    """One reply, collected chunk by chunk.

    Args:
        silent: whether the model opens its thoughts without a sign, as for `AnswerFilter`.
    """

    def __init__(self, *, silent: bool | None = False) -> None:
        self.text = ""
        """Everything that was sent, thoughts too, for its tokens."""
        self.answer = ""
        """The part of it that is the answer."""
        self.begun = False
        """Whether the server sent any of its choices."""
        self.prompt_tokens = 0
        """As the server counts them; 0 when it sends no usage."""
        self.completion_tokens = 0
        self._content = ""
        self._finish: str | None = None
        self._refusal = ""
        self._reasoned = False
        self._filter = AnswerFilter(silent=silent)

    @property
    def silent(self) -> bool | None:
        """Whether the model opens its thoughts without a sign, as far as this reply shows."""
        return self._filter.silent

    @property
    def thought(self) -> bool:
        """Whether the model reasoned: in a field of its own, between signs, or unseen, as its server counts."""
        return self._filter.thought or self._reasoned

    @property
    def cut_while_reasoning(self) -> bool:
        """Whether the reply reached its longest before the answer began; one of no text at all was reasoned unseen."""
        reasoned = self.thought or not self._content.strip()
        return self._finish == "length" and reasoned and not self.answer.strip()

    def has_content(self, chunk: "ChatCompletionChunk") -> bool:
        """Whether a chunk holds text, or reasoning before it."""
        if not chunk.choices:
            return False
        delta = chunk.choices[0].delta
        return bool(delta.content or getattr(delta, "reasoning_content", None))

    def add(self, chunk: "ChatCompletionChunk") -> str:
        """Collect one chunk and return the part of the answer that it makes certain."""
        if chunk.usage is not None:
            self.prompt_tokens = chunk.usage.prompt_tokens or self.prompt_tokens
            self.completion_tokens = chunk.usage.completion_tokens or self.completion_tokens
            details = chunk.usage.completion_tokens_details
            self._reasoned |= bool(details and details.reasoning_tokens)
        if not chunk.choices:
            return ""
        self.begun = True
        choice = chunk.choices[0]
        self._finish = choice.finish_reason or self._finish  # some servers send one early, and more text after it
        self._refusal += choice.delta.refusal or ""
        if reasoning := getattr(choice.delta, "reasoning_content", None):
            self.text += reasoning
            self._filter.note_reasoning()
        return self._show(self._filter.add(self._new(choice.delta.content or "")))

    def rescue(self) -> str:
        """What was held back of the answer, where the reply broke off."""
        return self._show(self._filter.rescue())

    def _new(self, content: str) -> str:
        """Content without the repetition of all before, which some servers send in every chunk or in the last."""
        if len(self._content) >= REPEATED and content.startswith(self._content):
            content = content[len(self._content) :]
        self._content += content
        self.text += content
        return content

    def _show(self, piece: str) -> str:
        self.answer += piece
        return piece

    def conclude(self, allowed: int) -> str:
        """The rest of the answer, at the end of the stream.

        Args:
            allowed: longest reply that was requested, in tokens.

        Raises:
            IncompleteReply: the reply is not whole; retryable when it has no text.
        """
        if self._refusal:
            raise IncompleteReply(f"The model declined: {self._refusal.strip()[:200]}")
        if self._finish == "length":
            if self.cut_while_reasoning:
                raise IncompleteReply(f"The model spent {allowed} tokens on reasoning alone. Raise RAG_REPLY_TOKENS.")
            raise too_long(allowed, allowed)
        if self._finish == "content_filter":
            raise IncompleteReply("The model's provider filtered the reply. Ask in other words.")
        if self._finish in _FAILED or (self._finish is None and not _WHOLE.search(self._content)):
            text = "The model's reply broke off before its end. Ask again."
            raise IncompleteReply(text, retryable=not self.text)
        rest = self._show(self._filter.finish())
        if self.answer.strip():
            return rest
        if self.thought:
            raise IncompleteReply("The model reasoned and then wrote no answer. Ask again, or take another model.")
        raise IncompleteReply("The model sent an empty reply. Ask again.", retryable=True)

    def require_whole_prompt(self, counted: int) -> None:
        """Check that the server read the whole prompt; some cut it to their window without a word.

        Args:
            counted: tokens of the prompt.

        Raises:
            IncompleteReply: it read much less.
        """
        if LEAST_WINDOW <= self.prompt_tokens < READ_SHARE * counted:
            raise IncompleteReply(
                f"The server read only {self.prompt_tokens} of about {counted} tokens of the prompt."
                f" Give it a longer context, or set RAG_CONTEXT_WINDOW={max(512, self.prompt_tokens)}."
            )


def too_long(longest: int, whole: int) -> IncompleteReply:
    """The error of a reply that is longer than it may be.

    Args:
        longest: tokens that it may have.
        whole: tokens that a whole answer may have; only that bound is the user's.
    """
    advice = " Raise RAG_REPLY_TOKENS." if longest >= whole else ""
    return IncompleteReply(f"The reply was cut off after {longest} tokens.{advice}")
