"""What a conversation is made of: exchanges of a question and an answer, each within a scope."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.answering.answer import Answer, Turn

Stage = Literal["asking", "answered", "stopped", "failed"]
KEPT = 30
"""Exchanges a chat holds; the page redraws all of them with every sentence."""
TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question may use; the default is all of them."""

    after: date | None = None
    before: date | None = None
    articles: tuple[str, ...] | None = None
    """Ids let through; None for all."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it."""

    question: str
    scope: Scope = Scope()
    stage: Stage = "asking"
    answer: Answer | None = None
    """None until the first sentence."""
    problem: str = ""
    """Why there is no answer, for the reader."""
    liked: bool | None = None
    explained: bool = False
    """Whether a word came with the like or dislike."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation, oldest exchange first."""

    id: str
    exchanges: tuple[Exchange, ...] = ()

    @property
    def title(self) -> str:
        """The first question, for a list of chats."""
        return self.exchanges[0].question[:TITLE_CHARS] if self.exchanges else ""

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turns that a next question can follow up on."""
        return tuple(Turn(one.question, one.answer.text) for one in self.exchanges if one.answer)

    def asked(self, exchange: Exchange) -> "Chat":
        """This chat with one more exchange."""
        return replace(self, exchanges=(*self.exchanges, exchange)[-KEPT:])

    def before(self, turn: int) -> "Chat":
        """This chat as it was before a turn."""
        return replace(self, exchanges=self.exchanges[: max(0, turn)])

    def changed(self, turn: int, exchange: Exchange) -> "Chat":
        """This chat with another exchange in a turn's place."""
        return replace(self, exchanges=(*self.exchanges[:turn], exchange, *self.exchanges[turn + 1 :]))
