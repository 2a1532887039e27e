"""Files -> articles: reads formats, separates boilerplate from text, extracts titles and dates."""

from rag.articles.article import Article
from rag.articles.dating import StatedDate
from rag.articles.formats import READING
from rag.articles.loading import ArticleFiles, FileArticles, find_articles, load_article, load_articles

__all__ = [
    "READING",
    "Article",
    "ArticleFiles",
    "FileArticles",
    "StatedDate",
    "find_articles",
    "load_article",
    "load_articles",
]
