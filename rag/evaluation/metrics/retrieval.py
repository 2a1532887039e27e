"""Case + hits -> retrieval scores: were the quotes found that a right answer rests on, and how high?

A hit counts by the text it covers, not by an id, so that cutting the articles anew keeps every case valid.
"""

import math
from collections.abc import Sequence

from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.scores import Measurement, Metric, not_applicable, number
from rag.retrieval import Hit
from rag.text.spans import Span

HIT = Metric("hit", "retrieval", "share of cases with any vital fact among the hits")
RECALL = Metric("recall", "retrieval", "share of vital facts among the hits")
MRR = Metric("mrr", "retrieval", "1 / rank of the first hit with a vital fact (reciprocal rank, TREC-8)")
NDCG = Metric("ndcg", "retrieval", "facts found, discounted by rank (Järvelin & Kekäläinen 2002)")
METRICS = (HIT, RECALL, MRR, NDCG)


def measure(case: Case, hits: Sequence[Hit], corpus: Corpus) -> Measurement:
    """How well the hits cover the facts of a case.

    A fact is found at rank r when the first r hits together hold all of one of its quotes. With f facts wanted, the
    j-th found at rank r_j: recall = found / f, MRR = 1 / r_1, nDCG = sum 1/log2(1 + max(r_j, j)) / sum 1/log2(1 + j):
    at most 1, and 1 when each of the first f hits brings a fact or one brings several.
    """
    if not case.vital:
        return Measurement(tuple(not_applicable(metric, "nothing to find: no fact is expected") for metric in METRICS))
    ranks = [evidence_rank(nugget, hits, corpus) for nugget in case.vital]
    found = sorted(rank for rank in ranks if rank)
    scores = (
        number(HIT, bool(found)),
        number(RECALL, len(found) / len(ranks)),
        number(MRR, 1 / found[0] if found else 0.0),
        number(NDCG, _gain(found) / _gain(range(1, len(ranks) + 1))),
    )
    missed = [nugget for nugget, rank in zip(case.vital, ranks, strict=True) if not rank and _needed(nugget, case)]
    return Measurement(scores, tuple(f"no hit holds {nugget.name!r}" for nugget in missed))


def _needed(nugget: Nugget, case: Case) -> bool:
    # Refusing a false premise is as good as setting it right, for which its evidence would be needed.
    return case.expect == "answered" or not nugget.says


def evidence_rank(nugget: Nugget, hits: Sequence[Hit], corpus: Corpus) -> int:
    """Rank from 1 at which the hits hold one of a fact's quotes whole; 0 when they never do."""
    for rank in range(1, len(hits) + 1):
        for evidence in nugget.evidence:
            shown = _shown(evidence.article, hits[:rank])
            spans = corpus.spans(evidence.article, evidence.quote)
            if any(_covered(span, shown, corpus.articles[evidence.article].text) for span in spans):
                return rank
    return 0


def _shown(article: str, hits: Sequence[Hit]) -> list[Span]:
    passages = (passage for hit in hits for passage in (hit.passage, *hit.also))
    return sorted(Span(passage.start, passage.end) for passage in passages if passage.article == article)


def _covered(span: Span, shown: Sequence[Span], text: str) -> bool:
    """Whether stretches, in order, leave nothing but white space of a span open."""
    reached = span.start
    for start, end in shown:
        if start > reached and text[reached : min(start, span.end)].strip():
            return False
        reached = max(reached, end)
        if reached >= span.end:
            return True
    return not text[reached : span.end].strip()


def _gain(ranks: Sequence[int]) -> float:
    return sum(1 / math.log2(1 + max(rank, place)) for place, rank in enumerate(ranks, start=1))
