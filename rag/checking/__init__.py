"""Sentence + evidence -> verdict: is what the sentence says what its sources say?"""

from rag.checking.checker import check
from rag.checking.judges import MODEL_JUDGE, SMALL_JUDGE, Judge, Opinion, open_judge
from rag.checking.verdict import Label, Verdict
from rag.checking.weighing import ShippedJudge

__all__ = [
    "MODEL_JUDGE",
    "SMALL_JUDGE",
    "Judge",
    "Label",
    "Opinion",
    "ShippedJudge",
    "Verdict",
    "check",
    "open_judge",
]
