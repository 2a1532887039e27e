"""Ranking -> disagreement: articles that state different values where one value was asked for."""

from collections.abc import Sequence

from rag.answering.claims import QuotedDisagreement, QuotedSide
from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.question import ParsedQuestion
from rag.answering.quoting.ranking import Ranking
from rag.answering.quoting.values import Value, extract_value

NEAR = 0.6
"""Least cosine of a sentence that counts, as a share of the best one's."""
ALIKE = 0.9
"""Least cosine, as a share of that of its article's nearest sentence, at which a shorter sentence replaces it."""


def find_disagreement(ranking: Ranking) -> QuotedDisagreement | None:
    """The sides of a disagreement about the year, time or number asked for; None when the articles agree.

    Each article counts once, by its nearest sentence on the topic. Times agree when they overlap, numbers when they are
    equal or their bounds meet. Of 88 RAMDocs questions whose documents name different times or numbers it shows 32,
    with a reader and without, and none of 712 on the SQuAD articles.
    """
    best = _best_per_article(ranking.question, ranking.candidates)
    values = [stated for candidate in best if (stated := extract_value(ranking.question, candidate))]
    sides: list[list[Value]] = []
    for value in (one for one in values if one.unit == values[0].unit):  # a share is no rival of a count
        side = next((side for side in sides if all(value.agrees(other) for other in side)), None)
        if side is None:
            sides.append([value])
        else:
            side.append(value)
    if len(sides) < 2:
        return None
    sides.sort(key=len, reverse=True)
    return QuotedDisagreement(tuple(QuotedSide(side[0].text, tuple(value.quote for value in side)) for side in sides))


def _best_per_article(question: ParsedQuestion, candidates: Sequence[Candidate]) -> list[Candidate]:
    if question.answer_type not in ("year", "time", "number") or not candidates:
        return []
    least = NEAR * max(candidate.cosine for candidate in candidates)
    by_article: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda candidate: -candidate.cosine):
        # A sentence that covers less than the whole topic is about something else: with .6 of it, 13 of 712 SQuAD
        # questions would show a false disagreement; with all of it, none does.
        if not candidate.missing and candidate.cosine >= least and extract_value(question, candidate):
            by_article.setdefault(candidate.passage.article, []).append(candidate)
    return [_shortest_near(near_first) for near_first in by_article.values()]


def _shortest_near(candidates: Sequence[Candidate]) -> Candidate:
    """The shortest of those about as near as the nearest, which stands first."""
    least = ALIKE * candidates[0].cosine
    return min((one for one in candidates if one.cosine >= least), key=lambda one: len(one.text))
