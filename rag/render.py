"""Answer -> text for the user: Markdown for pages and files, and the parts that every form of it shows."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.answer import NOT_SURE, Answer, Citation, Disagreement, Sentence, Side
from rag.answering.sections import SectionRow
from rag.articles import StatedDate
from rag.retrieval import Hit
from rag.text.day_names import format_date

NEAREST = 3
"""Passages listed as nearest when the articles do not answer."""
SNIPPET = 160
"""Characters of a passage shown in lists."""
DISAGREE = "The articles disagree:"
NOT_AN_ANSWER = "Nearest, but not an answer:"
WITHHELD = "Withheld, because its sources do not support it:"
ASK_INSTEAD = "The articles answer these:"
ASK_NEXT = "The articles also answer:"
WRITING = "Quoted; the answer is being written"
"""Stands below quotes that a language model's text will replace."""
_MARKUP = re.compile(
    r"([\\`*_{}\[\]<>#|~!&])|^(?=[-+=])"
    + "".join(rf"|(?<=^\d{{{digits}}})(?=[.)])" for digits in range(1, 10))  # a list begins at up to nine digits
)
"""Markdown markup: characters that are markup anywhere, and starts of a line that would make a list or a heading."""
_CONTROLS = re.compile(r"(?!\n)[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal interprets: control characters, and marks that change the direction of text."""


def replace_controls(text: str) -> str:
    """The text with each character that a terminal interprets replaced by U+FFFD; line breaks stay."""
    return _CONTROLS.sub("\ufffd", text)


def date_places(dates: Sequence[StatedDate]) -> str:
    """Where a date is stated and what contradicts it: " (front matter; not file name: 3 March 2021)"."""
    if not dates:
        return ""
    first, *others = dates
    if first.day is None:
        return " (unclear: " + ", ".join(f"{one.place} {one.words}" for one in dates) + ")"
    return f" ({first.place}" + "".join(f"; not {one.place}: {format_date(one.day)}" for one in others) + ")"


def format_marks(numbers: tuple[int, ...]) -> str:
    """Citation marks: [1][2]."""
    return "".join(f"[{number}]" for number in numbers)


def snippet(hit: Hit) -> str:
    """The passage on one line, cut at a word after SNIPPET characters."""
    line = " ".join(hit.passage.text.split())
    return line if len(line) <= SNIPPET else line[:SNIPPET].rsplit(" ", 1)[0] + " …"


def nearest_hits(answer: Answer) -> tuple[Hit, ...]:
    """The passages that a refusal shows; none for an answer."""
    return answer.hits[:NEAREST] if answer.status == "abstained" else ()


def shown_citations(answer: Answer) -> tuple[Citation, ...]:
    """The citations whose marks are shown, in a sentence or in a disagreement."""
    shown = {number for sentence in answer.sentences for number in sentence.citations}
    shown |= {
        number for disagreement in answer.disagreements for side in disagreement.sides for number in side.citations
    }
    return tuple(citation for citation in answer.citations if citation.number in shown)


def is_provisional(answer: Answer) -> bool:
    """Whether some of its quotes stand only until a language model has written."""
    return any(sentence.provisional for sentence in answer.sentences)


class SentenceParts(NamedTuple):
    """A sentence cut around the words that answer the question."""

    before: str
    answer: str
    """Empty where no words of it are known to answer."""
    after: str


def split_at_answer(sentence: Sentence, answer: Answer) -> SentenceParts:
    """Where to set a sentence in bold: the words of a verbatim quote that answer, where the answer is sure."""
    for citation in answer.citations if answer.sure else ():
        if citation.number in sentence.citations and citation.quote == sentence.text and citation.answer:
            start, end = (offset - citation.start for offset in citation.answer)
            return SentenceParts(sentence.text[:start], sentence.text[start:end], sentence.text[end:])
    return SentenceParts(sentence.text, "", "")


def format_side(side: Side, answer: Answer) -> str:
    """The articles of one side of a disagreement: "Title (27 December 2022) [1]; ..."."""
    by_number = {citation.number: citation for citation in answer.citations}
    citations = (by_number[number] for number in side.citations)
    return "; ".join(f"{citation.title} ({format_date(citation.date)}) [{citation.number}]" for citation in citations)


def caution(answer: Answer) -> str:
    """What stands before an answer that is not sure; empty otherwise, and where its sections say it of each part."""
    return "" if answer.sure or answer.sections else NOT_SURE


def describe_search(answer: Answer) -> str:
    """How a question was read that earlier ones changed, for its reader: Searched for “...”; empty where none did."""
    if not answer.searched:
        return ""
    return f"Read together with “{answer.earlier}”" if answer.earlier else f"Searched for “{answer.searched}”"


def footer(answer: Answer) -> str:
    """One line below the answer: mode, seconds and, with a language model, tokens and cost."""
    parts = [answer.mode, f"{answer.seconds:.2f} s"]
    if answer.usage.requests:
        parts.append(f"{answer.usage.prompt_tokens + answer.usage.completion_tokens} tokens")
        parts.append("price unknown" if answer.usage.dollars is None else f"${answer.usage.dollars:.4f}")
    return " · ".join(parts)


def markdown(answer: Answer) -> str:
    """The whole answer as Markdown; article text is escaped and never becomes a link, an image or markup."""
    blocks = [_escape(describe_search(answer)), caution(answer), _markdown_body(answer)]
    blocks += [_escape(answer.notice), *(_markdown_disagreement(one, answer) for one in answer.disagreements)]
    blocks.append(
        "\n".join(
            f"{one.number}. {_escape(one.title)}, {format_date(one.date)}: “{_escape(one.quote)}”"
            for one in shown_citations(answer)
        )
    )
    blocks.append(_markdown_list(NOT_AN_ANSWER, snippets(answer)))
    blocks.append(_markdown_list(WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _markdown_body(answer: Answer) -> str:
    if not answer.sections:
        return " ".join(_markdown_sentence(one, answer) for one in answer.sentences) or _escape(answer.text)
    blocks = [_escape(answer.remark)]
    for section in answer.sections:
        blocks.append(f"### {_escape(section.heading)}" if section.heading else "")
        blocks.append("\n".join(_markdown_row(row, answer) for row in section.rows))
        blocks.append(_escape(section.remark))
    return "\n\n".join(block for block in blocks if block)


def _markdown_row(row: SectionRow, answer: Answer) -> str:
    sentences = [_markdown_sentence(answer.sentences[position], answer) for position in row.sentences]
    label = f"**{_escape(row.label)}**" if row.label else ""
    return " ".join(["-", *(part for part in (label, *sentences, _escape(in_brackets(row.remark))) if part)])


def _markdown_sentence(sentence: Sentence, answer: Answer) -> str:
    return f"{_emphasize(sentence, answer)} {format_marks(sentence.citations)}"


def in_brackets(remark: str) -> str:
    """A remark as it stands beside a row; nothing without one."""
    return f"({remark})" if remark else ""


def snippets(answer: Answer) -> list[str]:
    """The nearest passages of a refusal, each with its title."""
    return [f"{snippet(hit)} ({hit.passage.title})" for hit in nearest_hits(answer)]


def _markdown_disagreement(disagreement: Disagreement, answer: Answer) -> str:
    return _markdown_list(DISAGREE, [f"{side.value}: {format_side(side, answer)}" for side in disagreement.sides])


def _markdown_list(title: str, lines: list[str]) -> str:
    return "\n".join([title, "", *(f"- {_escape(line)}" for line in lines)]) if lines else ""


def _emphasize(sentence: Sentence, answer: Answer) -> str:
    """The sentence as Markdown, the words that answer in bold."""
    parts = split_at_answer(sentence, answer)
    if not parts.answer:
        return _escape(sentence.text)
    before, after = (f"{_escape(part)}" for part in (parts.before, parts.after))
    left = " " if parts.before[-1:].isspace() else ""
    right = " " if parts.after[:1].isspace() else ""
    return f"{before}{left}**{_escape(parts.answer)}**{right}{after}"


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda match: f"\\{match.group()}", " ".join(text.split()))
