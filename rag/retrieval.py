"""Question -> hits: dense and word search fused, duplicates folded, dates and filters obeyed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.index import Filter, Index
from rag.passages import Passage
from rag.text.dates import Mention, mentions, question_times

CANDIDATES = 100
"""Passages each of the two searches hands on; on 8 SQuAD articles hit@5 is .960 with 50, .962 with 100."""
WHOLE = 0.1
"""Share of the passage's mean cosine in its meaning, the rest being its best sentence's: hit@1 and hit@5 on SQuAD
.847 .960 at 0, .844 .962 at .1, .840 .961 at .2."""
LOOKED_AT = 3
"""Times k: the best passages among which reprints are folded and times are weighed."""
LEAST_SPREAD = 0.2
"""Cosines that lie closer together are not torn apart: candidates of real articles spread over .4 and more."""
IN_TIME = 0.1
"""What a passage gains that speaks of a time the question names, and loses when its article is of another; on the SQuAD
questions that name one, hit@1 .926 at 0 and .1, .904 at .3."""
EVERYTHING = Filter()
SAME = 0.8
"""Share of the sentences of the shorter of two passages that both hold, word for word, when they are one report."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question."""

    passage: Passage
    score: float
    """Fused score, 0 to 1 within one search, best first."""
    sentence_scores: tuple[float, ...] = ()
    """Cosine of each sentence of the passage with the question, in the passage's order."""
    also: tuple[Passage, ...] = ()
    """Passages of other articles that hold the same report, folded into this hit."""


def search(
    index: Index, embedder: Embedder, question: str, k: int = 10, bounds: Filter = EVERYTHING, *, meaning: float = 0.6
) -> tuple[Hit, ...]:
    """The k passages nearest to a question, best first.

    A passage's score is `meaning` x the cosine of its best sentence (and a little of all its sentences), scaled from
    least to most among the candidates, plus the rest x its BM25 score, divided by the best one.

    Args:
        index: where to search.
        embedder: the one that made the index.
        question: any text; dates it names are a preference, not a bound.
        k: hits wanted, after folding passages that print the same report.
        bounds: bounds on the articles; nothing outside is returned.
        meaning: weight of meaning against words, 0 to 1; `Settings.meaning` says what chose the default.
    """
    (vector,) = embedder.embed_query([question])
    words = dict(index.matching(question, CANDIDATES, bounds))
    near = index.nearest(vector, CANDIDATES, bounds)
    found = index.sentences(list(dict.fromkeys([*(number for number, _ in near), *words])))
    if not len(found.numbers):
        return ()
    cosines, starts = found.vectors @ vector, np.cumsum(found.counts) - found.counts
    best, whole = np.maximum.reduceat(cosines, starts), np.add.reduceat(cosines, starts) / found.counts
    matched = np.array([words.get(number, 0.0) for number in found.numbers.tolist()])
    scores = meaning * ((1 - WHOLE) * _scaled(best) + WHOLE * _scaled(whole)) + (1 - meaning) * matched / _most(matched)
    first = np.argsort(-scores, kind="stable")[: LOOKED_AT * k]
    rows = {int(found.numbers[row]): int(row) for row in first}
    each = np.split(cosines, starts[1:])
    hits = [
        Hit(one.passage, float(scores[rows[one.number]]), tuple(each[rows[one.number]].tolist()))
        for one in index.passages(list(rows))
    ]
    return _fold(_prefer(question_times(question), hits, 2 * k), k)


def _scaled(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), LEAST_SPREAD), dtype=np.float64)


def _most(values: NDArray[np.float64]) -> float:
    return float(values.max()) or 1.0


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)


def _prefer(asked: Sequence[Mention], hits: Sequence[Hit], first: int) -> list[Hit]:
    """The first hits raised where they speak of the time asked about, lowered where their article is of another."""
    if not asked:
        return list(hits)
    return _best_first([*(_weigh(asked, hit) for hit in hits[:first]), *hits[first:]])


def _weigh(asked: Sequence[Mention], hit: Hit) -> Hit:
    published = hit.passage.date
    named = [(one.first, one.last) for one in mentions(hit.passage.text, published=published)]
    dated = [(published, published)] if published else []
    if any(one.overlaps(first, last) for one in asked for first, last in named + dated):
        return replace(hit, score=hit.score + IN_TIME * (1 - hit.score))
    return replace(hit, score=hit.score * (1 - IN_TIME)) if published else hit


def _fold(hits: Iterable[Hit], k: int) -> tuple[Hit, ...]:
    """The first k different reports, each with the passages of other articles that print it again.

    A reprint scores as its report does: what comes after the first other report beyond the k is not looked at.
    """
    kept: list[Hit] = []
    prints: list[frozenset[str]] = []
    for hit in hits:
        sentences = (hit.passage.sentence(number) for number in range(len(hit.passage.sentences)))
        printed = frozenset(" ".join(sentence.casefold().split()) for sentence in sentences)
        twin = next((number for number, other in enumerate(prints) if _same(printed, other)), None)
        if twin is not None:
            kept[twin] = _with(kept[twin], hit.passage)
        elif len(kept) == k:
            break
        else:
            kept.append(hit)
            prints.append(printed)
    return tuple(kept)


def _same(printed: frozenset[str], other: frozenset[str]) -> bool:
    return len(printed & other) >= SAME * min(len(printed), len(other))


def _with(hit: Hit, twin: Passage) -> Hit:
    told = {hit.passage.article, *(passage.article for passage in hit.also)}
    return hit if twin.article in told else replace(hit, also=(*hit.also, twin))
