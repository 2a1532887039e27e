"""Hits -> quotes: the sentences that answer, word for word, or none when none does."""

from rag.answering.quoting.confidence import features
from rag.answering.quoting.question import Asked, read
from rag.answering.quoting.quote import Quoting, quote
from rag.answering.quoting.ranking import Candidate, rank

__all__ = ["Asked", "Candidate", "Quoting", "features", "quote", "rank", "read"]
