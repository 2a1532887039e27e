"""Folder -> corpus: the articles' text as the product reads it, to prove quotes and citations against."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from rag.articles import Article, find_articles, load_articles
from rag.errors import ArticleError, SuiteError
from rag.text.sentences import split
from rag.text.spans import Span

_MIN_SIMILARITY = 0.5
"""Similarity below which a sentence is not offered as what a stale quote may have become."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a folder by id."""

    articles: Mapping[str, Article]

    def spans(self, article: str, quote: str) -> tuple[Span, ...]:
        """Every place where a quote stands in an article, word for word; none where it does not."""
        held = self.articles.get(article)
        if held is None:
            return ()
        return tuple(Span(*match.span()) for match in re.finditer(re.escape(quote), held.text))

    def is_boilerplate(self, article: str, span: Span) -> bool:
        """Whether a stretch touches what the product does not take for evidence: links, forms, bylines."""
        return any(span.start < other.end and other.start < span.end for other in self.articles[article].boilerplate)

    def nearest(self, article: str, quote: str) -> str:
        """The sentence most like a quote that no longer stands there; empty when none is."""
        text = self.articles[article].text
        alike = [(_similarity(quote, text[span.start : span.end]), text[span.start : span.end]) for span in split(text)]
        best = max(alike, default=(0.0, ""))
        return best[1] if best[0] >= _MIN_SIMILARITY else ""

    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of each article's text, by id."""
        return {id: hashlib.sha256(one.text.encode()).hexdigest() for id, one in self.articles.items()}


def _similarity(first: str, second: str) -> float:
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def read_corpus(folder: Path) -> Corpus:
    """Every article that the product could index in a folder.

    Raises:
        SuiteError: the folder is missing or holds no article.
    """
    articles = {article.id: article for article in _read(folder)}
    if not articles:
        raise SuiteError(f"No articles in {folder}. Name their folder: --articles FOLDER")
    return Corpus(articles)


def _read(folder: Path) -> Iterator[Article]:
    try:
        files = find_articles(folder).files
    except ArticleError as error:
        raise SuiteError(f"{error}. Name the articles' folder: --articles FOLDER") from error
    for file in files:
        try:
            yield from load_articles(file, folder).articles
        except ArticleError:
            continue  # the product skips it, too, and says so when it indexes
