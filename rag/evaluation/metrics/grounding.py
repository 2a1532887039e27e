"""Answer -> grounding scores: does every shown sentence rest on what it cites, as it stands in the articles?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

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
UNSUPPORTED = Metric("unsupported", "grounding", "share of shown sentences that nothing cited says", False)
CONTRADICTED = Metric("contradicted", "grounding", "share of shown sentences that what they cite denies", False)
UNSURE = Metric("unsure", "grounding", "share of shown sentences that the checker cannot tell", False)
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
    """One shown sentence, held against the articles themselves."""

    sentence: Sentence
    citations: tuple[Citation, ...]
    quotes: tuple[str, ...]
    """What stands in the articles where the citations point; empty where nothing does."""
    verdict: Verdict
    unsupported: UnsupportedTerms

    @property
    def exact(self) -> tuple[bool, ...]:
        """Whether each citation is word for word what stands where it points."""
        return tuple(one.quote == quote for one, quote in zip(self.citations, self.quotes, strict=True))


def measure(
    answer: Answer, corpus: Corpus, judge: Checker | None = None, faithfulness: Score | None = None
) -> Measurement:
    """ALCE's citation recall and precision over the shown sentences, and everything that is wrong with them.

    Recall is the share of sentences that all their citations together support. A citation is precise when its sentence
    is supported and it supports it alone or the others without it do not (Gao et al. 2023, section 3). What a citation
    says is read from the articles at the place it names, never from the answer. Unsure is no pass.

    Args:
        answer: what a reader saw.
        corpus: the articles themselves.
        judge: tells whether a sentence is supported; defaults to the product's checker.
        faithfulness: what a model thinks of it; None when none was asked.
    """
    looked = [resolve_citations(answer, sentence, corpus, judge or checker) for sentence in answer.sentences]
    shown = [*_of_sentences(looked), *_of_citations(looked, judge or checker), _survived(answer)]
    shown.append(faithfulness or not_applicable(FAITHFULNESS, "no model judged"))
    return Measurement(tuple(shown), tuple(fault for one in looked for fault in _faults(one)))


def resolve_citations(
    answer: Answer, sentence: Sentence, corpus: Corpus, judge: Checker | None = None
) -> ResolvedSentence:
    """Hold one sentence of an answer against the articles it cites."""
    citations = tuple(one for one in answer.citations if one.number in sentence.citations)
    quotes = tuple(_standing(one, corpus) for one in citations)
    verdict = _verdict(sentence.text, citations, quotes, judge or checker)
    return ResolvedSentence(sentence, citations, quotes, verdict, unsupported_terms(sentence.text, "\n".join(quotes)))


def _standing(citation: Citation, corpus: Corpus) -> str:
    article = corpus.articles.get(citation.article)
    return article.text[citation.start : citation.end] if article else ""


def _verdict(text: str, citations: Sequence[Citation], quotes: Sequence[str], judge: Checker) -> Verdict:
    told = [quote for quote in quotes if quote]
    if not told:
        return Verdict("unsupported", 0.0, "", None, "it cites nothing that stands in the articles")
    return judge(text, told, citations[0].date)


def checker(sentence: str, quotes: Sequence[str], published: date | None) -> Verdict:
    """The product's own checker as a judge."""
    return check(sentence, quotes, published=published)


def open_checker(settings: Settings) -> Checker:
    """The checker with the judge of wording that the settings name, its cross-encoder one that had not seen an example.

    Raises:
        RunError: that is the language model, which is measured by itself.
        CheckError: its files are unusable.
    """
    if settings.judge == MODEL_JUDGE:
        raise RunError("RAG_JUDGE=model is measured by itself: rag eval calibrate --judge LABELS")
    inner = open_judge(settings)
    return lambda sentence, quotes, published: check_held_out(sentence, quotes, published, inner)


def _of_sentences(looked: Sequence[ResolvedSentence]) -> Iterator[Score]:
    bad: tuple[tuple[Metric, Callable[[ResolvedSentence], bool]], ...] = (
        (CITATION_RECALL, lambda one: one.verdict.label == "supported"),
        (UNSUPPORTED, lambda one: one.verdict.label == "unsupported"),
        (CONTRADICTED, lambda one: one.verdict.label == "contradicted"),
        (UNSURE, lambda one: one.verdict.label == "unsure"),
        (UNSUPPORTED_NUMBERS, lambda one: bool(one.unsupported.numbers)),
        (UNSUPPORTED_NAMES, lambda one: bool(one.unsupported.names)),
        (UNSUPPORTED_DATES, lambda one: bool(one.unsupported.dates)),
        (UNSUPPORTED_QUOTATIONS, lambda one: bool(one.unsupported.quotations)),
    )
    for metric, holds in bad:
        yield _share(metric, [holds(one) for one in looked], "no sentence was shown")


def _of_citations(looked: Sequence[ResolvedSentence], judge: Checker) -> Iterator[Score]:
    precise = [_precise(one, place, judge) for one in looked for place in range(len(one.citations))]
    for metric, held in zip(_OF_CITATIONS, (precise, [exact for one in looked for exact in one.exact]), strict=True):
        yield _share(metric, held, "nothing was cited")


def _precise(looked: ResolvedSentence, place: int, judge: Checker) -> bool:
    if looked.verdict.label != "supported":
        return False
    if len(looked.citations) == 1:
        return True
    one = looked.citations[place : place + 1]
    if _verdict(looked.sentence.text, one, looked.quotes[place : place + 1], judge).label == "supported":
        return True
    others = [number for number in range(len(looked.citations)) if number != place]
    citations, quotes = [looked.citations[number] for number in others], [looked.quotes[number] for number in others]
    return _verdict(looked.sentence.text, citations, quotes, judge).label != "supported"


def _survived(answer: Answer) -> Score:
    drafted = len(answer.sentences) + len(answer.withheld)
    return _share(SURVIVED, [number < len(answer.sentences) for number in range(drafted)], "nothing was drafted")


def _share(metric: Metric, held: Sequence[bool], why: str) -> Score:
    return number(metric, sum(held) / len(held)) if held else not_applicable(metric, why)


def _faults(looked: ResolvedSentence) -> Iterator[str]:
    said = f"“{looked.sentence.text}”"
    if not all(looked.exact):
        yield f"cites what does not stand there: {said}"
    if looked.verdict.label != "supported":
        yield f"{looked.verdict.label}, {looked.verdict.reason}: {said}"
    for kind, found in looked.unsupported._asdict().items():
        if found:
            yield f"{kind} that no citation has ({', '.join(found)}): {said}"
