"""Rows of claims -> answer: every claim checked as in any answer, the rest left out, sections numbered as shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.answer import Answer, CheckedClaim, Sentence, mark_sentence, number_citation, number_quotes
from rag.answering.answer import number_sentence as as_sentence
from rag.answering.claims import Claim
from rag.answering.review import check_claim
from rag.answering.sections import Form, Section, SectionRow


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row before its claims are checked."""

    label: str
    claims: tuple[Claim, ...] = ()
    remark: str = ""
    """As in `SectionRow`."""
    article: str = ""
    """As in `SectionRow`."""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section before its claims are checked."""

    heading: str
    rows: tuple[ReportRow, ...]
    remark: str = ""
    """As in `Section`."""


def write_report(
    question: str, form: Form, sections: Sequence[ReportSection], seconds: float = 0.0, remark: str = ""
) -> Answer:
    """The answer that shows the sections; a claim that fails its check is listed as withheld.

    Args:
        question: as the user asked it, or what the view is called.
        form: what it is a view of.
        sections: in order; a row whose claims all fail is left out.
        seconds: that it took.
        remark: as in `Answer`.
    """
    checked: list[CheckedClaim] = []
    withheld: list[CheckedClaim] = []
    shown = [_section(section, checked, withheld) for section in sections]
    numbers = number_quotes(quote for claim, _ in (*checked, *withheld) for quote in claim.quotes)
    sentences = tuple(as_sentence(one, numbers) for one in checked)
    kept = tuple(section for section in shown if section.rows)
    return Answer(
        question=question,
        text=_text(remark, kept, sentences),
        status="answered",
        sentences=sentences,
        citations=tuple(number_citation(number, quote) for quote, number in numbers.items()),
        withheld=tuple(as_sentence(one, numbers) for one in withheld),
        seconds=seconds,
        form=form,
        remark=remark,
        sections=kept,
    )


def _section(section: ReportSection, checked: list[CheckedClaim], withheld: list[CheckedClaim]) -> Section:
    rows = tuple(row for one in section.rows if (row := _row(one, checked, withheld)))
    return Section(section.heading, rows, section.remark)


def _row(row: ReportRow, checked: list[CheckedClaim], withheld: list[CheckedClaim]) -> SectionRow | None:
    first = len(checked)
    for claim in map(check_claim, row.claims):
        (checked if claim.verdict.label == "supported" else withheld).append(claim)
    if row.claims and len(checked) == first:
        return None
    return SectionRow(row.label, tuple(range(first, len(checked))), row.remark, row.article)


def _text(remark: str, sections: Sequence[Section], sentences: Sequence[Sentence]) -> str:
    lines = [remark] if remark else []
    for section in sections:
        lines += [section.heading] if section.heading else []
        for row in section.rows:
            shown = " ".join(mark_sentence(sentences[position]) for position in row.sentences)
            note = f"({row.remark})" if row.remark else ""
            lines.append(
                " ".join(part for part in (f"{row.label}:" if row.label and shown else row.label, shown, note) if part)
            )
        lines += [section.remark] if section.remark else []
    return "\n".join(lines)
