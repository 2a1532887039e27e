"""Article -> passages: whole sentences packed up to a token budget, each at its exact offsets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple

from rag.articles import Article
from rag.text.sentences import paragraphs, split
from rag.text.spans import Span
from rag.text.tokens import count_tokens


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of neighbouring sentences of one article; `text` is `article_text[start:end]`."""

    article: str
    """Id of the article."""
    title: str
    date: date | None
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    """Offsets into the article's text, ascending, not overlapping, at least one."""

    @property
    def key(self) -> str:
        """Identity of the passage within an index: article id and start."""
        return f"{self.article}#{self.start}"

    def sentence(self, number: int) -> str:
        """Text of the sentence with this position in `sentences`, verbatim."""
        span = self.sentences[number]
        return self.text[span.start - self.start : span.end - self.start]


class _Run(NamedTuple):
    """Neighbouring sentences, and the tokens of each with the white space before it."""

    sentences: tuple[Span, ...]
    sizes: tuple[int, ...]

    @property
    def tokens(self) -> int:
        return sum(self.sizes)


def cut_passages(article: Article, passage_tokens: int) -> tuple[Passage, ...]:
    """Passages that together hold every sentence of an article outside its boilerplate once, in order.

    Neighbouring paragraphs share a passage while they fit; one that is too long alone is cut at sentence ends into
    parts of like size, and a single sentence that is too long stands alone. No passage spans boilerplate.

    Args:
        article: the article to cut.
        passage_tokens: upper size of a passage in cl100k_base tokens.
    """
    runs = (run for stretch in _evidence(article) for run in _pack(_runs(article.text, stretch), passage_tokens))
    return tuple(_passage(article, run.sentences) for run in runs)


def _evidence(article: Article) -> Iterator[Span]:
    begin = 0
    for span in article.boilerplate:
        yield Span(begin, span.start)
        begin = span.end
    yield Span(begin, len(article.text))


def _runs(text: str, stretch: Span) -> Iterator[_Run]:
    before = stretch.start
    for paragraph in paragraphs(text, stretch.start, stretch.end):
        sentences = split(text, paragraph.start, paragraph.end)
        begins = (before, *(sentence.end for sentence in sentences))
        sizes = (count_tokens(text[begin : sentence.end]) for begin, sentence in zip(begins, sentences, strict=False))
        yield _Run(sentences, tuple(sizes))
        before = paragraph.end


def _pack(runs: Iterator[_Run], budget: int) -> Iterator[_Run]:
    packed = _Run((), ())
    for run in runs:
        if packed.tokens + run.tokens <= budget:
            packed = _Run(packed.sentences + run.sentences, packed.sizes + run.sizes)
            continue
        yield from _parts(packed, budget)
        packed = run
    yield from _parts(packed, budget)


def _parts(run: _Run, budget: int) -> Iterator[_Run]:
    """The run cut into as few parts as the budget allows, each near the mean size of what is left."""
    begin = 0
    while begin < len(run.sizes):
        end = _reach(run.sizes[begin:], budget) + begin
        yield _Run(run.sentences[begin:end], run.sizes[begin:end])
        begin = end


def _reach(sizes: Sequence[int], budget: int) -> int:
    """Number of sentences in the next part, at least one."""
    goal = sum(sizes) / max(1, ceil(sum(sizes) / budget))
    taken = sizes[0]
    for number, size in enumerate(sizes[1:], start=1):
        if taken + size > budget or abs(taken + size - goal) > abs(taken - goal):
            return number
        taken += size
    return len(sizes)


def _passage(article: Article, sentences: tuple[Span, ...]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return Passage(article.id, article.title, article.date, article.text[start:end], start, end, sentences)
