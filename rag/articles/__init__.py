"""Files -> articles: reads formats, separates boilerplate from text, extracts titles and dates."""

from rag.articles.article import Article
from rag.articles.loading import ArticleFiles, find_articles, load_article

__all__ = ["Article", "ArticleFiles", "find_articles", "load_article"]
