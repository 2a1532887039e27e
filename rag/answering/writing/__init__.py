"""Ranking + model -> cited sentences as they stream: each whole, its marks resolved to quotes, not yet checked."""

from rag.answering.writing.evidence import NumberedEvidence, choose_evidence
from rag.answering.writing.writer import answers_question, attribute_claim, repair_claim, write_claims

__all__ = [
    "NumberedEvidence",
    "answers_question",
    "attribute_claim",
    "choose_evidence",
    "repair_claim",
    "write_claims",
]
