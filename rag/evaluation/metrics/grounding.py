"""Answer -> grounding scores: do the cited passages, as they stand in the articles, support every shown sentence?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rag.answering.answer import Answer, Citation, Sentence
from rag.checking import MODEL_JUDGE, Verdict, check, open_judge
from rag.errors import RunError
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.scores import Measurement, Metric, Score, not_applicable, number
from rag.evaluation.metrics.unsupported_terms import UnsupportedTerms, unsupported_terms
from rag.evaluation.trust.cross_validated import check_held_out
from rag.settings import Settings

CITATION_RECALL = Metric("citation recall", "grounding", "share of sentences that their citations support (ALCE)")
CITATION_PRECISION = Metric("citation precision", "grounding", "share of citations that their sentence needs (ALCE)")
CITATION_EXACT = Metric("citation exact", "grounding", "share of citations that stand in their article word for word")
SURVIVED = Metric("survived", "grounding", "share of drafted sentences that were shown")
UNSUPPORTED = Metric("unsupported", "grounding", "share of shown sentences that no citation supports", False)
CONTRADICTED = Metric("contradicted", "grounding", "share of shown sentences that their citations contradict", False)
UNSURE = Metric("unsure", "grounding", "share of shown sentences with an unsure verdict", False)
UNSUPPORTED_NUMBERS = Metric(
    "strange numbers", "grounding", "share of sentences with a number their citations lack", False
)
UNSUPPORTED_NAMES = Metric("strange names", "grounding", "share of sentences with a name their citations lack", False)
UNSUPPORTED_DATES = Metric("strange dates", "grounding", "share of sentences with a date their citations lack", False)
UNSUPPORTED_QUOTATIONS = Metric(
    "strange quotations", "grounding", "share of sentences that quote what their citations lack", False
)
FAITHFULNESS = Metric("faithfulness", "grounding", "share of sentences that a judge finds supported by their citations")
METRICS = (
    *(CITATION_RECALL, CITATION_PRECISION, CITATION_EXACT, SURVIVED, UNSUPPORTED, CONTRADICTED, UNSURE),
    *(UNSUPPORTED_NUMBERS, UNSUPPORTED_NAMES, UNSUPPORTED_DATES, UNSUPPORTED_QUOTATIONS, FAITHFULNESS),
)
_OF_CITATIONS = (CITATION_PRECISION, CITATION_EXACT)
Checker = Callable[[str, Sequence[str], date | None], Verdict]


@dataclass(frozen=True, slots=True)
class ResolvedSentence:
    """A shown sentence with its citations as they stand in the articles."""

    sentence: Sentence
    citations: tuple[Citation, ...]
    quotes: tuple[str, ...]
    """What stands in the articles where the citations point; empty where nothing does."""
    verdict: Verdict
    unsupported: UnsupportedTerms

    @property
    def exact(self) -> tuple[bool, ...]:
        """Whether each citation is word for word what stands where it points."""
        return tuple(citation.quote == quote for citation, quote in zip(self.citations, self.quotes, strict=True))


def measure(
    answer: Answer, corpus: Corpus, judge: Checker | None = None, faithfulness: Score | None = None
) -> Measurement:
    """ALCE's citation recall and precision over the shown sentences, and every other fault of grounding.

    Recall is the share of sentences that all their citations together support. A citation is precise when its sentence
    is supported and it supports it alone or the others without it do not (Gao et al. 2023, section 3). What a citation
    says is read from the articles at the place it names, never from the answer. An unsure sentence does not pass.

    Args:
        answer: as it was shown.
        corpus: the articles themselves.
        judge: gives a verdict on a sentence; defaults to the product's checker.
        faithfulness: a judge's score; None without a judge.
    """
    resolved = [resolve_citations(answer, sentence, corpus, judge or checker) for sentence in answer.sentences]
    shown = [*_of_sentences(resolved), *_of_citations(resolved, judge or checker), _survived(answer)]
    shown.append(faithfulness or not_applicable(FAITHFULNESS, "no model judged"))
    return Measurement(tuple(shown), tuple(fault for sentence in resolved for fault in _faults(sentence)))


def resolve_citations(
    answer: Answer, sentence: Sentence, corpus: Corpus, judge: Checker | None = None
) -> ResolvedSentence:
    """A sentence of an answer with what its citations say in the articles, and the verdict on that."""
    citations = tuple(citation for citation in answer.citations if citation.number in sentence.citations)
    quotes = tuple(_quote_at(citation, corpus) for citation in citations)
    verdict = _verdict(sentence.text, citations, quotes, judge or checker)
    return ResolvedSentence(sentence, citations, quotes, verdict, unsupported_terms(sentence.text, "\n".join(quotes)))


def _quote_at(citation: Citation, corpus: Corpus) -> str:
    article = corpus.articles.get(citation.article)
    return article.text[citation.start : citation.end] if article else ""


def _verdict(text: str, citations: Sequence[Citation], quotes: Sequence[str], judge: Checker) -> Verdict:
    present = [quote for quote in quotes if quote]
    if not present:
        return Verdict("unsupported", 0.0, "", None, "it cites nothing that stands in the articles")
    return judge(text, present, citations[0].date)


def checker(sentence: str, quotes: Sequence[str], published: date | None) -> Verdict:
    """The product's own checker as a judge; what it was given before costs nothing."""
    return _check_once(sentence, tuple(quotes), published)


@lru_cache(maxsize=4096)
def _check_once(sentence: str, quotes: tuple[str, ...], published: date | None) -> Verdict:
    return check(sentence, quotes, published=published)


def open_checker(settings: Settings) -> Checker:
    """The checker with the judge that the settings name; training examples get held-out cross-encoder scores.

    Raises:
        RunError: the judge is the language model, which has a calibration of its own.
        CheckError: its files are unusable.
    """
    if settings.judge == MODEL_JUDGE:
        raise RunError("RAG_JUDGE=model is measured by itself: rag eval calibrate --judge LABELS")
    inner = open_judge(settings)
    return lambda sentence, quotes, published: check_held_out(sentence, quotes, published, inner)


def _of_sentences(resolved: Sequence[ResolvedSentence]) -> Iterator[Score]:
    bad: tuple[tuple[Metric, Callable[[ResolvedSentence], bool]], ...] = (
        (CITATION_RECALL, lambda sentence: sentence.verdict.label == "supported"),
        (UNSUPPORTED, lambda sentence: sentence.verdict.label == "unsupported"),
        (CONTRADICTED, lambda sentence: sentence.verdict.label == "contradicted"),
        (UNSURE, lambda sentence: sentence.verdict.label == "unsure"),
        (UNSUPPORTED_NUMBERS, lambda sentence: bool(sentence.unsupported.numbers)),
        (UNSUPPORTED_NAMES, lambda sentence: bool(sentence.unsupported.names)),
        (UNSUPPORTED_DATES, lambda sentence: bool(sentence.unsupported.dates)),
        (UNSUPPORTED_QUOTATIONS, lambda sentence: bool(sentence.unsupported.quotations)),
    )
    for metric, holds in bad:
        yield _share(metric, [holds(sentence) for sentence in resolved], "no sentence was shown")


def _of_citations(resolved: Sequence[ResolvedSentence], judge: Checker) -> Iterator[Score]:
    precise = [_is_precise(sentence, place, judge) for sentence in resolved for place in range(len(sentence.citations))]
    for metric, held in zip(
        _OF_CITATIONS, (precise, [exact for sentence in resolved for exact in sentence.exact]), strict=True
    ):
        yield _share(metric, held, "nothing was cited")


def _is_precise(resolved: ResolvedSentence, place: int, judge: Checker) -> bool:
    if resolved.verdict.label != "supported":
        return False
    if len(resolved.citations) == 1:
        return True
    alone = resolved.citations[place : place + 1]
    if _verdict(resolved.sentence.text, alone, resolved.quotes[place : place + 1], judge).label == "supported":
        return True
    others = [number for number in range(len(resolved.citations)) if number != place]
    citations, quotes = (
        [resolved.citations[number] for number in others],
        [resolved.quotes[number] for number in others],
    )
    return _verdict(resolved.sentence.text, citations, quotes, judge).label != "supported"


def _survived(answer: Answer) -> Score:
    drafted = len(answer.sentences) + len(answer.withheld)
    return _share(SURVIVED, [number < len(answer.sentences) for number in range(drafted)], "nothing was drafted")


def _share(metric: Metric, held: Sequence[bool], why: str) -> Score:
    return number(metric, sum(held) / len(held)) if held else not_applicable(metric, why)


def _faults(resolved: ResolvedSentence) -> Iterator[str]:
    quoted = f"“{resolved.sentence.text}”"
    if not all(resolved.exact):
        yield f"cites what does not stand there: {quoted}"
    if resolved.verdict.label != "supported":
        yield f"{resolved.verdict.label}, {resolved.verdict.reason}: {quoted}"
    for kind, terms in resolved.unsupported._asdict().items():
        if terms:
            yield f"{kind} that no citation has ({', '.join(terms)}): {quoted}"
