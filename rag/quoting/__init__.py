"""Hits -> quotes: the sentences that answer, word for word, or none when none does."""

from rag.quoting.asked import Asked, read
from rag.quoting.confidence import features
from rag.quoting.picking import Candidate, rank
from rag.quoting.quote import Quoting, quote

__all__ = ["Asked", "Candidate", "Quoting", "features", "quote", "rank", "read"]
