"""Case + record -> what case.html shows: why it failed, the answer, every citation where it stands, the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.answering.answer import Answer, Citation
from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.grounding import ResolvedSentence, resolve_citations
from rag.evaluation.metrics.retrieval import evidence_rank
from rag.evaluation.runs.records import CaseRecord
from rag.evaluation.runs.results import Result
from rag.render import nearest_hits, snippet
from rag.text.day_names import format_date

AROUND = 160
"""Characters of an article shown before and after a citation."""


class Context(NamedTuple):
    """A citation where it stands in its article."""

    citation: Citation
    date: str
    before: str = ""
    quote: str = ""
    """What the article says at the place that is cited."""
    after: str = ""
    missing: bool = False
    """Whether there is no such article."""


class SentenceView(NamedTuple):
    """One shown sentence."""

    resolved: ResolvedSentence
    contexts: tuple[Context, ...]


class Fact(NamedTuple):
    """A fact of a right answer, and whether the answer states it."""

    nugget: Nugget
    name: str
    stated: bool
    state: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything a person needs to agree or disagree with a verdict."""

    case: Case
    result: Result
    flip: str
    """How it changed since the baseline; empty when it did not."""
    answer: Answer | None
    """None when the case could not be asked."""
    nearest: tuple[str, ...]
    sentences: tuple[SentenceView, ...]
    facts: tuple[Fact, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The first failing layer and the change since the baseline, where there are any."""
        failed = "" if self.result.passed else self.result.layer or "error"
        return tuple(reason for reason in (failed, self.flip) if reason)


def view_case(case: Case, record: CaseRecord | None, result: Result, corpus: Corpus, flip: str) -> CaseView:
    """The view of a case; `record` is None where it was not asked."""
    answer = record.answer if record else None
    if answer is None:
        return CaseView(case, result, flip, None, (), (), ())
    return CaseView(
        case,
        result,
        flip,
        answer,
        tuple(snippet(hit) for hit in nearest_hits(answer)),
        _sentences(answer, corpus),
        _facts(case.nuggets, answer, corpus),
    )


def _sentences(answer: Answer, corpus: Corpus) -> tuple[SentenceView, ...]:
    resolved = [resolve_citations(answer, sentence, corpus) for sentence in answer.sentences]
    return tuple(
        SentenceView(sentence, tuple(_context(citation, corpus) for citation in sentence.citations))
        for sentence in resolved
    )


def _context(citation: Citation, corpus: Corpus) -> Context:
    article = corpus.articles.get(citation.article)
    if article is None:
        return Context(citation, format_date(citation.date), missing=True)
    return Context(
        citation,
        format_date(citation.date),
        article.text[max(0, citation.start - AROUND) : citation.start],
        article.text[citation.start : citation.end],
        article.text[citation.end : citation.end + AROUND],
    )


def _facts(nuggets: Sequence[Nugget], answer: Answer, corpus: Corpus) -> tuple[Fact, ...]:
    text = "\n".join(sentence.text for sentence in answer.sentences)
    return tuple(_fact(nugget, text, evidence_rank(nugget, answer.hits, corpus)) for nugget in nuggets)


def _fact(nugget: Nugget, text: str, rank: int) -> Fact:
    stated = nugget.stated_in(text)
    found = f"found at rank {rank}" if rank else "in no hit"
    name = " | ".join(nugget.says) or "to be found"
    return Fact(nugget, name, stated, f"{'said' if stated else 'not said'}, {found}")
