"""Hits + model -> cited sentences as they stream: each whole, its marks resolved to quotes, none checked yet."""

from rag.answering.writing.citation_marks import Cited, read
from rag.answering.writing.evidence import Evidence, choose
from rag.answering.writing.writer import answers, attribute, repair, write

__all__ = ["Cited", "Evidence", "answers", "attribute", "choose", "read", "repair", "write"]
