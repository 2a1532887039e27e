"""Index -> views of many articles at once: overview, timeline, comparison, names; without a language model."""

from rag.exploring.explorer import Explorer

__all__ = ["Explorer"]
