"""Index -> views of many articles at once: overview, timeline, comparison, who and what; no language model needed."""

import time
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Self

from rag.answering.answer import Answer
from rag.embedding import Embedder, open_embedder
from rag.errors import IndexMissing
from rag.exploring.comparison import comparison_sections
from rag.exploring.contents import MOST_READ, ArticleContents, admitted_entries, read_contents
from rag.exploring.name_types import NameType
from rag.exploring.names import collect_names, name_sections, type_names
from rag.exploring.overview import overview_sections
from rag.exploring.report import write_report
from rag.exploring.timeline import find_events, timeline_sections
from rag.exploring.topics import select_topic
from rag.index import Entry, Filter, Index
from rag.settings import Settings
from rag.text.day_names import format_date

TYPES: tuple[NameType, ...] = ("person", "place", "organisation")


class Explorer:
    """Makes the views of one index.

    Args:
        index: holds at least one article.
        embedder: that made the index.
    """

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self.index = index
        self.embedder = embedder

    def over(self, index: Index) -> Self:
        """The same for another index of the same embedder."""
        other = copy(self)
        other.index = index
        return other

    @cached_property
    def shipped_embedder(self) -> Embedder:
        """The embedder whose vectors the weights of names and the thresholds of requests were fitted to."""
        return self.embedder if self.embedder.name == "minilm" else open_embedder(Settings(embedder="minilm"))

    def overview(
        self, bounds: Filter, topic: str | None = None, question: str = "Overview", sentences: int | None = None
    ) -> Answer:
        """What each article says in one or two of its own sentences, by theme; of one article, in five.

        Args:
            bounds: the articles to show.
            topic: shows only the sentences on it; None for all.
            question: as the user asked for it.
            sentences: of an article at most; None for two, or five of a single article.
        """
        started = time.perf_counter()
        contents, remark = self._read(bounds, topic)
        remark = " ".join([describe_articles(admitted_entries(self.index, bounds)), remark]).strip()
        sections = overview_sections(contents, self.embedder, sentences)
        return write_report(question, "overview", sections, time.perf_counter() - started, remark)

    def timeline(self, bounds: Filter, topic: str | None = None, question: str = "Timeline") -> Answer:
        """What the articles date, in order, each event once; arguments as for `overview`."""
        started = time.perf_counter()
        contents, remark = self._read(bounds, topic)
        sections = timeline_sections(find_events(contents))
        remark = remark if sections else "No sentence of the articles names a date."
        return write_report(question, "timeline", sections, time.perf_counter() - started, remark)

    def compare(self, one: str, other: str, question: str = "Comparison") -> Answer:
        """Where two articles differ, what both tell of, and what only one has.

        Args:
            one: id of an article, or its beginning where no other begins so.
            other: the second article.
            question: as the user asked for it.

        Raises:
            IndexMissing: there is no such article, or both are one.
        """
        started = time.perf_counter()
        ids = (self.article_id(one), self.article_id(other))
        if ids[0] == ids[1]:
            raise IndexMissing(f"{one!r} and {other!r} are one article. Name two: rag articles")
        contents = {two.entry.id: two for two in read_contents(self.index, Filter(articles=frozenset(ids)))}
        if len(contents) < 2:
            raise IndexMissing("One of the articles has no sentence to compare. See what there is: rag articles")
        pair = tuple(contents[id] for id in ids)
        sections = comparison_sections(pair[0], pair[1], self.embedder)
        titles = " and ".join(f"“{two.entry.title}” ({format_date(two.entry.date)})" for two in pair)
        return write_report(question, "comparison", sections, time.perf_counter() - started, f"{titles}.")

    def names(
        self, bounds: Filter, types: Sequence[NameType] = TYPES, question: str = "Who and what", remark: str = ""
    ) -> Answer:
        """The people, places and organisations, each with the sentence that introduces it.

        Args:
            bounds: the articles to read.
            types: which of them.
            question: as the user asked for it.
            remark: shown above them.
        """
        started = time.perf_counter()
        names = type_names(collect_names(read_contents(self.index, bounds)), self.shipped_embedder)
        sections = name_sections(names, types)
        remark = remark if sections else "The articles name none that I recognise."
        return write_report(question, "names", sections, time.perf_counter() - started, remark)

    def article_id(self, text: str) -> str:
        """The id of the article whose id is a text, or begins with it.

        Raises:
            IndexMissing: there is none, or several begin so.
        """
        ids = [entry.id for entry in self.index.articles()]
        found = [id for id in ids if id == text] or [id for id in ids if id.startswith(text)]
        if len(found) != 1:
            which = "Several articles begin with" if found else "No article"
            raise IndexMissing(f"{which} {text!r}. See what there is: rag articles")
        return found[0]

    def _read(self, bounds: Filter, topic: str | None) -> tuple[tuple[ArticleContents, ...], str]:
        """The articles on the topic; all of them, and a remark that says so, where none is on it."""
        contents = read_contents(self.index, bounds)
        on_topic = select_topic(contents, topic, self.embedder) if topic else contents
        if topic and not on_topic:
            return contents, f"No sentence speaks of “{topic}”; this is from all articles."
        return on_topic, ""


def describe_articles(entries: Sequence[Entry]) -> str:
    """How many articles there are, and from when: "5 articles, 26 September 2021 to 27 December 2022, 3 undated."."""
    dates = sorted(entry.date for entry in entries if entry.date)
    parts = [f"{len(entries):,} article{'' if len(entries) == 1 else 's'}"]
    if dates:
        parts.append(format_date(dates[0]) + (f" to {format_date(dates[-1])}" if dates[0] < dates[-1] else ""))
    undated = len(entries) - len(dates)
    if undated and dates:
        parts.append(f"{undated:,} undated")
    read = f" The {MOST_READ} newest were read." if len(entries) > MOST_READ else ""
    return f"{', '.join(parts)}.{read}"
