"""Sentence + evidence -> verdict: is what the sentence says what its sources say?"""

from rag.checking.checker import check
from rag.checking.verdict import Label, Verdict

__all__ = ["Label", "Verdict", "check"]
