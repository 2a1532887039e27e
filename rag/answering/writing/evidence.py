"""Ranking -> numbered sentences for the model: those that may answer and fit its budget, grouped by passage."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answering.claims import Quote
from rag.answering.quoting import Ranking
from rag.answering.quoting.quote import LEANS_BACK
from rag.llm import Limits

LEAST = 3
"""Sentences in the prompt however small the budget, so that a reply is possible at all."""
LEAST_SCORE_SHARE = 0.05
"""Share of the best sentence's score, which is the probability of its answering, that a further sentence needs where a
reader marked them. Of 140 questions over the seeds, 96 with a sentence that answers, the prompt holds it, in tokens:

    budget 2500: 1.00 in 2,115 without a share, 1.00 in 538 at .02, .99 in 343 at .05, .96 in 244 at .1
    budget  400:  .95 in   394 without a share,  .95 in 313 at .02, .94 in 252 at .05, .93 in 219 at .1
"""
_MARK_LIKE = re.compile(r"\[(\d{1,3})\]")
"""A footnote mark in an article, which the model would take for a sentence number."""


@dataclass(frozen=True, slots=True)
class NumberedEvidence:
    """The sentences that a model may cite, each with a number."""

    quotes: tuple[Quote, ...]
    """The first has number 1."""
    background: tuple[Quote, ...] = ()
    """Every sentence of the hits; not shown, but one may introduce a name that a claim uses."""

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
    """The best candidates, with the sentence before those that lean on it, as far as the model's token budget reaches.

    Passages are in the order of their hits and sentences in the order of their passage.

    Args:
        ranking: the candidates.
        limits: of the model that writes the answer.
    """
    budget = limits.evidence
    kept: dict[Quote, None] = {}
    for group in _groups(ranking):
        added = [quote for quote in group if quote not in kept]
        cost = sum(limits.tokens(f"[00] {_shown(quote)}\n") for quote in added)
        headed = {quote.passage.key for quote in kept}
        cost += sum(limits.tokens(_heading(quote)) for quote in added[:1] if quote.passage.key not in headed)
        if cost <= budget or len(kept) < LEAST:
            budget -= cost
            kept |= dict.fromkeys(added)
    order = {hit.passage.key: place for place, hit in enumerate(ranking.hits)}
    shown = tuple(sorted(kept, key=lambda quote: (order[quote.passage.key], quote.span.start)))
    return NumberedEvidence(shown, tuple(candidate.quote for candidate in ranking.candidates))


def _groups(ranking: Ranking) -> Iterator[tuple[Quote, ...]]:
    """The candidates worth reading, best first, each after the sentence that it leans on."""
    places = {(candidate.passage.key, candidate.number): candidate for candidate in ranking.candidates}
    for rank, candidate in enumerate(ranking.candidates):
        marked = candidate.mark is not None and rank >= LEAST
        if marked and candidate.score < LEAST_SCORE_SHARE * ranking.candidates[0].score:
            return
        before = places.get((candidate.passage.key, candidate.number - 1))
        leans = before and before.is_statement and LEANS_BACK.match(candidate.text)
        yield (before.quote, candidate.quote) if before and leans else (candidate.quote,)


def _heading(quote: Quote) -> str:
    title = " ".join(quote.passage.title.split())
    return f"\nArticle: {title} ({_day(quote.passage.date)})"


def _day(published: date | None) -> str:
    return f"{published.day} {published:%B %Y}" if published else "undated"


def _shown(quote: Quote) -> str:
    return _MARK_LIKE.sub(r"(\1)", " ".join(quote.text.split()))
