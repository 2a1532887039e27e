"""Question + hits -> quoting: which sentences to show, in which order, and whether to show any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.answering.claims import Claim, Dispute
from rag.answering.quoting.confidence import confidence
from rag.answering.quoting.disagreements import dispute
from rag.answering.quoting.question import read
from rag.answering.quoting.ranking import Candidate, rank
from rag.retrieval import Hit
from rag.settings import Settings

ALIKE = 0.75
"""Share of two sentences that is the same from which on they are one report; only the better one is shown."""
_LEANS_BACK = re.compile(
    r"(?:(?:However|But|And|Also|Then|Meanwhile|In response),? )?(?:he|she|it|they|this|these|that|those)\b",
    re.IGNORECASE,
)
"""How a sentence opens that is not understood without the one before it."""


@dataclass(frozen=True, slots=True)
class Quoting:
    """What an answer in quotes wants to say."""

    claims: tuple[Claim, ...]
    """Sentences word for word, ordered for reading; none when the articles do not answer."""
    disputes: tuple[Dispute, ...]
    confidence: float
    """Probability that the articles answer, 0 to 1."""


def quote(question: str, hits: Sequence[Hit], settings: Settings) -> Quoting:
    """The one to `settings.quotes` sentences that answer a question best; none below `settings.confidence`."""
    asked = read(question)
    ranked = rank(asked, hits)
    sure = confidence(asked, ranked)
    if sure < settings.confidence:
        return Quoting((), (), sure)
    told = dispute(asked, ranked)
    if told:
        sides = tuple(quotes[0] for _, quotes in told.sides)
        return Quoting(tuple(Claim(side.text, (side,)) for side in sides), (told,), sure)
    chosen = _in_reading_order(_choose(ranked, settings))
    return Quoting(tuple(Claim(one.text, (one.quote,)) for one in chosen), (), sure)


def _choose(ranked: Sequence[Candidate], settings: Settings) -> list[Candidate]:
    places = {(one.passage.key, one.number): one for one in ranked}
    chosen: list[Candidate] = []
    for candidate in ranked:
        if len(chosen) >= settings.quotes or candidate.score < settings.quote_share * ranked[0].score:
            break
        if chosen and (candidate.of_another_time or any(_alike(candidate, other) for other in chosen)):
            continue
        before = places.get((candidate.passage.key, candidate.number - 1))
        leans = before and before.tells and before not in chosen and _LEANS_BACK.match(candidate.text)
        if before and leans and len(chosen) + 1 < settings.quotes:
            chosen.append(before)
        chosen.append(candidate)
    return chosen


def _alike(one: Candidate, other: Candidate) -> bool:
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= ALIKE


def _in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The article of the best sentence first; within an article as it is written."""
    articles = list(dict.fromkeys(candidate.passage.article for candidate in chosen))
    return sorted(chosen, key=lambda one: (articles.index(one.passage.article), one.quote.span.start))
