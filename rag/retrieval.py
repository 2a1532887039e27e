"""Question -> hits: vector and keyword search fused, reprints folded, dates and filters applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.index import Filter, Index
from rag.passages import Passage
from rag.text.dates import Mention, mentions, question_times
from rag.text.search_form import search_form
from rag.tracing import Attributes, traced

CANDIDATES = 100
"""Passages that each of the two searches returns; on 8 SQuAD articles hit@5 is .960 with 50, .962 with 100."""
MEAN_WEIGHT = 0.1
"""Weight of a passage's mean cosine against that of its best sentence: hit@1 and hit@5 on SQuAD .847 .960 at 0, .844
.962 at .1, .840 .961 at .2."""
POOL = 3
"""Times k: the best passages, among which reprints are folded and times are compared."""
LEAST_SPREAD = 0.2
"""Minimum range for min-max scaling of cosines; smaller ranges are not stretched. Fitted to the shipped embedder, with
which the candidates of real articles spread over .4 and more."""
IN_TIME = 0.1
"""Bonus of a passage that mentions a time the question names, and penalty when its article is of another time; on the
SQuAD questions that name a time, hit@1 .926 at 0 and .1, .904 at .3."""
NO_BOUNDS = Filter()
SAME_REPORT = 0.8
"""Share of a passage's sentences that stand word for word in a better hit from which on it is the same report."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage retrieved for a question."""

    passage: Passage
    score: float
    """Fused score, 0 to 1 within one search, best first."""
    sentence_scores: tuple[float, ...] = ()
    """Cosine of each sentence of the passage with the question, in the passage's order."""
    also: tuple[Passage, ...] = ()
    """Passages of other articles that print the same report, folded into this hit."""


def _describe(hits: tuple[Hit, ...]) -> Attributes:
    return {"rag.hits": len(hits)}


@traced("retrieval", "retrieval", _describe)
def search(
    index: Index, embedder: Embedder, question: str, k: int = 10, bounds: Filter = NO_BOUNDS, *, meaning: float = 0.6
) -> tuple[Hit, ...]:
    """The k passages nearest to a question, best first.

    A passage's score is `meaning` x the cosine of its best sentence (and MEAN_WEIGHT of the mean), min-max scaled over
    the candidates, plus (1 - `meaning`) x its BM25 score, divided by the highest.

    Args:
        index: to search.
        embedder: that made the index.
        question: any text; dates it names are a preference, not a bound.
        k: hits wanted, after folding passages that print the same report.
        bounds: bounds on the articles; nothing outside is returned.
        meaning: weight of cosines against keywords, 0 to 1; measured at `Settings.meaning`.
    """
    (vector,) = embedder.embed_query([search_form(question)])
    keyword_scores = dict(index.matching(question, CANDIDATES, bounds))
    nearest = [number for number, _ in index.nearest(vector, CANDIDATES, bounds)]
    sentences = index.sentences(list(dict.fromkeys([*nearest, *keyword_scores])))
    if not len(sentences.numbers):
        return ()
    cosines, starts = sentences.vectors @ vector, np.cumsum(sentences.counts) - sentences.counts
    bm25 = np.array([keyword_scores.get(number, 0.0) for number in sentences.numbers.tolist()])
    scores = meaning * _passage_cosines(cosines, starts, sentences.counts) + (1 - meaning) * bm25 / _maximum(bm25)
    best = np.argsort(-scores, kind="stable")[: POOL * k]
    rows = {int(sentences.numbers[row]): int(row) for row in best}
    by_passage = np.split(cosines, starts[1:])
    hits = [
        Hit(stored.passage, float(scores[rows[stored.number]]), tuple(by_passage[rows[stored.number]].tolist()))
        for stored in index.passages(list(rows))
    ]
    return _fold_reprints(_prefer_times(question_times(question), hits, 2 * k), k)


def _passage_cosines(
    cosines: NDArray[np.float32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """One value a passage, 0 to 1, from the cosines of its sentences, which begin at `starts`."""
    best, mean = np.maximum.reduceat(cosines, starts), np.add.reduceat(cosines, starts) / counts
    return (1 - MEAN_WEIGHT) * _scale(best) + MEAN_WEIGHT * _scale(mean)


def _scale(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray((values - values.min()) / max(float(np.ptp(values)), LEAST_SPREAD), dtype=np.float64)


def _maximum(values: NDArray[np.float64]) -> float:
    return float(values.max()) or 1.0


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)


def _prefer_times(times: Sequence[Mention], hits: Sequence[Hit], first: int) -> list[Hit]:
    """The first hits, higher where they mention a time the question names, lower where their article is of another."""
    if not times:
        return list(hits)
    return _best_first([*(_weigh_time(times, hit) for hit in hits[:first]), *hits[first:]])


def _weigh_time(times: Sequence[Mention], hit: Hit) -> Hit:
    published = hit.passage.date
    mentioned = [(mention.first, mention.last) for mention in mentions(hit.passage.text, published=published)]
    dated = [(published, published)] if published else []
    if any(time.overlaps(first, last) for time in times for first, last in mentioned + dated):
        return replace(hit, score=hit.score + IN_TIME * (1 - hit.score))
    return replace(hit, score=hit.score * (1 - IN_TIME)) if published else hit


def _fold_reprints(hits: Iterable[Hit], k: int) -> tuple[Hit, ...]:
    """The first k different reports, each with the passages of other articles that print it again.

    A reprint scores as its report does, so nothing after report k + 1 is read.
    """
    kept: list[Hit] = []
    texts: list[frozenset[str]] = []
    for hit in hits:
        sentences = (hit.passage.sentence(number) for number in range(len(hit.passage.sentences)))
        text = frozenset(" ".join(sentence.casefold().split()) for sentence in sentences)
        original = next((number for number, other in enumerate(texts) if _same_report(text, other)), None)
        if original is not None:
            kept[original] = _add_reprint(kept[original], hit.passage)
        elif len(kept) == k:
            break
        else:
            kept.append(hit)
            texts.append(text)
    return tuple(kept)


def _same_report(text: frozenset[str], other: frozenset[str]) -> bool:
    """Whether a text stands in another: a flash in the story it opens, but not the story in its flash."""
    return len(text & other) >= SAME_REPORT * len(text)


def _add_reprint(hit: Hit, reprint: Passage) -> Hit:
    articles = {hit.passage.article, *(passage.article for passage in hit.also)}
    return hit if reprint.article in articles else replace(hit, also=(*hit.also, reprint))
