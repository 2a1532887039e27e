"""Hits -> numbered sentences for the model: the best ones that fit its budget, grouped by passage."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.answering.claims import Quote
from rag.answering.quoting import rank, read
from rag.llm import Limits
from rag.retrieval import Hit

LEAST = 3
"""Sentences shown however small the budget, so that a reply is possible at all."""
_MARK_LIKE = re.compile(r"\[(\d{1,3})\]")
"""A footnote mark in an article; the model must not take it for one of ours."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model may cite."""

    quotes: tuple[Quote, ...]
    """Sentence number 1 stands first."""

    @property
    def text(self) -> str:
        """The sentences as the model sees them: numbered, under the title and date of their article."""
        lines: list[str] = []
        for number, quote in enumerate(self.quotes, start=1):
            if number == 1 or quote.passage != self.quotes[number - 2].passage:
                lines.append(_heading(quote))
            lines.append(f"[{number}] {_shown(quote)}")
        return "\n".join(lines).strip()

    def resolve(self, numbers: Sequence[int]) -> tuple[Quote, ...]:
        """The quotes behind numbers, each once; numbers that no sentence has are dropped."""
        known = dict.fromkeys(number for number in numbers if 1 <= number <= len(self.quotes))
        return tuple(self.quotes[number - 1] for number in known)


def choose(question: str, hits: Sequence[Hit], limits: Limits) -> Evidence:
    """The sentences nearest to a question, as many as the model's budget for evidence holds.

    Passages stand in the order of their hits and sentences in the order of their passage.

    Args:
        question: as it was searched for.
        hits: where the sentences come from.
        limits: of the model that will read them.
    """
    budget = limits.evidence
    headed: set[str] = set()
    kept: list[Quote] = []
    for candidate in rank(read(question), hits):
        quote = candidate.quote
        cost = limits.tokens(f"[00] {_shown(quote)}\n")
        cost += 0 if quote.passage.key in headed else limits.tokens(_heading(quote))
        if cost > budget and len(kept) >= LEAST:
            continue
        budget -= cost
        headed.add(quote.passage.key)
        kept.append(quote)
    order = {hit.passage.key: place for place, hit in enumerate(hits)}
    return Evidence(tuple(sorted(kept, key=lambda quote: (order[quote.passage.key], quote.span.start))))


def _heading(quote: Quote) -> str:
    title = " ".join(quote.passage.title.split())
    return f"\nArticle: {title} ({_day(quote.passage.date)})"


def _day(published: date | None) -> str:
    return f"{published.day} {published:%B %Y}" if published else "undated"


def _shown(quote: Quote) -> str:
    return _MARK_LIKE.sub(r"(\1)", " ".join(quote.text.split()))
