"""Contents -> overview: what each article says in one or two of its own sentences, by theme."""

from collections.abc import Sequence

from rag.embedding import Embedder
from rag.exploring.contents import ArticleContents
from rag.exploring.report import ReportRow, ReportSection
from rag.exploring.salience import choose_sentences
from rag.exploring.themes import Theme, group_by_theme
from rag.text.day_names import format_date

SENTENCES = 2
"""Sentences of an article in an overview of several."""
ARTICLE_SENTENCES = 5
"""Sentences of the summary of one article."""
MOST_ROWS = 60
"""Articles shown of an overview; the rest is counted."""
OTHER = "Other subjects"


def overview_sections(
    contents: Sequence[ArticleContents], embedder: Embedder, sentences: int | None = None
) -> tuple[ReportSection, ...]:
    """One section a theme, largest first; a single article is one section of more sentences.

    Args:
        contents: of the articles.
        embedder: that made the index.
        sentences: of an article at most; None for SENTENCES, or ARTICLE_SENTENCES of a single one.
    """
    if not contents:
        return ()
    if len(contents) == 1:
        return (ReportSection("", (_row(contents[0], sentences or ARTICLE_SENTENCES, embedder),)),)
    sections = []
    left = MOST_ROWS
    for theme in group_by_theme(contents, embedder):
        shown = theme.contents[:left]
        left -= len(shown)
        if shown:
            rows = tuple(_row(one, sentences or SENTENCES, embedder) for one in shown)
            sections.append(ReportSection(_heading(theme), rows, _count_rest(len(theme.contents) - len(shown))))
    return tuple(sections)


def _heading(theme: Theme) -> str:
    heading = theme.heading or OTHER
    return heading[:1].upper() + heading[1:]


def _count_rest(articles: int) -> str:
    return f"and {articles:,} more" if articles else ""


def _row(contents: ArticleContents, sentences: int, embedder: Embedder) -> ReportRow:
    entry = contents.entry
    claims = tuple(sentence.claim for sentence in choose_sentences(contents, sentences, embedder))
    return ReportRow(entry.title, claims, format_date(entry.date) if entry.date else "", entry.id)
