"""Answer -> text for the user: Markdown for pages and files, rich text for a terminal."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from rag.answering.answer import NOT_SURE, Answer, Citation, Disagreement, Sentence, Side
from rag.articles import StatedDate
from rag.retrieval import Hit

if TYPE_CHECKING:
    from rich.text import Text

NEAREST = 3
"""Passages listed as nearest when the articles do not answer."""
SNIPPET = 160
"""Characters of a passage shown in lists."""
DISAGREE = "The articles disagree:"
NOT_AN_ANSWER = "Nearest, but not an answer:"
WITHHELD = "Withheld, because its sources do not support it:"
SEARCHED = "Searched for:"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])|^(?=[-+=])|(?<=^\d)(?=[.)])|(?<=^\d\d)(?=[.)])")
"""Markdown markup: characters that are markup anywhere, and starts of a line that would make a list or a heading."""
_BREAK = re.compile(r"\s+")
_CONTROLS = re.compile(r"(?!\n)[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal interprets: control characters, and marks that change the direction of text."""


def replace_controls(text: str) -> str:
    """The text with each character that a terminal interprets replaced by U+FFFD; line breaks stay."""
    return _CONTROLS.sub("\ufffd", text)


def format_date(published: date | None) -> str:
    """A publication date: 27 December 2022, or undated."""
    return f"{published.day} {published:%B %Y}" if published else "undated"


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


def footer(answer: Answer) -> str:
    """One line below the answer: mode, seconds and, with a language model, tokens and cost."""
    parts = [answer.mode, f"{answer.seconds:.2f} s"]
    if answer.usage.requests:
        parts.append(f"{answer.usage.prompt_tokens + answer.usage.completion_tokens} tokens")
        parts.append("price unknown" if answer.usage.dollars is None else f"${answer.usage.dollars:.4f}")
    return " · ".join(parts)


def markdown(answer: Answer) -> str:
    """The whole answer as Markdown; article text is escaped and never becomes a link, an image or markup."""
    body = " ".join(f"{_emphasize(one, answer)} {format_marks(one.citations)}" for one in answer.sentences)
    blocks = [f"{SEARCHED} {_escape(answer.searched)}" if answer.searched else ""]
    blocks += [NOT_SURE if not answer.sure else "", body or answer.text]
    blocks += [_escape(answer.notice), *(_markdown_disagreement(one, answer) for one in answer.disagreements)]
    blocks.append(
        "\n".join(
            f"{one.number}. {_escape(one.title)}, {format_date(one.date)}: “{_escape(one.quote)}”"
            for one in shown_citations(answer)
        )
    )
    blocks.append(_markdown_list(NOT_AN_ANSWER, _snippets(answer)))
    blocks.append(_markdown_list(WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _snippets(answer: Answer) -> list[str]:
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


def terminal(answer: Answer, links: Mapping[str, str] | None = None) -> "Text":
    """The whole answer as rich text; a console that is not a terminal prints it plain.

    Each sentence is on one line, and characters that a terminal interprets are replaced.

    Args:
        answer: to print.
        links: URLs of articles, by id; the titles of others are not links.
    """
    from rich.text import Text

    text = Text(f"{SEARCHED} {answer.searched}\n" if answer.searched else "", "dim")
    text.append("" if answer.sure else f"{NOT_SURE}\n", "yellow")
    for sentence in answer.sentences:
        for part, style in zip(split_at_answer(sentence, answer), ("", "bold", ""), strict=True):
            text.append(_BREAK.sub(" ", part), style)
        text.append(" ").append(format_marks(sentence.citations), "bold cyan").append("\n")
    if not answer.sentences:
        text.append(f"{answer.text}\n", "bold")
    if answer.notice:
        text.append(f"\n{answer.notice}\n", "yellow")
    for disagreement in answer.disagreements:
        text.append(f"\n{DISAGREE}\n", "bold yellow")
        for side in disagreement.sides:
            text.append(f"  {side.value}", "bold").append(f": {format_side(side, answer)}\n")
    _append_sources(text, answer, links or {})
    _append_list(text, NOT_AN_ANSWER, _snippets(answer))
    _append_list(text, WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld])
    return _without_controls(text.append(f"\n{footer(answer)}", "dim"))


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
