"""Sentence -> the claims it joins, and whether an evidence sentence is about one of them."""

import re
from functools import lru_cache

from rag.checking.overlap import has, keys
from rag.text.spans import Span

_JOINT = re.compile(
    r"[;:]\s+|\s+[–—-]\s+|,?\s+(?:and|but|while|whereas|although|though|which|who|whose|where|when|after|before|because"
    r"|since|until|despite|following|with)\s+|,\s+"
)
FEWEST = 3
"""Topical words of a claim; a shorter stretch belongs to the claim before it."""
MATTER = 0.5
"""Share of a claim's topical words that a sentence about the same must have."""


@lru_cache(maxsize=8192)
def clauses(sentence: str) -> tuple[Span, ...]:
    """The stretches of a sentence that claim something each, in order; the sentence itself where there is one claim."""
    cuts = [(joint.start(), joint.end()) for joint in _JOINT.finditer(sentence)]
    found: list[Span] = []
    start = 0
    for left, right in [*cuts, (len(sentence), len(sentence))]:
        if len(keys(sentence[start:left])) >= FEWEST:
            found.append(Span(start, left))
            start = right
    if not found:
        return (Span(0, len(sentence)),)
    return (*found[:-1], Span(found[-1].start, len(sentence))) if start < len(sentence) else tuple(found)


def clause_at(sentence: str, place: int) -> str:
    """The claim that a place of a sentence belongs to."""
    span = next((span for span in clauses(sentence) if place < span.end), Span(0, len(sentence)))
    return sentence[span.start : span.end]


@lru_cache(maxsize=16384)
def about(claim: str, sentence: str) -> bool:
    """Whether a sentence has at least half of a claim's topical words, its numbers aside."""
    wanted = [key for key in keys(claim) if not key.startswith("#")]
    held = keys(sentence)
    return sum(has(key, held) for key in wanted) >= MATTER * len(wanted)
