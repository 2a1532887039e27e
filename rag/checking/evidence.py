"""Evidence texts -> the one to three sentences that are about what a claim says, and what the cross-encoder reads."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.checking.overlap import keys
from rag.text.sentences import split
from rag.text.spans import Span

MOST_NEAR = 3
"""Sentences that a claim may combine: WiCE's annotators needed more for under a tenth of its supported claims."""
LEAST_GAIN = 0.08
"""Share of the claim's weight that a further sentence must add to be taken."""
CONTEXT_SENTENCES = 5
"""Sentences that the cross-encoder reads beside a claim: of WiCE's 374 partly supported claims, the whole support is
among the five that share most with the claim for .85, among seven for .89; reading seven improved nothing."""


@dataclass(frozen=True, slots=True)
class JoinedEvidence:
    """The texts joined by a line break and their sentences; every offset counts characters of the joined text."""

    text: str
    sentences: tuple[Span, ...]
    days: tuple[date | None, ...] = ()
    """The day on which each sentence was written, where every text has its own; else empty."""

    def excerpt(self, span: Span) -> str:
        """The text at a span."""
        return self.text[span.start : span.end]


def join_evidence(texts: Sequence[str], days: Sequence[date | None] = ()) -> JoinedEvidence:
    """Join the texts; no sentence crosses from one into the next.

    Args:
        texts: in order.
        days: on which each was written; empty where one day is known for all, or none.
    """
    of_sentences = [day for text, day in zip(texts, days, strict=True) for _ in _split(text)] if days else ()
    return JoinedEvidence("\n".join(texts), tuple(_sentences(texts)), tuple(of_sentences))


def _sentences(texts: Sequence[str]) -> Iterator[Span]:
    start = 0
    for text in texts:
        for sentence in _split(text):
            yield Span(sentence.start + start, sentence.end + start)
        start += len(text) + 1


@lru_cache(maxsize=512)
def _split(text: str) -> tuple[Span, ...]:
    return split(text)


def nearest_sentences(claim: str, evidence: JoinedEvidence) -> tuple[Span, ...]:
    """The sentences that together hold most of the claim's words, best first; rare words weigh more.

    Empty when no sentence shares a word with the claim.
    """
    claim_keys, shared, weights = _shared_keys(claim, evidence)
    chosen: list[int] = []
    missing, least = set(claim_keys), 0.0
    for _ in range(MOST_NEAR):
        number, gain = _best(shared, missing, weights)
        if gain <= least:
            break
        chosen.append(number)
        missing -= shared[number]
        least = LEAST_GAIN * math.fsum(weights.values())
    return tuple(evidence.sentences[number] for number in chosen)


def cross_encoder_context(claim: str, evidence: JoinedEvidence, near: Sequence[Span]) -> str:
    """The near sentences and those that share most with the claim beside them, in the order of the text."""
    if len(evidence.sentences) <= CONTEXT_SENTENCES:
        return " ".join(map(evidence.excerpt, evidence.sentences))
    _, shared, weights = _shared_keys(claim, evidence)
    scores = [math.fsum(weights[key] for key in own) for own in shared]
    ranked = sorted(range(len(shared)), key=scores.__getitem__, reverse=True)
    others = [evidence.sentences[number] for number in ranked if scores[number] > 0]
    chosen = [*near, *(span for span in others if span not in near)][:CONTEXT_SENTENCES]
    return " ".join(map(evidence.excerpt, sorted(chosen)))


def _shared_keys(claim: str, evidence: JoinedEvidence) -> tuple[frozenset[str], list[frozenset[str]], dict[str, float]]:
    """A claim's keys, those of them that each sentence has, and the weight of each key."""
    claim_keys = keys(claim)
    shared = [claim_keys & _statement_keys(evidence.excerpt(sentence)) for sentence in evidence.sentences]
    return claim_keys, shared, _weights(claim_keys, shared)


def _statement_keys(sentence: str) -> frozenset[str]:
    """A sentence's keys; none for a question, which states nothing."""
    return frozenset() if sentence.endswith("?") else keys(sentence)


def _weights(claim_keys: frozenset[str], shared: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of each key, a sentence being a document."""
    counts = {key: sum(key in own for own in shared) for key in claim_keys}
    return {key: math.log(1 + (len(shared) + 1) / (1 + count)) for key, count in counts.items()}


def _best(shared: Sequence[frozenset[str]], missing: set[str], weights: Mapping[str, float]) -> tuple[int, float]:
    # Summed exactly, here and above: the order of a set differs from run to run and must not decide between sentences.
    gains = [math.fsum(weights[key] for key in own & missing) for own in shared]
    number = max(range(len(gains)), key=gains.__getitem__, default=0)
    return number, gains[number] if gains else 0.0
