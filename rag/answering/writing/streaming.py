"""Pieces of a reply -> whole sentences with their citation marks, each as soon as its end is certain."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from rag.answering.writing.citation_marks import CLOSE, MARK, OPEN, RAISED, normalize_marks
from rag.answering.writing.structures import flatten_structures
from rag.text.sentences import split

AHEAD = 32
"""Characters that must follow the end of a sentence before it is final: "p.m." may be followed by "Eastern", "Inc." by
a verb, and a mark may still come; a delay of 8 tokens. All 1,866 sentences of the SQuAD articles, fed in pieces of 1 to
6 characters, are split as in the whole text."""
_UNFINISHED = re.compile(rf"(?<!\s)\s*[{re.escape(OPEN)}]\^?[\d,\s]*\Z")
_BREAKS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
"""Every line break of `str.splitlines`."""
_FENCE = re.compile(r"^\s*(?:```|~~~).*$")
_AT_END = re.compile(rf"(?<![^\S\n])[^\S\n]*(?:{MARK}|(?<=[.!?…”\"'’)])[{RAISED}]+)")
_SOURCES = re.compile(r"^[\s#*_]*(?:sources?|references?|citations?|footnotes?|notes?)[\s*_]*:?[\s*_]*$", re.IGNORECASE)
_DEFINITION = re.compile(rf"^\s*{MARK}\s*:")
_LEADING = re.compile(rf"\A\s*(?:(?:[-*+•]|\d{{1,2}}[.)])\s+)?{MARK}:?\s*\w")
"""A reply that begins with a mark: there, marks belong to the sentence after them."""
_NEXT = re.compile(rf"(?<=[.!?…”\"'’)])[^\S\n]+(?={MARK})")
_COLON = re.compile(rf"^(\s*{MARK})\s*:", re.MULTILINE)


def stream_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Whole sentences of a reply, each with the marks in it and directly after it.

    Code fences, footnote definitions and everything after a heading "Sources:" are left out. When the
    pieces end with an error, it is raised and the unfinished sentence is dropped; when they just end, the last sentence
    is whole.

    Args:
        pieces: text as it streams, split anywhere.
    """
    held, leading = "", None
    for piece in flatten_structures(pieces):
        held = normalize_marks(held + piece.translate(_BREAKS))
        leading = _is_leading(held) if leading is None else leading
        whole, held = _split_final(_lead(held) if leading else held)
        for sentence in whole:
            if _SOURCES.match(sentence):
                return
            yield sentence
    for sentence in _split(_UNFINISHED.sub("", _lead(held) if leading else held)):
        if _SOURCES.match(sentence):
            return
        yield sentence


def _is_leading(text: str) -> bool | None:
    """Whether marks stand before their sentences; None while the first words may still be a part of a mark."""
    return True if _LEADING.match(text) else None if len(text) < AHEAD else False


def _lead(text: str) -> str:
    """The text with each mark at the beginning of a line, so that it belongs to what follows."""
    return _NEXT.sub("\n", _COLON.sub(r"\1", text))


def _split_final(text: str) -> tuple[list[str], str]:
    """Sentences whose end is final, and the rest."""
    final = list(takewhile(lambda span: _is_final(text, span[1]), _spans(text)))
    if not final:
        return [], text
    return [text[begin:end] for begin, end in final if _is_content(text[begin:end])], text[final[-1][1] :]


def _is_final(text: str, end: int) -> bool:
    following = text[end:].lstrip()
    if following.startswith(tuple(OPEN + RAISED)):
        return len(following) > 2 * AHEAD  # a bracket that never became a mark
    new_line = bool(following) and "\n" in text[end : len(text) - len(following)]
    return new_line or len(following) >= AHEAD


def _split(text: str) -> list[str]:
    return [text[begin:end] for begin, end in _spans(text) if _is_content(text[begin:end])]


def _is_content(sentence: str) -> bool:
    return not _FENCE.match(sentence) and not _DEFINITION.match(sentence)


def _spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences: none crosses a line break, marks belong to the sentence before them."""
    masked = _masked(text)
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", masked):
        if spans and not line.group().strip(") .,;!?\t"):
            spans[-1] = (spans[-1][0], line.end())
        else:
            sentences = split(masked, line.start(), line.end())
            spans.extend((span.start, span.end + _joined(text, span.end)) for span in sentences)
    return spans


def _joined(text: str, end: int) -> int:
    """1 where the last bracket of a mark was masked by a space because the next sentence follows it directly."""
    return int(text[end : end + 1] in tuple(CLOSE) and text[end + 1 : end + 2].isalnum())


def _masked(text: str) -> str:
    """The text with every mark, and the space before it, replaced by closing brackets, which end no sentence."""
    return _AT_END.sub(lambda match: _closing(text, match), text)


def _closing(text: str, match: re.Match[str]) -> str:
    joined = text[match.end() : match.end() + 1].isalnum()
    return ")" * (len(match.group()) - joined) + " " * joined
