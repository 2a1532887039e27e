"""Ranking -> quotes: which sentences to show, in which order, and whether to show any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.answering.claims import Claim, QuotedDisagreement
from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.disagreements import find_disagreement
from rag.answering.quoting.ranking import Ranking
from rag.settings import Settings

ALIKE = 0.75
"""Share of two sentences that is the same from which on they are one report; only the better one is shown."""
LEANS_BACK = re.compile(
    r"(?:(?:However|But|And|Also|Then|Meanwhile|In response),? )?(?:he|she|it|they|this|these|that|those)\b",
    re.IGNORECASE,
)
"""How a sentence opens that is not understood without the one before it."""


@dataclass(frozen=True, slots=True)
class QuoteSelection:
    """The content of an answer in quotes."""

    claims: tuple[Claim, ...]
    """Sentences word for word, in reading order; none when the articles do not answer."""
    disagreements: tuple[QuotedDisagreement, ...]
    """At most one; its sides are then the claims."""
    sure: bool = True
    """False when the claims are only the nearest sentences."""


def select_quotes(ranking: Ranking, settings: Settings) -> QuoteSelection:
    """The one to `settings.quotes` sentences that answer best; none below the threshold for abstaining."""
    thresholds = ranking.thresholds.override(settings)
    if ranking.confidence < thresholds.abstain_below:
        return QuoteSelection((), ())
    disagreement = find_disagreement(ranking)
    if disagreement:
        first = tuple(side.quotes[0] for side in disagreement.sides)
        return QuoteSelection(tuple(Claim(quote.text, (quote,)) for quote in first), (disagreement,))
    chosen = _in_reading_order(_choose(ranking.candidates, settings.quotes, thresholds.quote_share))
    claims = tuple(Claim(candidate.text, (candidate.quote,)) for candidate in chosen)
    return QuoteSelection(claims, (), sure=not claims or ranking.confidence >= thresholds.sure_from)


def _choose(candidates: Sequence[Candidate], quotes: int, quote_share: float) -> list[Candidate]:
    places = {(candidate.passage.key, candidate.number): candidate for candidate in candidates}
    chosen: list[Candidate] = []
    for candidate in candidates:
        if len(chosen) >= quotes or candidate.score < quote_share * candidates[0].score:
            break
        if chosen and (candidate.of_another_time or any(_alike(candidate, other) for other in chosen)):
            continue
        before = places.get((candidate.passage.key, candidate.number - 1))
        leans = before and before.is_statement and before not in chosen and LEANS_BACK.match(candidate.text)
        if before and leans and len(chosen) + 1 < quotes:
            chosen.append(before)
        chosen.append(candidate)
    return chosen


def _alike(one: Candidate, other: Candidate) -> bool:
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= ALIKE


def _in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The article of the best sentence first; within an article as it is written."""
    articles = list(dict.fromkeys(candidate.passage.article for candidate in chosen))
    return sorted(chosen, key=lambda candidate: (articles.index(candidate.passage.article), candidate.span.start))
