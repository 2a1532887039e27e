"""A chat as values: exchanges of a question and an answer, each within a scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

from rag.answering.answer import REFUSAL, Answer, Turn
from rag.index import Entry
from rag.library import Bounds, as_filter

Stage = Literal["asking", "answered", "stopped", "failed"]
MAX_EXCHANGES = 30
"""Exchanges that a chat holds; thirty long answers are 60,000 bytes in the browser's storage."""
TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a question may use; the default is all of them."""

    after: date | None = None
    before: date | None = None
    articles: tuple[str, ...] | None = None
    """Ids of the articles searched; None for all."""
    undated: bool = False
    """Whether articles that state no date are searched, too, although dates are given."""
    collection: str | None = None
    """Folder below the ingested one, or file of several articles, that is searched; None for all."""

    @classmethod
    def of(cls, bounds: Bounds) -> Self:
        """The scope of bounds that a program set."""
        within = as_filter(**bounds)
        articles = None if within.articles is None else tuple(sorted(within.articles))
        return cls(within.after, within.before, articles, collection=within.collection)

    @property
    def bounds(self) -> Bounds:
        """What a search needs to know; `undated` it cannot."""
        return {
            "after": self.after,
            "before": self.before,
            "articles": self.articles,
            "collection": self.collection,
        }

    @property
    def dated(self) -> bool:
        """Whether dates bound the articles."""
        return self.after is not None or self.before is not None

    @property
    def bounded(self) -> bool:
        """Whether it may leave articles out."""
        return self.dated or self.articles is not None or self.collection is not None

    @property
    def impossible(self) -> bool:
        """Whether no date can lie within."""
        return self.after is not None and self.before is not None and self.after > self.before

    def holds(self, entry: Entry) -> bool:
        """Whether a question within this scope may use the article."""
        return bool(self.select([entry]))

    def select(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """The articles that a question within this scope may use."""
        within = as_filter(**self.bounds)
        of_undated = replace(within, after=None, before=None) if self.undated else within
        return tuple(entry for entry in entries if (within if entry.date else of_undated).admits(entry))

    def left_out(self, entries: Sequence[Entry]) -> int:
        """How many articles are left out only because they state no date."""
        return len(replace(self, undated=True).select(entries)) - len(self.select(entries))


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
    id: str = ""
    """Given by the page that asks; the same question sent twice is asked once."""
    alone: bool = False
    """Whether it is asked as it stands, without what was asked before."""
    suggested: tuple[str, ...] = ()
    """Questions to ask next, which the articles answer."""


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
    def asking(self) -> Exchange | None:
        """The exchange whose answer is being written."""
        return next((exchange for exchange in self.exchanges if exchange.stage == "asking"), None)

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turns that a next question can follow up on; greetings and the like are none."""
        asked = ((one.question, one.answer) for one in self.exchanges if one.answer and one.answer.form != "remark")
        return tuple(Turn(question, REFUSAL if one.status == "abstained" else one.text) for question, one in asked)

    def exchange(self, id: str) -> Exchange | None:
        """The exchange of an id; None when the chat has none, or no longer."""
        return next((exchange for exchange in self.exchanges if exchange.id == id), None)

    def before(self, id: str) -> "Chat":
        """This chat as it was before an exchange; all of it when it has no such exchange."""
        ids = [exchange.id for exchange in self.exchanges]
        return replace(self, exchanges=self.exchanges[: ids.index(id)]) if id in ids else self

    def with_exchange(self, exchange: Exchange, replaced: str = "") -> "Chat":
        """This chat with the exchange in place of the one with the id `replaced`, or of its own id, or at the end."""
        places = {replaced or exchange.id, exchange.id}
        if not any(other.id in places for other in self.exchanges):
            return replace(self, exchanges=(*self.exchanges, exchange)[-MAX_EXCHANGES:])
        return replace(self, exchanges=tuple(exchange if other.id in places else other for other in self.exchanges))
