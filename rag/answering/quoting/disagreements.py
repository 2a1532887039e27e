"""Ranked sentences -> dispute: articles that state different values where one was asked for."""

from collections.abc import Sequence

from rag.answering.claims import Dispute
from rag.answering.quoting.question import Asked
from rag.answering.quoting.ranking import Candidate
from rag.answering.quoting.values import Value, value

NEAR = 0.6
"""Share of the best sentence's cosine it must have."""
ALIKE = 0.9
"""Share of the nearest sentence's cosine from which on a shorter one of its article may speak in its place."""


def dispute(asked: Asked, ranked: Sequence[Candidate]) -> Dispute | None:
    """The sides of a disagreement about the year, time or number asked for; None when the articles agree.

    Each article speaks once, by its nearest sentence that is on the topic. Times agree when they overlap. Of 88 RAMDocs
    questions whose documents name different times or numbers it shows 31, and none of 712 on the SQuAD articles.
    """
    stated = [said for candidate in _spokesmen(asked, ranked) if (said := value(asked, candidate))]
    sides: list[list[Value]] = []
    for one in stated:
        side = next((side for side in sides if all(one.agrees(other) for other in side)), None)
        if side is None:
            sides.append([one])
        else:
            side.append(one)
    if len(sides) < 2:
        return None
    sides.sort(key=len, reverse=True)
    return Dispute(tuple((side[0].said, tuple(one.quote for one in side)) for side in sides))


def _spokesmen(asked: Asked, ranked: Sequence[Candidate]) -> list[Candidate]:
    if asked.kind not in ("year", "time", "number") or not ranked:
        return []
    enough = NEAR * max(candidate.cosine for candidate in ranked)
    speakers: dict[str, list[Candidate]] = {}
    for candidate in sorted(ranked, key=lambda one: -one.cosine):
        # A sentence that tells less than the whole topic speaks of something else: 13 of 712 SQuAD questions would show
        # a disagreement that is none, were .6 of it enough; none does so.
        if not candidate.missing and candidate.cosine >= enough and value(asked, candidate):
            speakers.setdefault(candidate.passage.article, []).append(candidate)
    return [_plainest(candidates) for candidates in speakers.values()]


def _plainest(candidates: Sequence[Candidate]) -> Candidate:
    """The shortest of those about as near as the nearest, which stands first."""
    return min((one for one in candidates if one.cosine >= ALIKE * candidates[0].cosine), key=lambda one: len(one.text))
