"""Request -> answer about the articles themselves: how many, which, by whom, from when, and which mention what."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answering.answer import Answer
from rag.answering.claims import Claim, Quote
from rag.articles import Article
from rag.articles.dating import publication_date
from rag.embedding import Embedder
from rag.exploring.contents import ArticleContents, ArticleSentence, admitted_entries, newest_first
from rag.exploring.name_types import NAME_TYPES, classify_names
from rag.exploring.report import ReportRow, ReportSection, write_report
from rag.index import Entry, Filter, Index
from rag.passages import Passage
from rag.text.day_names import format_date
from rag.text.sentences import paragraphs
from rag.text.spans import Span
from rag.text.words import stems

MATCHING = 1000
"""Passages that one search for a word that articles mention looks at."""
MOST_SEARCHES = 20
"""Searches for a word; then the passages of the articles that are left are read one by one: a `rag ask`
over 3,000 copies of a text takes 1.9 s of processor time instead of 8.1."""
MOST_LISTED = 50
"""Articles of a list."""
NEAR_TOPIC = 0.25
"""Cosine of an article's mean with a topic from which on it is about it, where no article has the topic's words. By eye
on 30 articles: the alligator, dodo and tiger articles have .26 and more with "animals", the others .2 and less."""
AUTHOR_PROBABILITY = 0.7
"""Least probability of being a person for a line that is only a name."""
EDGE_LINES = 8
"""Lines at either end of an article that may name its author."""
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ]")
_BYLINE = re.compile(r"(?:written\s+)?by:?\s+(?P<name>.+)|authors?:\s*(?P<author>.+)", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?: (?:[A-ZÀ-Þ]\.|de|van|von|al|bin|[A-ZÀ-Þ][\w’'-]+)){1,3}")


def list_articles(question: str, entries: Sequence[Entry], remark: str) -> Answer:
    """The titles and dates of articles, under a remark."""
    return _report(question, [_entry_row(entry) for entry in entries], remark)


def mentioning(question: str, topic: str, index: Index, bounds: Filter) -> Answer | None:
    """The articles that have the words of a topic, each with its first such sentence; None where none has."""
    entries = admitted_entries(index, bounds)
    rows = [_sentence_row(sentence) for sentence in _find_mentions(topic, index, bounds, entries).values()]
    if not rows:
        return None
    verb = "mentions" if len(rows) == 1 else "mention"
    return _report(question, rows, f"{len(rows):,} of {_count(len(entries))} {verb} “{topic}”.")


def lacking(question: str, topic: str, index: Index, bounds: Filter) -> Answer:
    """The articles that do not have the words of a topic, newest first."""
    entries = admitted_entries(index, bounds)
    mentioned = _find_mentions(topic, index, bounds, entries)
    left = tuple(entry for entry in entries if entry.id not in mentioned)
    verb = "does" if len(left) == 1 else "do"
    if len(left) == len(entries):
        return list_articles(question, newest_first(left), f"None of {_count(len(entries))} mentions “{topic}”.")
    remark = f"{len(left):,} of {_count(len(entries))} {verb} not mention “{topic}”."
    return list_articles(question, newest_first(left), remark if left else f"Every article mentions “{topic}”.")


def nearest_to(
    question: str, topic: str, articles: int, contents: Sequence[ArticleContents], embedder: Embedder
) -> Answer:
    """The articles on like matters as a topic whose words none has, each with its nearest sentence.

    Args:
        question: as the user asked it.
        topic: what the articles were to mention.
        articles: how many there are.
        contents: of those that are compared by meaning.
        embedder: that made the index.
    """
    if _CAPITAL.search(topic):  # nothing is like a name
        contents = ()
    (vector,) = embedder.embed_query([topic])
    near = sorted(((float(one.mean @ vector), one) for one in contents), key=lambda pair: -pair[0])
    rows = [
        _sentence_row(one.sentences[int((one.vectors @ vector).argmax())])
        for cosine, one in near
        if cosine >= NEAR_TOPIC
    ]
    if rows:
        return _report(question, rows, f"None of {_count(articles)} has the words “{topic}”; these are the nearest.")
    return _report(question, (), f"None of {_count(articles)} mentions “{topic}”.")


def publication(question: str, entries: Sequence[Entry], index: Index) -> Answer:
    """When articles were published, oldest first, each with the line that says so."""
    dated = sorted((entry for entry in entries if entry.date), key=lambda entry: str(entry.date))
    undated = [entry for entry in entries if not entry.date]
    rows = [_date_row(entry, index) for entry in (*dated, *undated)]
    remark = ""
    if len(entries) == 2 and len(dated) == 2 and dated[0].date != dated[1].date:
        remark = f"“{dated[0].title}” is older than “{dated[1].title}”."
    elif len(entries) == 1:
        remark = "" if dated else "The article does not say when it was published."
    elif undated:
        remark = f"{len(dated):,} of {_count(len(entries))} say when they were published."
    return _report(question, rows, remark)


def authors(question: str, entries: Sequence[Entry], index: Index, embedder: Embedder) -> Answer:
    """Who wrote articles, as a line of theirs says."""
    rows = [(entry, _author_claims(index.article(entry.id), embedder)) for entry in entries]
    named = [ReportRow(entry.title, claims, "", entry.id) for entry, claims in rows if claims]
    silent = [_entry_row(entry) for entry, claims in rows if not claims]
    if not named:
        which = f"“{entries[0].title}”" if len(entries) == 1 else f"None of {_count(len(entries))}"
        return _report(question, (), f"{which} names {'no' if len(entries) == 1 else 'an'} author.")
    sections = [ReportSection("", tuple(named))]
    sections += [ReportSection("No author is named in", tuple(silent[:MOST_LISTED]))] if silent else []
    return write_report(question, "articles", sections)


def extreme(question: str, entries: Sequence[Entry], index: Index, *, newest: bool) -> Answer:
    """The newest or the oldest of the articles that state a date."""
    dated = [entry for entry in newest_first(entries) if entry.date]
    if not dated:
        return _report(question, (), f"None of {_count(len(entries))} states when it was published.")
    day = dated[0 if newest else -1].date
    undated = len(entries) - len(dated)
    remark = f"The {'newest' if newest else 'oldest'} by its date" + (f"; {undated:,} are undated." if undated else ".")
    return _report(question, [_date_row(entry, index) for entry in dated if entry.date == day], remark)


def _report(question: str, rows: Iterable[ReportRow], remark: str) -> Answer:
    shown = tuple(rows)
    more = len(shown) - MOST_LISTED
    sections = [ReportSection("", shown[:MOST_LISTED], f"and {more:,} more" if more > 0 else "")] if shown else []
    return write_report(question, "articles" if shown else "remark", sections, remark=remark)


def _count(articles: int) -> str:
    return f"{articles:,} article" + ("" if articles == 1 else "s")


def _entry_row(entry: Entry) -> ReportRow:
    return ReportRow(entry.title, (), format_date(entry.date), entry.id)


def find_mentions(topic: str, index: Index, bounds: Filter) -> dict[str, ArticleSentence]:
    """Id of each article with a passage that has all words of the topic -> its sentence with most of them, the first.

    Args:
        topic: words, in any form of them.
        index: to search.
        bounds: the articles to search.
    """
    return _find_mentions(topic, index, bounds, admitted_entries(index, bounds))


def _find_mentions(topic: str, index: Index, bounds: Filter, entries: Sequence[Entry]) -> dict[str, ArticleSentence]:
    mentioned: dict[str, ArticleSentence] = {}
    left = frozenset(entry.id for entry in entries) if stems(topic) else frozenset()
    within = bounds
    for search in range(MOST_SEARCHES + 1):  # one gives few copies of a text, and MATCHING passages at most
        hits = [number for number, _ in index.matching(topic, MATCHING, within)] if left else []
        more = _mentions(topic, index, index.passage_numbers(within) if hits and search == MOST_SEARCHES else hits)
        if not more:
            break
        mentioned |= more
        left -= more.keys()
        within = replace(bounds, articles=left)
    return {article: mentioned[article] for article in sorted(mentioned)}


def _mentions(topic: str, index: Index, numbers: Sequence[int]) -> dict[str, ArticleSentence]:
    wanted = stems(topic)
    passages = [stored.passage for stored in index.passages(numbers) if wanted <= stems(stored.passage.text)]
    first: dict[str, tuple[bool, int, ArticleSentence]] = {}
    for passage in passages:
        sentences = [ArticleSentence(passage, position) for position in range(len(passage.sentences))]
        best = max(sentences, key=lambda one: (len(wanted & stems(one.text)), -one.number))
        key = (not wanted <= stems(best.text), best.quote.span.start, best)
        if passage.article not in first or key[:2] < first[passage.article][:2]:
            first[passage.article] = key
    return {article: sentence for article, (_, _, sentence) in first.items()}


def _sentence_row(sentence: ArticleSentence) -> ReportRow:
    passage = sentence.passage
    return ReportRow(passage.title, (sentence.claim,), format_date(passage.date), passage.article)


def _date_row(entry: Entry, index: Index) -> ReportRow:
    claims = _date_claims(index.article(entry.id)) if entry.date else ()
    return ReportRow(entry.title, claims, format_date(entry.date), entry.id)


def _date_claims(article: Article) -> tuple[Claim, ...]:
    """The line that states the day of publication; none where only the file's metadata or name does."""
    lines = [line for line in _edge_lines(article) if _states_day(article, article.text[line.start : line.end])]
    return tuple(_line_claim(article, line) for line in lines[:1])


def _states_day(article: Article, line: str) -> bool:
    stated = publication_date(line)
    return stated is not None and stated.day == article.date


def _author_claims(article: Article, embedder: Embedder) -> tuple[Claim, ...]:
    """The byline; else the first line that is only the name of a person."""
    names: list[tuple[Span, str]] = []
    for line in _edge_lines(article):
        text = article.text[line.start : line.end]
        byline = _BYLINE.match(text)
        if byline and _NAME.match(byline["name"] or byline["author"]):
            return (_line_claim(article, line),)
        if _NAME.fullmatch(text) and text != article.title:
            names.append((line, text))
    rows = classify_names([(name, [name]) for _, name in names], embedder)
    person = NAME_TYPES.index("person")
    likely = [line for (line, _), row in zip(names, rows, strict=True) if row[person] >= AUTHOR_PROBABILITY]
    return tuple(_line_claim(article, line) for line in likely[:1])


def _edge_lines(article: Article) -> list[Span]:
    """The first and the last lines, and all that is no evidence, where dates and names of authors stand."""
    lines = paragraphs(article.text)
    apart = [line for line in lines if any(span.start <= line.start < span.end for span in article.boilerplate)]
    return sorted({*lines[:EDGE_LINES], *apart, *lines[-EDGE_LINES:]})


def _line_claim(article: Article, line: Span) -> Claim:
    text = article.text[line.start : line.end]
    passage = Passage(article.id, article.title, article.date, text, line.start, line.end, (line,))
    return Claim(text, (Quote(passage, line),))
