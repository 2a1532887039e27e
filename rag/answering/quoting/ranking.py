"""Question + hits -> ranking: every sentence scored, best first, and how likely it is that they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.quoting.candidates import Candidate, score_candidates
from rag.answering.quoting.confidence import estimate_confidence
from rag.answering.quoting.question import ParsedQuestion, parse_question
from rag.retrieval import Hit


@dataclass(frozen=True, slots=True)
class Ranking:
    """The sentences of the hits ordered by how well they answer; quoting and writing both choose from it."""

    question: ParsedQuestion
    """The question as it was searched for."""
    hits: tuple[Hit, ...]
    """In the order of retrieval."""
    candidates: tuple[Candidate, ...]
    """Every sentence of the hits, highest score first."""
    confidence: float
    """Probability that the hits hold the answer, 0 to 1; 0 without hits."""


def rank(question: str, hits: Sequence[Hit]) -> Ranking:
    """Score every sentence of the hits for a question, once for all that use them.

    Args:
        question: as it was searched for, understandable alone.
        hits: in the order of retrieval, with the cosine of each sentence.
    """
    parsed = parse_question(question)
    candidates = score_candidates(parsed, hits)
    return Ranking(parsed, tuple(hits), candidates, estimate_confidence(parsed, candidates))
