"""Index -> views of many articles at once: overview, timeline, comparison, names; without a language model."""

from rag.exploring.explorer import Explorer
from rag.exploring.routing import Router

__all__ = ["Explorer", "Router"]
