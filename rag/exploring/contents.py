"""Index -> contents: every sentence of some articles with its vector, in the order of the articles' texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rag.answering.claims import Claim, Quote
from rag.answering.quoting.candidates import states_something
from rag.answering.quoting.quote import LEANS_BACK
from rag.embedding import Vectors
from rag.index import Entry, Filter, Index
from rag.passages import Passage

MOST_READ = 300
"""Articles that are read for one view: a second of work; of more, the newest are read."""


@dataclass(frozen=True, slots=True)
class ArticleSentence:
    """One sentence of a passage."""

    passage: Passage
    number: int
    """Index of the sentence in its passage, from 0."""

    @property
    def text(self) -> str:
        """The sentence word for word."""
        return self.passage.sentence(self.number)

    @property
    def quote(self) -> Quote:
        """The sentence as it is cited."""
        return Quote(self.passage, self.passage.sentences[self.number])

    @property
    def claim(self) -> Claim:
        """The sentence as a line that cites itself."""
        return Claim(self.text, (self.quote,))

    @property
    def stands_alone(self) -> bool:
        """Whether it is a statement that is understood without the sentence before it."""
        return states_something(self.passage, self.number) and not LEANS_BACK.match(self.text)


@dataclass(frozen=True, slots=True)
class ArticleContents:
    """One article as its sentences."""

    entry: Entry
    sentences: tuple[ArticleSentence, ...]
    vectors: Vectors
    """One row a sentence, unit length."""

    @property
    def mean(self) -> Vectors:
        """The mean of its sentences' vectors, unit length."""
        mean = self.vectors.mean(axis=0)
        return np.asarray(mean / (np.linalg.norm(mean) or 1.0))


def read_contents(index: Index, bounds: Filter) -> tuple[ArticleContents, ...]:
    """The articles that a filter lets through, at most MOST_READ: the dated first, newest first, then by id.

    An article without a sentence is left out.
    """
    admitted = newest_first(admitted_entries(index, bounds))[:MOST_READ]
    ids = {entry.id: entry for entry in admitted}
    stored = index.passages(index.passage_numbers(Filter(articles=frozenset(ids))))
    passages = {one.number: one.passage for one in stored}
    vectors = index.sentences(list(passages))
    rows: dict[str, list[tuple[ArticleSentence, Vectors]]] = {}
    ends = np.cumsum(vectors.counts)
    for number, end, count in zip(vectors.numbers.tolist(), ends.tolist(), vectors.counts.tolist(), strict=True):
        sentences = (ArticleSentence(passages[number], position) for position in range(count))
        pairs = zip(sentences, vectors.vectors[end - count : end], strict=True)
        rows.setdefault(passages[number].article, []).extend(pairs)
    return tuple(_contents(entry, rows[entry.id]) for entry in admitted if entry.id in rows)


def admitted_entries(index: Index, bounds: Filter) -> tuple[Entry, ...]:
    """The articles that a filter lets through, by id."""
    return tuple(entry for entry in index.articles() if bounds.admits(entry))


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """The dated articles, newest first, then the undated by id."""
    return sorted(entries, key=lambda entry: (-(entry.date or date.min).toordinal(), entry.id))


def _contents(entry: Entry, rows: list[tuple[ArticleSentence, Vectors]]) -> ArticleContents:
    rows.sort(key=lambda row: row[0].quote.span.start)
    return ArticleContents(entry, tuple(sentence for sentence, _ in rows), np.stack([vector for _, vector in rows]))
