"""Answers to the parts of a question -> one answer, a section for each part."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering.answer import NOT_SURE, REFUSAL, Answer, Citation, Disagreement, Sentence, Side, mark_sentence
from rag.answering.sections import Section, SectionRow
from rag.llm import Usage


def join_answers(question: str, answers: Sequence[Answer]) -> Answer:
    """One answer with a section for each part that has an answer or a refusal; the refusal where none has one.

    Args:
        question: as the user asked it.
        answers: one a part, in order, each of them final.
    """
    last = answers[-1]
    if all(answer.status == "abstained" for answer in answers):
        hits = tuple(hit for answer in answers for hit in answer.hits)
        return replace(last, question=question, searched="", hits=hits)
    sure = all(answer.sure for answer in answers)
    joined = replace(last, question=question, searched="", status="answered", sure=sure, citations=(), sentences=())
    joined = replace(joined, withheld=(), disagreements=(), usage=Usage(), hits=())
    for answer in answers:
        joined = _append(joined, answer)
    return replace(joined, text=_text(joined))


def _append(joined: Answer, answer: Answer) -> Answer:
    """The answer with one more section, the citations of the part numbered on."""
    offset, first = len(joined.citations), len(joined.sentences)
    positions = tuple(range(first, first + len(answer.sentences)))
    label = "" if answer.sentences and answer.sure else NOT_SURE if answer.sentences else answer.remark or REFUSAL
    sections: tuple[Section, ...] = (Section(answer.question, (SectionRow(label, positions),)),)
    if answer.sections:  # a view of the articles
        sections = (Section(answer.question, (SectionRow(answer.remark),)), *_shift_rows(answer.sections, first))
    return replace(
        joined,
        sentences=(*joined.sentences, *(_shift(one, offset) for one in answer.sentences)),
        citations=(*joined.citations, *(_shift_citation(one, offset) for one in answer.citations)),
        withheld=(*joined.withheld, *(_shift(one, offset) for one in answer.withheld)),
        disagreements=(*joined.disagreements, *(_shift_sides(one, offset) for one in answer.disagreements)),
        hits=(*joined.hits, *answer.hits),
        sections=(*joined.sections, *sections),
        usage=_add(joined.usage, answer.usage),
    )


def _shift(sentence: Sentence, offset: int) -> Sentence:
    return replace(sentence, citations=tuple(number + offset for number in sentence.citations))


def _shift_citation(citation: Citation, offset: int) -> Citation:
    return replace(citation, number=citation.number + offset)


def _shift_sides(disagreement: Disagreement, offset: int) -> Disagreement:
    sides = (Side(side.value, tuple(number + offset for number in side.citations)) for side in disagreement.sides)
    return Disagreement(tuple(sides))


def _shift_rows(sections: Sequence[Section], first: int) -> Iterator[Section]:
    for section in sections:
        rows = (replace(row, sentences=tuple(one + first for one in row.sentences)) for row in section.rows)
        yield replace(section, rows=tuple(rows))


def _add(one: Usage, other: Usage) -> Usage:
    dollars = None if one.dollars is None or other.dollars is None else one.dollars + other.dollars
    prompt, completion = one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens
    return Usage(prompt, completion, one.requests + other.requests, dollars)


def _text(answer: Answer) -> str:
    lines = []
    for section in answer.sections:
        for row in section.rows:
            shown = " ".join(mark_sentence(answer.sentences[position]) for position in row.sentences)
            lines.append(" ".join(part for part in (section.heading, row.label, shown) if part))
    return "\n".join(lines)
