"""Ranking + model -> cited sentences as they stream: each whole, its marks resolved to quotes, not yet checked."""

from rag.answering.writing.attribution import EvidenceMatcher
from rag.answering.writing.evidence import NumberedEvidence, choose_evidence
from rag.answering.writing.phrases import state_marked
from rag.answering.writing.refusals import CERTAIN, LIKELY, RefusalDetector, tidy_claim
from rag.answering.writing.relevance import RelevanceFilter
from rag.answering.writing.writer import repair_claim, write_claims

__all__ = [
    "CERTAIN",
    "LIKELY",
    "EvidenceMatcher",
    "NumberedEvidence",
    "RefusalDetector",
    "RelevanceFilter",
    "choose_evidence",
    "repair_claim",
    "state_marked",
    "tidy_claim",
    "write_claims",
]
