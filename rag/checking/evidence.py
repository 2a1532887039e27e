"""Evidence texts -> the one to three sentences that speak of what a claim says."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checking.overlap import keys
from rag.text.sentences import split
from rag.text.spans import Span

TOGETHER = 3
"""Sentences that a claim may combine: WiCE's annotators needed more for under a tenth of its supported claims."""
WORTH = 0.08
"""Share of the claim's weight that a further sentence must add to be taken along."""


CONTEXT = 5
"""Sentences that the cross-encoder reads beside a claim: of WiCE's 374 partly supported claims, all that bears one out
is among the five that share most with it for .85, among seven for .89; to read seven made nothing better."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The texts joined by a line break and their sentences; every offset counts characters of the joined text."""

    text: str
    sentences: tuple[Span, ...]

    def read(self, span: Span) -> str:
        """The words at a span."""
        return self.text[span.start : span.end]


def gather(texts: Sequence[str]) -> Evidence:
    """Join the texts; no sentence crosses from one into the next."""
    text = "\n".join(texts)
    return Evidence(text, tuple(_sentences(texts)))


def _sentences(texts: Sequence[str]) -> Iterator[Span]:
    start = 0
    for one in texts:
        for sentence in _split(one):
            yield Span(sentence.start + start, sentence.end + start)
        start += len(one) + 1


@lru_cache(maxsize=512)
def _split(text: str) -> tuple[Span, ...]:
    return split(text)


def align(claim: str, evidence: Evidence) -> tuple[Span, ...]:
    """The sentences that together hold most of the claim's words, best first; rare words weigh more.

    Nothing when no sentence shares a word with the claim.
    """
    wanted, held, weights = _shared(claim, evidence)
    chosen: list[int] = []
    missing, worth = set(wanted), 0.0
    for _ in range(TOGETHER):
        number, gain = _best(held, missing, weights)
        if gain <= worth:
            break
        chosen.append(number)
        missing -= held[number]
        worth = WORTH * math.fsum(weights.values())
    return tuple(evidence.sentences[number] for number in chosen)


def context(claim: str, evidence: Evidence, near: Sequence[Span]) -> str:
    """The aligned sentences and those that share most with the claim beside them, in the order they are read in."""
    if len(evidence.sentences) <= CONTEXT:
        return " ".join(map(evidence.read, evidence.sentences))
    _, held, weights = _shared(claim, evidence)
    worth = [math.fsum(weights[key] for key in own) for own in held]
    ranked = sorted(range(len(held)), key=worth.__getitem__, reverse=True)
    others = [evidence.sentences[number] for number in ranked if worth[number] > 0]
    chosen = [*near, *(one for one in others if one not in near)][:CONTEXT]
    return " ".join(map(evidence.read, sorted(chosen)))


def _shared(claim: str, evidence: Evidence) -> tuple[frozenset[str], list[frozenset[str]], dict[str, float]]:
    """A claim's keys, those of them that each sentence has, and what each key weighs."""
    wanted = keys(claim)
    held = [wanted & _told(evidence.read(sentence)) for sentence in evidence.sentences]
    return wanted, held, _weights(wanted, held)


def _told(sentence: str) -> frozenset[str]:
    """A sentence's keys; none for a question, which tells nothing."""
    return frozenset() if sentence.endswith("?") else keys(sentence)


def _weights(wanted: frozenset[str], held: Sequence[frozenset[str]]) -> dict[str, float]:
    found = {key: sum(key in own for own in held) for key in wanted}
    return {key: math.log(1 + (len(held) + 1) / (1 + count)) for key, count in found.items()}


def _best(held: Sequence[frozenset[str]], missing: set[str], weights: Mapping[str, float]) -> tuple[int, float]:
    # Summed exactly, here and above: the order of a set differs from run to run and must not decide between sentences.
    gains = [math.fsum(weights[key] for key in own & missing) for own in held]
    number = max(range(len(gains)), key=gains.__getitem__, default=0)
    return number, gains[number] if gains else 0.0
