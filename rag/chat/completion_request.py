"""JSON of a request for a chat completion -> question, earlier turns and bounds."""

from datetime import date
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, Field

from rag.answering.answer import Turn
from rag.chat.exchanges import MAX_EXCHANGES
from rag.library import Bounds

MAX_MESSAGES = 10_000
"""Messages of a request; only the last ones count, but a chat that goes on is not refused."""


class Part(BaseModel):
    """A part of a message; kinds other than text are ignored."""

    type: str = ""
    text: str = ""


class Message(BaseModel):
    """One message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class CompletionRequest(BaseModel):
    """A request for a chat completion, with bounds on the articles; OpenAI's other fields are accepted and ignored."""

    messages: list[Message] = Field(min_length=1, max_length=MAX_MESSAGES)
    model: str | None = None
    stream: bool | None = None
    after: date | None = None
    before: date | None = None
    articles: list[str] | None = None
    collection: str | None = None

    @property
    def bounds(self) -> Bounds:
        """Which articles may be used."""
        return {"after": self.after, "before": self.before, "articles": self.articles, "collection": self.collection}

    @property
    def question(self) -> str:
        """The last message of the user."""
        return next((message.words for message in reversed(self.messages) if message.role == "user"), "")

    @property
    def history(self) -> tuple[Turn, ...]:
        """The last questions before it, each with the answer that followed; with none where another question did."""
        dialogue = [message for message in self.messages if message.role in ("user", "assistant")]
        last = max((at for at, message in enumerate(dialogue) if message.role == "user"), default=0)
        pairs = pairwise(dialogue[: last + 1])
        asked = [(ask, reply) for ask, reply in pairs if ask.role == "user"]
        turns = (Turn(ask.words, reply.words if reply.role == "assistant" else "") for ask, reply in asked)
        return tuple(turns)[-MAX_EXCHANGES:]
