"""A chat as values: exchanges of a question and an answer, each within a scope."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.answering.answer import Answer, Turn

Stage = Literal["asking", "answered", "stopped", "failed"]
MAX_EXCHANGES = 30
"""Exchanges that a chat holds; the page redraws all of them with every sentence."""
TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question may use; the default is all of them."""

    after: date | None = None
    before: date | None = None
    articles: tuple[str, ...] | None = None
    """Ids of the articles searched; None for all."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer, or the reason why there is none."""

    question: str
    scope: Scope = Scope()
    stage: Stage = "asking"
    answer: Answer | None = None
    """None until the first sentence."""
    problem: str = ""
    """Why there is no answer, as the user reads it."""
    liked: bool | None = None
    explained: bool = False
    """Whether a comment came with the like or dislike."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat, oldest exchange first."""

    id: str
    exchanges: tuple[Exchange, ...] = ()

    @property
    def title(self) -> str:
        """The first question, for a list of chats."""
        return self.exchanges[0].question[:TITLE_CHARS] if self.exchanges else ""

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turns that a next question can follow up on."""
        return tuple(Turn(exchange.question, exchange.answer.text) for exchange in self.exchanges if exchange.answer)

    def with_exchange(self, exchange: Exchange) -> "Chat":
        """This chat with one more exchange."""
        return replace(self, exchanges=(*self.exchanges, exchange)[-MAX_EXCHANGES:])

    def before(self, turn: int) -> "Chat":
        """This chat as it was before a turn."""
        return replace(self, exchanges=self.exchanges[: max(0, turn)])

    def with_replaced(self, turn: int, exchange: Exchange) -> "Chat":
        """This chat with the exchange of a turn replaced."""
        return replace(self, exchanges=(*self.exchanges[:turn], exchange, *self.exchanges[turn + 1 :]))
