"""An article and what is cited of it -> HTML: the source as the right column shows it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.answering.answer import Citation
from rag.articles import Article
from rag.chat.markup import button, day, icon, line, text
from rag.text.sentences import paragraphs
from rag.text.spans import Span


class Highlight(NamedTuple):
    """A stretch of the article that is marked; `number` is its citation, 0 for a passage that is none."""

    span: Span
    number: int
    open: bool
    """Whether it is the one the reader came for."""


def render_source(article: Article, highlights: Sequence[Highlight], navigation: str = "") -> str:
    """The whole article with its highlights; `way` is the bar that leads to other citations."""
    shown = _apart(highlights)
    body = "".join(_paragraph(article, paragraph, shown) for paragraph in paragraphs(article.text))
    return (
        f'<div class="source">{navigation}<article class="paper" aria-label="Source: {line(article.title)}">'
        f'<p class="kicker">{day(article.date)}<span class="file">{line(article.id, 60)}</span></p>'
        f'<h2 tabindex="-1" dir="auto">{line(article.title, 300)}</h2>{body}</article></div>'
    )


def render_citation_nav(turn: int, citations: Sequence[Citation], number: int) -> str:
    """The bar above a source: which citation it is, and the ones before and after."""
    numbers = [citation.number for citation in citations]
    at = numbers.index(number)
    before = _step(turn, numbers[at - 1] if at else None, "Previous citation", "left")
    after = _step(turn, numbers[at + 1] if at + 1 < len(numbers) else None, "Next citation", "right")
    where = f'<span class="where">Source {number} <span class="of">of {len(numbers)}</span></span>'
    return f'<nav class="citations" aria-label="Citations">{where}{before}{after}</nav>'


def _step(turn: int, number: int | None, label: str, shape: str) -> str:
    if number is None:
        return f'<button type="button" class="tool" disabled aria-label="{label}">{icon(shape)}</button>'
    return button("cite", label, icon(shape), f"tool {shape}", turn=turn, number=number)


def render_missing_article(title: str) -> str:
    """What stands in place of an article that was removed meanwhile."""
    return (
        f'<div class="source"><article class="paper"><h2 tabindex="-1">{line(title)}</h2>'
        f'<p class="quiet">This article is no longer indexed.</p></article></div>'
    )


def _apart(highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    """The highlights in reading order; of two that overlap, the one the reader came for stays."""
    kept: list[Highlight] = []
    for one in sorted(highlights, key=lambda each: not each.open):
        if all(one.span.end <= other.span.start or one.span.start >= other.span.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda each: each.span.start))


def _paragraph(article: Article, paragraph: Span, highlights: Sequence[Highlight]) -> str:
    inside = [one for one in highlights if one.span.start < paragraph.end and one.span.end > paragraph.start]
    if not inside and _repeats(article, paragraph):
        return ""
    boilerplate = any(one.start <= paragraph.start and paragraph.end <= one.end for one in article.boilerplate)
    kind = ' class="boilerplate"' if boilerplate and not inside else ""
    return f'<p{kind} dir="auto">{"".join(_pieces(article.text, paragraph, inside))}</p>'


def _repeats(article: Article, paragraph: Span) -> bool:
    return " ".join(article.text[paragraph.start : paragraph.end].split()) == " ".join(article.title.split())


def _pieces(whole: str, paragraph: Span, inside: Sequence[Highlight]) -> Iterator[str]:
    at = paragraph.start
    for one in inside:
        start, end = max(one.span.start, paragraph.start), min(one.span.end, paragraph.end)
        yield text(whole[at:start])
        yield _marked(whole[start:end], one)
        at = end
    yield text(whole[at : paragraph.end])


def _marked(words: str, highlight: Highlight) -> str:
    number = f' data-number="{highlight.number}"' if highlight.number else ""
    kind = "open" if highlight.open else "other"
    return f'<mark class="{kind}"{number}>{text(words)}</mark>'
