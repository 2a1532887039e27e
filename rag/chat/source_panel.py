"""An article and what is cited of it -> HTML: the source as the right column shows it, as text or as a PDF's page."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.articles import Article
from rag.articles.pdf_pages import PdfPage
from rag.chat.exchanges import Exchange
from rag.chat.markup import render_template
from rag.text.sentences import paragraphs
from rag.text.spans import Span


class Highlight(NamedTuple):
    """A span of the article that is marked; `number` is its citation, 0 for a passage that is none."""

    span: Span
    number: int
    open: bool
    """Whether it is the one that the user asked to see."""


class Navigation(NamedTuple):
    """The bar above a source: which citation of which exchange is open, and the numbers of all of them."""

    exchange: Exchange
    numbers: tuple[int, ...]
    """Empty for a passage that is near but no answer."""
    number: int
    quote: str = ""
    """As the mark in the answer previews it: another quote may get its number while the answer is written."""
    reference: str = ""
    """The quote and its source in a line, to be copied."""

    @property
    def previous(self) -> int | None:
        """The citation before; None at the first."""
        return self._at(-1)

    @property
    def next(self) -> int | None:
        """The citation after; None at the last."""
        return self._at(1)

    def _at(self, step: int) -> int | None:
        at = self.numbers.index(self.number) + step if self.numbers else -1
        return self.numbers[at] if 0 <= at < len(self.numbers) else None


class PageView(NamedTuple):
    """A page of the PDF that an article was read from."""

    quoted: Span
    """What is marked; empty when nothing is."""
    page: PdfPage | None
    """None when it cannot be shown."""
    problem: str = ""
    """Why not."""


class _Paragraph(NamedTuple):
    pieces: tuple[tuple[str, Highlight | None], ...]
    """The text in order, cut where highlights begin and end."""
    boilerplate: bool


def render_source(article: Article, highlights: Sequence[Highlight], navigation: Navigation | None = None) -> str:
    """The whole article with its highlights, below the bar that leads to other citations."""
    return render_template(
        "source_panel",
        article=article,
        navigation=navigation,
        paragraphs=list(_paragraphs(article, highlights)),
        view=None,
        opened=_opened(highlights),
        has_pages=_has_pages(article),
    )


def render_pdf_page(article: Article, view: PageView, navigation: Navigation | None = None) -> str:
    """A page of the article's PDF in the place of its text, below the same bar."""
    return render_template(
        "source_panel", article=article, navigation=navigation, view=view, opened=view.quoted, has_pages=True
    )


def _opened(highlights: Sequence[Highlight]) -> Span:
    """From the first to the last span that the user asked to see."""
    spans = [highlight.span for highlight in highlights if highlight.open] or [Span(0, 0)]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _has_pages(article: Article) -> bool:
    """Whether its file is a PDF that this machine has."""
    source = Path(article.source)
    return source.suffix.lower() == ".pdf" and source.is_file()


def render_missing_article(title: str) -> str:
    """The panel in place of an article that was removed meanwhile."""
    return render_template("missing_article", title=title)


def render_no_source() -> str:
    """The panel before any source was opened."""
    return render_template("no_source")


def _paragraphs(article: Article, highlights: Sequence[Highlight]) -> Iterator[_Paragraph]:
    kept = _without_overlaps(highlights)
    for paragraph in paragraphs(article.text):
        inside = [each for each in kept if each.span.start < paragraph.end and each.span.end > paragraph.start]
        if inside or not _repeats_title(article, paragraph):
            boilerplate = not inside and _is_boilerplate(article, paragraph)
            yield _Paragraph(tuple(_pieces(article.text, paragraph, inside)), boilerplate)


def _without_overlaps(highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    """The highlights in the order of the text; of two that overlap, the open one stays."""
    kept: list[Highlight] = []
    for highlight in sorted(highlights, key=lambda each: not each.open):
        span = highlight.span
        if all(span.end <= other.span.start or span.start >= other.span.end for other in kept):
            kept.append(highlight)
    return tuple(sorted(kept, key=lambda each: each.span.start))


def _is_boilerplate(article: Article, paragraph: Span) -> bool:
    return any(span.start <= paragraph.start and paragraph.end <= span.end for span in article.boilerplate)


def _repeats_title(article: Article, paragraph: Span) -> bool:
    return article.text[paragraph.start : paragraph.end].split() == article.title.split()


def _pieces(text: str, paragraph: Span, inside: Sequence[Highlight]) -> Iterator[tuple[str, Highlight | None]]:
    at = paragraph.start
    for highlight in inside:
        start, end = max(highlight.span.start, paragraph.start), min(highlight.span.end, paragraph.end)
        yield text[at:start], None
        yield text[start:end], highlight
        at = end
    yield text[at : paragraph.end], None
