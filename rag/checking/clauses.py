"""Sentence -> its clauses, each a claim of its own, and whether an evidence sentence is about one of them."""

import re
from functools import lru_cache

from rag.checking.overlap import has, keys
from rag.text.spans import Span

_JOINT = re.compile(
    r"[;:]\s+|\s+[–—-]\s+|,?\s+(?:and|but|while|whereas|although|though|which|who|whose|where|when|after|before|because"
    r"|since|until|despite|following|with)\s+|,\s+"
)
LEAST_KEYS = 3
"""Topical words of a clause; a shorter stretch belongs to the clause before it."""
LEAST_SHARED = 0.5
"""Share of a claim's topical words that a sentence about the same matter must have."""


@lru_cache(maxsize=8192)
def clauses(sentence: str) -> tuple[Span, ...]:
    """The spans of a sentence's clauses, in order; the whole sentence where it has only one."""
    cuts = [(joint.start(), joint.end()) for joint in _JOINT.finditer(sentence)]
    spans: list[Span] = []
    start = 0
    for left, right in [*cuts, (len(sentence), len(sentence))]:
        if len(keys(sentence[start:left])) >= LEAST_KEYS:
            spans.append(Span(start, left))
            start = right
    if not spans:
        return (Span(0, len(sentence)),)
    return (*spans[:-1], Span(spans[-1].start, len(sentence))) if start < len(sentence) else tuple(spans)


def clause_at(sentence: str, offset: int) -> str:
    """The clause at an offset of a sentence."""
    span = next((span for span in clauses(sentence) if offset < span.end), Span(0, len(sentence)))
    return sentence[span.start : span.end]


@lru_cache(maxsize=16384)
def about(claim: str, sentence: str) -> bool:
    """Whether a sentence has at least half of a claim's topical words, its numbers aside."""
    claim_keys = [key for key in keys(claim) if not key.startswith("#")]
    sentence_keys = keys(sentence)
    return sum(has(key, sentence_keys) for key in claim_keys) >= LEAST_SHARED * len(claim_keys)
