"""Answer and hits -> rich text for a terminal; a console that is not a terminal prints it plain."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answering.answer import Answer, Sentence
from rag.render import (
    DISAGREE,
    NOT_AN_ANSWER,
    WITHHELD,
    WRITING,
    caution,
    describe_search,
    footer,
    format_marks,
    format_side,
    in_brackets,
    is_provisional,
    replace_controls,
    shown_citations,
    snippet,
    snippets,
    split_at_answer,
)
from rag.retrieval import Hit
from rag.text.day_names import format_date

if TYPE_CHECKING:
    from rich.text import Text

_BREAK = re.compile(r"\s+")


def terminal(answer: Answer, links: Mapping[str, str] | None = None) -> "Text":
    """The whole answer as rich text; a console that is not a terminal prints it plain.

    Each sentence is on one line, and characters that a terminal interprets are replaced.

    Args:
        answer: to print.
        links: URLs of articles, by id; the titles of others are not links.
    """
    from rich.text import Text

    text = Text(f"{describe_search(answer)}\n" if answer.searched else "", "dim")
    if caution(answer):
        text.append(f"{caution(answer)}\n", "yellow")
    _append_body(text, answer)
    if answer.notice:
        text.append(f"\n{answer.notice}\n", "yellow")
    for disagreement in answer.disagreements:
        text.append(f"\n{DISAGREE}\n", "bold yellow")
        for side in disagreement.sides:
            text.append(f"  {side.value}", "bold").append(f": {format_side(side, answer)}\n")
    _append_sources(text, answer, links or {})
    _append_list(text, NOT_AN_ANSWER, snippets(answer))
    _append_list(text, WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld])
    return _without_controls(text.append(f"\n{footer(answer)}", "dim"))


def _append_body(text: "Text", answer: Answer) -> None:
    if answer.sections:
        _append_sections(text, answer)
        return
    for sentence in answer.sentences:
        _append_sentence(text, sentence, answer)
    if not answer.sentences:
        text.append(f"{answer.text}\n", "bold")
    if is_provisional(answer):
        text.append(f"{WRITING} …\n", "dim")


def _append_sections(text: "Text", answer: Answer) -> None:
    text.append(f"{answer.remark}\n" if answer.remark else "", "yellow")
    for section in answer.sections:
        text.append(f"\n{section.heading}\n" if section.heading else "\n", "bold yellow")
        for row in section.rows:
            text.append(_BREAK.sub(" ", row.label), "bold")
            text.append(f" {in_brackets(row.remark)}"[not row.label :] if row.remark else "", "dim")
            text.append("\n" if row.label or row.remark else "")
            for position in row.sentences:
                text.append("  " if row.label else "")
                _append_sentence(text, answer.sentences[position], answer)
        text.append(f"{section.remark}\n" if section.remark else "", "dim")


def _append_sentence(text: "Text", sentence: Sentence, answer: Answer) -> None:
    for part, style in zip(split_at_answer(sentence, answer), ("", "bold", ""), strict=True):
        text.append(_BREAK.sub(" ", part), style)
    text.append(" ").append(format_marks(sentence.citations), "bold cyan").append("\n")


def search_results(hits: Sequence[Hit]) -> "Text":
    """Hits as rich text, best first."""
    from rich.text import Text

    text = Text("" if hits else "No passage matches.\n")
    for rank, hit in enumerate(hits, start=1):
        passage = hit.passage
        text.append(f"{rank:2} ", "bold cyan").append(f"{hit.score:.2f} ", "dim").append(passage.title, "bold")
        text.append(f" · {format_date(passage.date)} · {passage.key}\n", "dim").append(f"   {snippet(hit)}\n")
    return _without_controls(text)


def _without_controls(text: "Text") -> "Text":
    text.plain = replace_controls(text.plain)  # of the same length, so that every style keeps its offsets
    return text


def _append_sources(text: "Text", answer: Answer, links: Mapping[str, str]) -> None:
    for position, citation in enumerate(shown_citations(answer)):
        text.append("\n" if position == 0 else "").append(f"[{citation.number}] ", "bold cyan")
        text.append(citation.title, f"link {links[citation.article]}" if citation.article in links else "")
        text.append(f" · {format_date(citation.date)} · {citation.article}\n", "dim")


def _append_list(text: "Text", title: str, lines: list[str]) -> None:
    if lines:
        text.append(f"\n{title}\n", "yellow")
    for line in lines:
        text.append(f"  - {' '.join(line.split())}\n", "dim")
