"""Case + record -> lines: the answer sentence by sentence with quote, verdict and reason, and the nearest evidence."""

from collections.abc import Iterator

from rag.answering.answer import Answer
from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.grounding import resolve_citations
from rag.evaluation.metrics.retrieval import evidence_rank
from rag.evaluation.metrics.scoring import ScoredRecord
from rag.evaluation.runs.records import CaseRecord
from rag.render import nearest_hits, snippet

_MARKS = {True: "+", False: "-"}


def explain_case(case: Case, record: CaseRecord, scored: ScoredRecord, corpus: Corpus) -> Iterator[str]:
    """Why a case passed or failed, from what was asked down to every quote."""
    yield f"{case.id} ({case.kind}, expects {case.expect}): {'passed' if scored.passed else 'FAILED'}"
    yield from (f"  before: {turn.question} -> {turn.answer}" for turn in case.history)
    yield f"  {case.question}"
    if case.note:
        yield f"  note: {case.note}"
    for layer, faults in scored.faults.items():
        yield from (f"! {layer}: {fault}" for fault in faults)
    if record.answer is None:
        yield f"! not asked: {record.error}"
        return
    yield from _answer(record.answer, corpus)
    yield from (line for nugget in case.nuggets for line in _nugget(nugget, record.answer, corpus))


def _answer(answer: Answer, corpus: Corpus) -> Iterator[str]:
    confidence = "" if answer.confidence is None else f", confidence {answer.confidence:.2f}"
    yield f"answer ({answer.status}, {answer.mode}{confidence}):"
    for sentence in answer.sentences:
        resolved = resolve_citations(answer, sentence, corpus)
        yield f"  {sentence.text}"
        yield f"    {resolved.verdict.label} {resolved.verdict.score:.2f}: {resolved.verdict.reason}"
        for citation, quote, exact in zip(resolved.citations, resolved.quotes, resolved.exact, strict=True):
            actual = "" if exact else f"; but there it says “{quote}”"
            place = f"{citation.article} {citation.start}-{citation.end}"
            yield f"    [{citation.number}] {place}: “{citation.quote}”{actual}"
        for kind, terms in resolved.unsupported._asdict().items():
            yield from (f"    {kind} that no citation has: {term}" for term in terms)
    for disagreement in answer.disagreements:
        yield "  disagreement: " + " / ".join(side.value for side in disagreement.sides)
    for sentence in answer.withheld:
        yield f"  withheld: {sentence.text} ({sentence.verdict.label}: {sentence.verdict.reason})"
    yield from (f"  nearest: {hit.passage.key} {hit.score:.2f} {snippet(hit)}" for hit in nearest_hits(answer))


def _nugget(nugget: Nugget, answer: Answer, corpus: Corpus) -> Iterator[str]:
    text = "\n".join(sentence.text for sentence in answer.sentences)
    rank = evidence_rank(nugget, answer.hits, corpus)
    retrieved = f"found at rank {rank}" if rank else "in no hit"
    kind = "vital" if nugget.vital else "okay"
    yield f"{_MARKS[nugget.stated_in(text)]} {kind}: {' | '.join(nugget.says) or 'to be found'} ({retrieved})"
    yield from (f"    {quote.article}: “{quote.quote}”" for quote in nugget.evidence)
