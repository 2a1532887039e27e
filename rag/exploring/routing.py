"""Request -> answer: the view or the remark that a question asks for; none where its sentences are to answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Self

from rag.answering.answer import Answer
from rag.exploring import about, remarks
from rag.exploring.contents import ArticleContents, admitted_entries, newest_first, read_contents
from rag.exploring.explorer import TYPES, Explorer, describe_articles
from rag.exploring.name_types import NameType
from rag.exploring.references import find_meant
from rag.exploring.report import write_report
from rag.exploring.requests import CONTENT, LACKING, FolderRequest, RequestParser
from rag.exploring.topics import select_topic
from rag.index import Entry, Filter
from rag.text.quantities import quantities

MOST_SENTENCES = 10
"""Sentences of the summary of an article, whatever the question wants."""
LISTED_AT_ONCE = 10
"""Articles that are listed where only their number was asked for."""
_TYPE_WORDS: tuple[tuple[NameType, re.Pattern[str]], ...] = (
    ("place", re.compile(r"\b(?:place|countr|cit(?:y|ies)|town|state|location|region)", re.IGNORECASE)),
    (
        "organisation",
        re.compile(r"\b(?:organi[sz]ation|compan|institution|group|agenc|part(?:y|ies)\b)", re.IGNORECASE),
    ),
    (
        "person",
        re.compile(
            r"\b(?:people|person|who\b|who's|politician|everybody|everyone|player|actor|leader|protagonist)",
            re.IGNORECASE,
        ),
    ),
)
_OFFICES = re.compile(
    r"\b(?:politicians?|leaders?|actors?|experts?|journalists?|companies|cities|towns)\b", re.IGNORECASE
)
_SENTENCES = re.compile(r"\b\w+[ -]sentences?\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:\b(?:and|with|to|from|or|versus|vs\.?|w|than)\b|,|;|/)\s*", re.IGNORECASE)

Handler = Callable[[str, FolderRequest, Filter], Answer | None]
"""Question, request and bounds -> answer."""


class Router:
    """Answers the questions that are none to a sentence of the articles.

    Args:
        explorer: makes the views.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._parser = RequestParser(lambda: explorer.shipped_embedder)

    def over(self, explorer: Explorer) -> Self:
        """The same for another explorer; what the wordings mean is not embedded again."""
        other = copy(self)
        other._explorer = explorer
        return other

    def answer(self, question: str, bounds: Filter, *, follows: bool = False) -> Answer | None:
        """The view or remark that a question asks for; None where it is a question of content.

        Args:
            question: as the user asks it.
            bounds: the articles that may be used.
            follows: whether there are earlier turns.
        """
        return self._handle(question, self._parser.parse(question, follows=follows), bounds, {})

    def answer_instead(self, question: str, bounds: Filter, *, refused: bool) -> Answer | None:
        """The view that is asked for by a question whose answer is not sure; None where it asks for none.

        Args:
            question: as the user asks it.
            bounds: the articles that may be used.
            refused: whether nothing is shown otherwise, and not the nearest sentences.
        """
        request = self._parser.parse_unanswered(question, refused=refused)
        others: dict[str, Handler] = {
            "overview": self._topic_overview if request.topic else self._overview,
            "comparison": self._comparison_or_which,
            "list": self._literal_mentions if request.topic else self._list,
            "mentions": self._literal_mentions,
        }
        return self._handle(question, request, bounds, others)

    def _handle(
        self, question: str, request: FolderRequest, bounds: Filter, others: Mapping[str, Handler]
    ) -> Answer | None:
        """What a request asks for, by the handler of its kind: one of some others, or the usual one."""
        handlers: dict[str, Handler] = {
            "overview": self._overview,
            "article overview": self._article_overview,
            "topic overview": self._topic_overview,
            "timeline": self._timeline,
            "comparison": self._comparison,
            "names": self._names,
            "count": self._count,
            "list": self._list,
            "mentions": self._mentions,
            LACKING: self._lacking,
            "author": self._author,
            "published": self._published,
            "newest": self._newest,
            "oldest": self._oldest,
            "greeting": self._say(remarks.HELLO),
            "thanks": self._say(remarks.WELCOME),
            "help": self._say(remarks.WHAT_I_AM),
            **others,
        }
        return None if request.kind == CONTENT else handlers[request.kind](question, request, bounds)

    def _overview(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return self._explorer.overview(bounds, question=question)

    def _article_overview(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        meant = self._meant(question, request, bounds)
        if not meant:
            return self._topic_overview(question, request, bounds)
        chosen = replace(bounds, articles=frozenset(entry.id for entry in meant))
        return self._explorer.overview(chosen, question=question, sentences=_wanted_sentences(question))

    def _topic_overview(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        on_topic = select_topic(self._contents(bounds), request.topic, self._explorer.embedder)
        return self._explorer.overview(bounds, request.topic, question) if on_topic else None

    def _timeline(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return self._explorer.timeline(bounds, request.topic or None, question)

    def _comparison(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        """Of the two articles that the topic names, or of the only two."""
        contents = self._contents(bounds)
        if not request.topic:
            pair = [one.entry for one in contents] if len(contents) == 2 else []
        else:
            pair = self._two(question, request, contents)
        return self._compare(question, pair)

    def _comparison_or_which(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        which = self._say(remarks.WHICH_TO_COMPARE)
        return self._comparison(question, request, bounds) or which(question, request, bounds)

    def _compare(self, question: str, pair: Sequence[Entry]) -> Answer | None:
        return self._explorer.compare(pair[0].id, pair[1].id, question) if len(pair) == 2 else None

    def _two(self, question: str, request: FolderRequest, contents: Sequence[ArticleContents]) -> list[Entry]:
        embedder = self._explorer.embedder
        by_id = find_meant(question, "", contents, embedder)
        if len(by_id) == 2:
            return list(by_id)
        parts = [part for part in _AND.split(request.topic) if part]
        for part in range(1, len(parts)):
            sides = (" ".join(parts[:part]), " ".join(parts[part:]))
            found = [find_meant(side, side, contents, embedder) for side in sides]
            if all(len(one) == 1 for one in found) and found[0] != found[1]:
                return [found[0][0], found[1][0]]
        return []

    def _names(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        meant = self._meant(question, request, bounds) if request.topic else ()
        chosen = replace(bounds, articles=frozenset(entry.id for entry in meant)) if meant else bounds
        types = tuple(type_ for type_, asked in _TYPE_WORDS if asked.search(question)) or TYPES
        office = _OFFICES.search(question)
        remark = (
            f"These are all names of the kind; which of them are {office.group()}, their sentences say."
            if office
            else ""
        )
        return self._explorer.names(chosen, types, question, remark)

    def _count(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        entries = self._entries(bounds)
        shown = newest_first(entries) if len(entries) <= LISTED_AT_ONCE else ()
        return about.list_articles(question, shown, describe_articles(entries))

    def _list(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        entries = self._entries(bounds)
        return about.list_articles(question, newest_first(entries), describe_articles(entries))

    def _mentions(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        found = self._literal_mentions(question, request, bounds)
        if found or not request.topic:
            return found
        articles, embedder = len(self._entries(bounds)), self._explorer.embedder
        return about.nearest_to(question, request.topic, articles, self._contents(bounds), embedder)

    def _lacking(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return about.lacking(question, request.topic, self._explorer.index, bounds)

    def _literal_mentions(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return about.mentioning(question, request.topic, self._explorer.index, bounds) if request.topic else None

    def _author(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        meant = self._meant(question, request, bounds)
        if request.topic and not meant:
            return None
        explorer = self._explorer
        return about.authors(question, meant or self._entries(bounds), explorer.index, explorer.shipped_embedder)

    def _published(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        contents = self._contents(bounds)
        meant = self._two(question, request, contents) or list(self._meant(question, request, bounds))
        if request.topic and not meant:
            return None
        return about.publication(question, meant or self._entries(bounds), self._explorer.index)

    def _newest(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return about.extreme(question, self._entries(bounds), self._explorer.index, newest=True)

    def _oldest(self, question: str, request: FolderRequest, bounds: Filter) -> Answer | None:
        return about.extreme(question, self._entries(bounds), self._explorer.index, newest=False)

    def _say(self, remark: str) -> Callable[[str, FolderRequest, Filter], Answer]:
        def say(question: str, request: FolderRequest, bounds: Filter) -> Answer:
            articles = len(self._entries(bounds))
            named = "1 article" if articles == 1 else f"{articles:,} articles"
            return write_report(question, "remark", (), remark=remark.format(articles=named))

        return say

    def _meant(self, question: str, request: FolderRequest, bounds: Filter) -> tuple[Entry, ...]:
        return find_meant(question, request.topic, self._contents(bounds), self._explorer.embedder)

    def _contents(self, bounds: Filter) -> tuple[ArticleContents, ...]:
        return read_contents(self._explorer.index, bounds)

    def _entries(self, bounds: Filter) -> tuple[Entry, ...]:
        return admitted_entries(self._explorer.index, bounds)


def _wanted_sentences(question: str) -> int | None:
    """How many sentences a question wants; None where it does not say."""
    wanted = _SENTENCES.search(question)
    found = quantities(wanted.group()) if wanted else ()
    return max(1, min(int(found[0].value), MOST_SENTENCES)) if found else None
