"""Case + record -> what its row opens to: why it failed, the answer, every citation where it stands, the facts."""

from collections.abc import Iterator
from html import escape

from rag.answering.answer import Answer, Citation
from rag.evaluation.cases.cases import Case, Nugget
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.metrics.grounding import CitedSentence, resolve_citations
from rag.evaluation.metrics.retrieval import evidence_rank
from rag.evaluation.runs.records import Record
from rag.evaluation.runs.results import Result
from rag.render import day, nearest, snippet

AROUND = 160
"""Characters of an article shown before and after a citation."""


def body(case: Case, record: Record | None, result: Result, corpus: Corpus) -> str:
    """Everything a person needs to agree or disagree with a verdict."""
    return "".join(_body(case, record, result, corpus))


def _body(case: Case, record: Record | None, result: Result, corpus: Corpus) -> Iterator[str]:
    for turn in case.history:
        yield f'<p class="soft">{escape(turn.question)}<br>{escape(turn.answer)}</p>'
    if case.note:
        yield f'<p class="soft">{escape(case.note)}</p>'
    if result.error or result.faults:
        reasons = "".join(f"<li>{escape(fault)}</li>" for fault in (result.error, *result.faults) if fault)
        yield f"<h4>Why it fails</h4><ul>{reasons}</ul>"
    if record and record.answer:
        yield from _answer(record.answer, corpus)
        yield from _facts(case, record.answer, corpus)


def _answer(answer: Answer, corpus: Corpus) -> Iterator[str]:
    sure = "" if answer.confidence is None else f", confidence {answer.confidence:.2f}"
    yield f"<h4>Answer ({answer.status}, {escape(answer.mode)}{sure})</h4>"
    if not answer.sentences:
        yield f"<p>{escape(answer.text)}</p>"
        near = "".join(f"<li>{escape(snippet(hit))}</li>" for hit in nearest(answer))
        yield f"<h4>Nearest</h4><ul>{near}</ul>" if near else ""
    yield from (_sentence(resolve_citations(answer, sentence, corpus), corpus) for sentence in answer.sentences)
    for one in answer.disagreements:
        yield f"<p>The articles disagree: {escape(' / '.join(side.value for side in one.sides))}</p>"
    held = "".join(f"<li>{escape(one.text)} ({escape(one.verdict.reason)})</li>" for one in answer.withheld)
    yield f"<h4>Withheld</h4><ul>{held}</ul>" if held else ""


def _sentence(looked: CitedSentence, corpus: Corpus) -> str:
    marks = "".join(f"[{citation.number}]" for citation in looked.citations)
    cited = "".join(_context(citation, corpus) for citation in looked.citations)
    return (
        f'<div class="said {looked.verdict.label}"><p>{escape(looked.sentence.text)} {marks}</p>'
        f'<p class="soft">{looked.verdict.label} {looked.verdict.score:.2f}: {escape(looked.verdict.reason)}</p>'
        f"{cited}</div>"
    )


def _context(citation: Citation, corpus: Corpus) -> str:
    article = corpus.articles.get(citation.article)
    where = f"[{citation.number}] {escape(citation.article)}, {day(citation.date)}"
    if article is None:
        return f'<p class="context">{where}: there is no such article</p>'
    begin, end = max(0, citation.start - AROUND), min(len(article.text), citation.end + AROUND)
    before, held = article.text[begin : citation.start], article.text[citation.start : citation.end]
    after = article.text[citation.end : end]
    return f'<p class="context">{where}: …{escape(before)}<mark>{escape(held)}</mark>{escape(after)}…</p>'


def _facts(case: Case, answer: Answer, corpus: Corpus) -> Iterator[str]:
    rows = "".join(_fact(nugget, answer, corpus) for nugget in case.nuggets)
    yield f"<h4>Facts of a right answer</h4><ul>{rows}</ul>" if rows else ""
    if case.must_not:
        yield f"<h4>Must not say</h4><p>{escape(', '.join(case.must_not))}</p>"


def _fact(nugget: Nugget, answer: Answer, corpus: Corpus) -> str:
    said = nugget.stated_in("\n".join(sentence.text for sentence in answer.sentences))
    rank = evidence_rank(nugget, answer.hits, corpus)
    told = f"{'said' if said else 'not said'}, {f'found at rank {rank}' if rank else 'in no hit'}"
    quotes = "".join(f'<p class="context">{escape(one.article)}: “{escape(one.quote)}”</p>' for one in nugget.evidence)
    okay = "" if nugget.vital else " (okay)"
    state = "good" if said else "bad"
    name = escape(" | ".join(nugget.says) or "to be found")
    return f'<li>{name}{okay}: <span class="{state}">{told}</span>{quotes}</li>'
