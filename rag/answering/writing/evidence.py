"""Ranking -> numbered sentences for the model: the best ones that fit its budget, grouped by passage."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.answering.claims import Quote
from rag.answering.quoting import Ranking
from rag.llm import Limits

LEAST = 3
"""Sentences in the prompt however small the budget, so that a reply is possible at all."""
_MARK_LIKE = re.compile(r"\[(\d{1,3})\]")
"""A footnote mark in an article, which the model would take for a sentence number."""


@dataclass(frozen=True, slots=True)
class NumberedEvidence:
    """The sentences that a model may cite, each with a number."""

    quotes: tuple[Quote, ...]
    """The first has number 1."""

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
        """The quotes of these numbers, each once; numbers that no sentence has are dropped."""
        known = dict.fromkeys(number for number in numbers if 1 <= number <= len(self.quotes))
        return tuple(self.quotes[number - 1] for number in known)


def choose_evidence(ranking: Ranking, limits: Limits) -> NumberedEvidence:
    """The best candidates, as many as the model's token budget for evidence holds.

    Passages are in the order of their hits and sentences in the order of their passage.

    Args:
        ranking: the candidates.
        limits: of the model that writes the answer.
    """
    budget = limits.evidence
    headed: set[str] = set()
    kept: list[Quote] = []
    for candidate in ranking.candidates:
        quote = candidate.quote
        cost = limits.tokens(f"[00] {_shown(quote)}\n")
        cost += 0 if quote.passage.key in headed else limits.tokens(_heading(quote))
        if cost > budget and len(kept) >= LEAST:
            continue
        budget -= cost
        headed.add(quote.passage.key)
        kept.append(quote)
    order = {hit.passage.key: place for place, hit in enumerate(ranking.hits)}
    return NumberedEvidence(tuple(sorted(kept, key=lambda quote: (order[quote.passage.key], quote.span.start))))


def _heading(quote: Quote) -> str:
    title = " ".join(quote.passage.title.split())
    return f"\nArticle: {title} ({_day(quote.passage.date)})"


def _day(published: date | None) -> str:
    return f"{published.day} {published:%B %Y}" if published else "undated"


def _shown(quote: Quote) -> str:
    return _MARK_LIKE.sub(r"(\1)", " ".join(quote.text.split()))
