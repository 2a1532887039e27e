"""Files -> articles: reading formats, telling furniture from text, finding titles and dates."""

from rag.articles.article import Article, Span
from rag.articles.reading import find, read

__all__ = ["Article", "Span", "find", "read"]
