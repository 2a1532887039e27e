"""Files -> articles: reading formats, separating boilerplate from text, finding titles and dates."""

from rag.articles.article import Article
from rag.articles.loading import find, read

__all__ = ["Article", "find", "read"]
