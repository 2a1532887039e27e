"""What the tools return: their fields are the output schemas that a client sees."""

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict

from rag import render
from rag.answering.answer import Answer, Citation, Disagreement, Sentence, Status
from rag.answering.sections import Form, Section
from rag.articles import Article
from rag.checking import Label, Verdict
from rag.index import Entry
from rag.retrieval import Hit


class ToolResult(BaseModel):
    """Base of all results; the docstring under a field is its description in the schema."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FoundPassage(ToolResult):
    """A passage with its place in its article."""

    article: str
    """Id of the article."""
    title: str
    date: date | None
    start: int
    """Offset of the passage in the article's text, in characters."""
    end: int
    text: str
    score: float
    """0 to 1 within one search, best first."""

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """A hit with what a client needs of it."""
        passage = hit.passage
        return cls(
            article=passage.article,
            title=passage.title,
            date=passage.date,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=hit.score,
        )


class AnswerResult(ToolResult):
    """A checked answer, or the statement that the articles do not say."""

    status: Status
    """`answered`, or `abstained`: the articles do not say."""
    text: str
    """The answer with the numbers of its citations."""
    sure: bool
    """False when the sentences are the nearest, none of which clearly answers."""
    sentences: tuple[Sentence, ...]
    """Each with its verdict and the numbers it cites."""
    citations: tuple[Citation, ...]
    """The sentences of the articles that the answer cites, word for word, with their offsets."""
    sections: tuple[Section, ...]
    """Of a view, or of two questions in one: headings and rows, whose sentences are positions in `sentences`."""
    disagreements: tuple[Disagreement, ...]
    """Different values that articles state for what was asked."""
    nearest: tuple[FoundPassage, ...]
    """When the articles do not say: the nearest passages, which are no answer."""
    withheld: tuple[Sentence, ...]
    """Sentences that a language model wrote and that their sources do not support: do not repeat them."""
    searched: str
    """The question as it was searched for, when earlier turns changed it; else empty."""
    notice: str
    """Why the language model did not write this answer, or not all of it; else empty."""
    form: Form
    """`answer`, or what it is a view of: `overview`, `timeline`, ...; `remark` is said by rag itself."""
    remark: str
    """What rag says of the articles itself, which no article says; else empty."""
    mode: str
    """`quotes`, or the name of the language model that wrote it."""
    confidence: float | None
    """Probability that the articles hold an answer."""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """An answer with what it shows."""
        return cls(
            status=answer.status,
            text=answer.text,
            sure=answer.sure,
            sentences=answer.sentences,
            citations=render.shown_citations(answer),
            sections=answer.sections,
            disagreements=answer.disagreements,
            nearest=tuple(map(FoundPassage.of, render.nearest_hits(answer))),
            withheld=answer.withheld,
            searched=answer.searched,
            notice=answer.notice,
            form=answer.form,
            remark=answer.remark,
            mode=answer.mode,
            confidence=answer.confidence,
        )


class VerdictResult(ToolResult):
    """Whether a sentence says what its evidence says."""

    label: Label
    """`supported`, `unsupported`, `contradicted`, or `unsure`."""
    reason: str
    """One line for a person."""
    score: float
    """Probability that the sentence is supported."""
    evidence: str
    """The stretch of the evidence that decided, word for word; empty when none came near."""

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """A verdict without the place of its evidence."""
        return cls(label=verdict.label, reason=verdict.reason, score=verdict.score, evidence=verdict.evidence)


class SearchResult(ToolResult):
    """The passages nearest to a question."""

    passages: tuple[FoundPassage, ...]
    """Best first."""


class ListedArticle(ToolResult):
    """An indexed article."""

    id: str
    title: str
    date: date | None
    """Publication day; null when the article states none."""
    passages: int


class ArticlesResult(ToolResult):
    """A part of the list of indexed articles."""

    total: int
    """Articles that match, of which `articles` is a part."""
    articles: tuple[ListedArticle, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry], offset: int, limit: int) -> Self:
        """The entries from `offset` on, `limit` at most."""
        listed = (
            ListedArticle(id=entry.id, title=entry.title, date=entry.date, passages=entry.passages)
            for entry in entries[offset : offset + limit]
        )
        return cls(total=len(entries), articles=tuple(listed))


class ArticleResult(ToolResult):
    """A stretch of an article's text."""

    id: str
    title: str
    date: date | None
    start: int
    """Offset of `text` in the article's text, in characters."""
    text: str
    total: int
    """Characters of the whole text."""
    next: int | None
    """Where to read on; null at the end."""

    @classmethod
    def of(cls, article: Article, start: int, characters: int) -> Self:
        """The text from `start` on."""
        text = article.text[start : start + characters]
        end = start + len(text)
        return cls(
            id=article.id,
            title=article.title,
            date=article.date,
            start=start,
            text=text,
            total=len(article.text),
            next=end if end < len(article.text) else None,
        )
