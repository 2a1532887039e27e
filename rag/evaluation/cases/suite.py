"""Cases + corpus -> suite, and what is wrong with it: stale quotes, facts that no quote states."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rag.evaluation.cases.cases import Case, GoldQuote, load_cases
from rag.evaluation.cases.corpus import Corpus, read_corpus

PLANTED = "planted"
"""Folder beside the case files whose articles stand in the corpus only where a case says `planted`."""


class Problem(NamedTuple):
    """Why a case cannot be used."""

    case: str
    text: str


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases with the articles they are asked about."""

    path: Path
    articles: Path
    cases: tuple[Case, ...]
    corpus: Corpus
    """All articles, the planted ones included."""

    @property
    def planted(self) -> Path | None:
        """The folder of planted articles; None when there is none."""
        return _planted(self.path)

    def folders(self, *, planted: bool) -> tuple[Path, ...]:
        """What is indexed for cases with or without planted articles."""
        return (self.articles, self.planted) if planted and self.planted else (self.articles,)

    @property
    def digest(self) -> str:
        """Changes when any case does."""
        digests = "\n".join(f"{case.id} {case.digest}" for case in self.cases)
        return hashlib.sha256(digests.encode()).hexdigest()[:16]


def open_suite(path: Path, articles: Path) -> Suite:
    """A suite as it stands on disk.

    Args:
        path: a JSONL file or a folder of them.
        articles: the folder of articles that the cases quote.

    Raises:
        SuiteError: cases or articles cannot be read.
    """
    corpus = read_corpus(articles)
    planted = _planted(path)
    if planted:
        corpus = Corpus({**corpus.articles, **read_corpus(planted).articles})
    return Suite(path, articles, load_cases(path), corpus)


def _planted(path: Path) -> Path | None:
    folder = (path if path.is_dir() else path.parent) / PLANTED
    return folder if folder.is_dir() else None


def problems(suite: Suite) -> tuple[Problem, ...]:
    """Every problem, in the order of cases; empty when every quote still stands."""
    return tuple(Problem(case.id, text) for case in suite.cases for text in _problems(case, suite.corpus))


def _problems(case: Case, corpus: Corpus) -> Iterator[str]:
    if case.expect == "answered" and not any(nugget.vital for nugget in case.answer_nuggets):
        yield "expects an answer but has no vital nugget"
    if case.expect == "abstained" and case.nuggets:
        yield "expects a refusal but has nuggets"
    for nugget in case.nuggets:
        if not nugget.evidence:
            yield f"nugget {nugget.name!r} has no evidence"
        elif nugget.says and not any(nugget.stated_in(one.quote) for one in nugget.evidence):
            yield f"nugget {nugget.name!r} is said in none of its quotes"
        for evidence in nugget.evidence:
            yield from _stale(evidence, corpus)
        if nugget.evidence and all(_is_boilerplate(evidence, corpus) for evidence in nugget.evidence):
            yield f"nugget {nugget.name!r} stands only among boilerplate, which is never quoted"


def _is_boilerplate(evidence: GoldQuote, corpus: Corpus) -> bool:
    spans = corpus.spans(evidence.article, evidence.quote)
    return bool(spans) and all(corpus.is_boilerplate(evidence.article, span) for span in spans)


def _stale(evidence: GoldQuote, corpus: Corpus) -> Iterator[str]:
    if evidence.article not in corpus.articles:
        yield f"stale: there is no article {evidence.article!r}"
        return
    if not corpus.spans(evidence.article, evidence.quote):
        nearest = corpus.nearest(evidence.article, evidence.quote)
        hint = f"; nearest: {nearest!r}" if nearest else ""
        yield f"stale: {evidence.article} does not say {evidence.quote!r}{hint}"
