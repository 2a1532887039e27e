"""Answer -> what a person reads: Markdown for pages and files, rich text for a terminal."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rag.answering.answer import Answer, Citation, Disagreement, Side
from rag.retrieval import Hit

if TYPE_CHECKING:
    from rich.text import Text

NEAREST = 3
"""Passages listed as nearest when the articles do not answer."""
SNIPPET = 160
"""Characters of a passage shown where the whole would drown the page."""
DISAGREE = "The articles disagree:"
NOT_AN_ANSWER = "Nearest, but not an answer:"
WITHHELD = "Withheld, because its sources do not support it:"
SEARCHED = "Searched for:"
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])|^(?=[-+=])|(?<=^\d)(?=[.)])|(?<=^\d\d)(?=[.)])")
"""Characters that are markup anywhere, and the places where a line's start would be a list or a heading."""
_COMMANDS = re.compile(r"(?!\n)[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it: escape sequences, and marks that turn the order of letters round."""


def harmless(text: str) -> str:
    """The text with what a terminal would obey replaced one for one; line breaks stay."""
    return _COMMANDS.sub("\ufffd", text)


def day(published: date | None) -> str:
    """A publication date as a reader writes it: 27 December 2022, or undated."""
    return f"{published.day} {published:%B %Y}" if published else "undated"


def marks(numbers: tuple[int, ...]) -> str:
    """Citation marks as they stand after a sentence: [1][2]."""
    return "".join(f"[{number}]" for number in numbers)


def snippet(hit: Hit) -> str:
    """The passage on one line, cut at a word."""
    line = " ".join(hit.passage.text.split())
    return line if len(line) <= SNIPPET else line[:SNIPPET].rsplit(" ", 1)[0] + " …"


def nearest(answer: Answer) -> tuple[Hit, ...]:
    """What an abstaining answer shows instead of quotes; nothing when it answered."""
    return answer.hits[:NEAREST] if answer.status == "abstained" else ()


def cited(answer: Answer) -> tuple[Citation, ...]:
    """The citations whose marks a reader can see."""
    seen = {number for sentence in answer.sentences for number in sentence.citations}
    seen |= {
        number for disagreement in answer.disagreements for side in disagreement.sides for number in side.citations
    }
    return tuple(citation for citation in answer.citations if citation.number in seen)


def voices(side: Side, answer: Answer) -> str:
    """Which articles stand on one side of a disagreement: "Title (27 December 2022) [1]; ..."."""
    by_number = {citation.number: citation for citation in answer.citations}
    told = (by_number[number] for number in side.citations)
    return "; ".join(f"{citation.title} ({day(citation.date)}) [{citation.number}]" for citation in told)


def footer(answer: Answer) -> str:
    """The quiet line: mode, seconds and, with a language model, tokens and cost."""
    parts = [answer.mode, f"{answer.seconds:.2f} s"]
    if answer.usage.requests:
        parts.append(f"{answer.usage.prompt_tokens + answer.usage.completion_tokens} tokens")
        parts.append("price unknown" if answer.usage.dollars is None else f"${answer.usage.dollars:.4f}")
    return " · ".join(parts)


def markdown(answer: Answer) -> str:
    """The whole answer as Markdown; article text is escaped and never becomes a link, an image or markup."""
    body = [f"{_escape(sentence.text)} {marks(sentence.citations)}" for sentence in answer.sentences] or [answer.text]
    blocks = [f"{SEARCHED} {_escape(answer.searched)}" if answer.searched else "", " ".join(body)]
    blocks += [_escape(answer.notice), *(_markdown_dispute(one, answer) for one in answer.disagreements)]
    blocks.append(
        "\n".join(
            f"{one.number}. {_escape(one.title)}, {day(one.date)}: “{_escape(one.quote)}”" for one in cited(answer)
        )
    )
    blocks.append(_markdown_list(NOT_AN_ANSWER, [f"{snippet(hit)} ({hit.passage.title})" for hit in nearest(answer)]))
    blocks.append(_markdown_list(WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _markdown_dispute(disagreement: Disagreement, answer: Answer) -> str:
    return _markdown_list(DISAGREE, [f"{side.value}: {voices(side, answer)}" for side in disagreement.sides])


def _markdown_list(title: str, lines: list[str]) -> str:
    return "\n".join([title, "", *(f"- {_escape(line)}" for line in lines)]) if lines else ""


def _escape(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found.group()}", " ".join(text.split()))


def terminal(answer: Answer, links: Mapping[str, str] | None = None) -> "Text":
    """The whole answer as rich text; a console that is not a terminal prints it plain.

    A sentence stands on one line however its article wraps it, and nothing in it commands the terminal.

    Args:
        answer: the answer.
        links: where an article opens, by its id; the titles of others are not links.
    """
    from rich.text import Text

    text = Text(f"{SEARCHED} {answer.searched}\n" if answer.searched else "", "dim")
    for sentence in answer.sentences:
        text.append(f"{' '.join(sentence.text.split())} ").append(marks(sentence.citations), "bold cyan").append("\n")
    if not answer.sentences:
        text.append(f"{answer.text}\n", "bold")
    if answer.notice:
        text.append(f"\n{answer.notice}\n", "yellow")
    for disagreement in answer.disagreements:
        text.append(f"\n{DISAGREE}\n", "bold yellow")
        for side in disagreement.sides:
            text.append(f"  {side.value}", "bold").append(f": {voices(side, answer)}\n")
    _append_sources(text, answer, links or {})
    _append_list(text, NOT_AN_ANSWER, [f"{snippet(hit)} ({hit.passage.title})" for hit in nearest(answer)])
    _append_list(text, WITHHELD, [f"{one.text} ({one.verdict.reason})" for one in answer.withheld])
    return _harmless(text.append(f"\n{footer(answer)}", "dim"))


def hits(found: Sequence[Hit]) -> "Text":
    """Search results as rich text, best first."""
    from rich.text import Text

    text = Text("" if found else "No passage matches.\n")
    for rank, hit in enumerate(found, start=1):
        passage = hit.passage
        text.append(f"{rank:2} ", "bold cyan").append(f"{hit.score:.2f} ", "dim").append(passage.title, "bold")
        text.append(f" · {day(passage.date)} · {passage.key}\n", "dim").append(f"   {snippet(hit)}\n")
    return _harmless(text)


def _harmless(text: "Text") -> "Text":
    text.plain = harmless(text.plain)  # of the same length, so every style stays in its place
    return text


def _append_sources(text: "Text", answer: Answer, links: Mapping[str, str]) -> None:
    for position, citation in enumerate(cited(answer)):
        text.append("\n" if position == 0 else "").append(f"[{citation.number}] ", "bold cyan")
        text.append(citation.title, f"link {links[citation.article]}" if citation.article in links else "")
        text.append(f" · {day(citation.date)} · {citation.article}\n", "dim")


def _append_list(text: "Text", title: str, lines: list[str]) -> None:
    if lines:
        text.append(f"\n{title}\n", "yellow")
    for line in lines:
        text.append(f"  - {' '.join(line.split())}\n", "dim")
