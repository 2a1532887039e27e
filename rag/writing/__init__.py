"""Hits + model -> cited sentences as they stream: each whole, its marks resolved to quotes, none checked yet."""

from rag.writing.evidence import Evidence, choose
from rag.writing.marks import Cited, read
from rag.writing.writer import answers, attribute, repair, write

__all__ = ["Cited", "Evidence", "answers", "attribute", "choose", "read", "repair", "write"]
