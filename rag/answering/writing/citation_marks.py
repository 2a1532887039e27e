"""Written sentence -> plain text and the numbers it cites, in any style of citation marks."""

import re
import unicodedata
from typing import NamedTuple


class ParsedSentence(NamedTuple):
    """A sentence without markup and the numbers it cites, in order."""

    text: str
    numbers: tuple[int, ...]


OPEN, CLOSE = "[【［〔⟦", "]】］〕⟧"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_ANY_OPEN, _ANY_CLOSE = re.escape(OPEN), re.escape(CLOSE)
MARK = rf"[{_ANY_OPEN}][^{_ANY_OPEN}{_ANY_CLOSE}\n]{{1,40}}[{_ANY_CLOSE}](?!\()"
"""Square, full-width or lenticular brackets that are not the text of a link."""
_MARK = re.compile(MARK)
_NAME = r"(?:sentences?|sources?|passages?|refs?\.?|references?|citations?|cite|docs?|documents?|ids?|nos?\.?|n|S)"
_PREFIX = rf"(?:{_NAME}|\s|\^|#|:|_|=)*"
_NUMBERS = re.compile(
    rf"{_PREFIX}(\d{{1,3}}(?:(?:\s*(?:,|;|and|&|-|–)|\s|\^){_PREFIX}\d{{1,3}})*)(?:\s*†.*|:.*)?",
    re.IGNORECASE,
)
"""A space between two numbers is read in one way only: with more ways, the time grew exponentially with the numbers."""
_LABEL = r"(?:sentences?|sources?|citations?|refs?\.?|references?|see)"
_MARKS = rf"((?:{MARK}(?:[^\S\n]|[,;&]|and)*)+)"
_WRAPPED = re.compile(
    rf"(?<!`)(?P<ticks>`+)\s*{_MARKS}(?P=ticks)|(?<![\w*_])(?P<bold>[*_]{{1,3}}){_MARKS}(?P=bold)(?!\w)"
    rf"|\(\s*(?:{_LABEL}\s*:?\s*)?{_MARKS}\)"
    rf"|[{_ANY_OPEN}]\s*{_MARKS}[{_ANY_CLOSE}]|(?<=[.!?…”\"'’)\s]){_LABEL}[^\S\n]*:[^\S\n]*{_MARKS}"
    rf"|{MARK}\s*(?:,|;|&|and)\s*(?={_MARKS})",
    re.IGNORECASE,
)
"""Marks inside of code ticks, bold, brackets or after "Source:", and the commas between two."""
_LISTED = r"(\d{1,3}(?:\s*(?:,|and|&|-|–)\s*\d{1,3})*)"
_BARE = re.compile(
    rf"\\\[\s*{_LISTED}\s*\\\]|<(?:sup|cite|ref|small)\b[^<>]*>\s*{_LISTED}\s*</(?:sup|cite|ref|small)>|\^{_LISTED}\^"
    rf"|\{{\{{\s*{_PREFIX}{_LISTED}\s*\}}\}}|\(\s*{_LABEL}\s*[:#]?\s*{_LISTED}\s*\)",
    re.IGNORECASE,
)
"""Numbers that are marked otherwise than by brackets."""
_DANGLING = re.compile(r"^(?:according to|as (?:\w+ ){0,2}(?:in|by)|per)\s*,\s*", re.IGNORECASE)
"""What is left of "According to [1], ..." without its mark."""
_RANGE = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})")
LONGEST_RANGE = 9
"""Sentences that "[2-5]" may cite; a wider range is not read as one."""
_SUPERSCRIPT = re.compile(rf"(?<=[.!?…”\"'’)])[{RAISED}]+(?=[\s.,;:!?]|$)")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_MARKUP = re.compile(r"(\*\*|__|``?|~~)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])")
_LEAD = re.compile(r"^(?:\s*(?:[-*+•‣–—>]|#{1,6}|\d{1,2}[.)])(?=\s))+\s*")
_HTML = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?…])")


def normalize_marks(text: str) -> str:
    """The text with every mark in square brackets alone: without ticks, bold, or a second pair around it.

    A text that is cut in the middle of a mark is left as it is there, so it may be called again when more has come.

    Args:
        text: of a reply.
    """
    bare = _BARE.sub(lambda match: f"[{next(filter(None, match.groups()))}]", text)
    return _WRAPPED.sub(_unwrap, bare)


def _unwrap(match: re.Match[str]) -> str:
    marks = _MARK.findall(match.group())
    cited = all(_numbers(mark[1:-1]) for mark in marks)
    return "".join(marks) if cited else match.group()


def parse_citations(sentence: str) -> ParsedSentence:
    """Split a written sentence into plain text and cited numbers.

    Marks may be `[1]`, `[1, 2]`, `[1][2]`, `[1-3]`, `[^1]`, `[S1]`, full-width `【1】` and `［１］`, `[1](address)`
    and superscripts; list signs, headings, bold, code and HTML tags are removed.
    """
    plain = _HTML.sub("", _LINK.sub(_unlink, sentence))
    numbers: list[int] = []

    def remove_mark(match: re.Match[str]) -> str:
        cited = _numbers(match.group()[1:-1])
        numbers.extend(cited)
        return " " if cited else match.group()

    def remove_superscript(match: re.Match[str]) -> str:
        numbers.append(int(unicodedata.normalize("NFKC", match.group())))
        return ""

    plain = _SUPERSCRIPT.sub(remove_superscript, _MARK.sub(remove_mark, plain))
    plain = _LEAD.sub("", plain)
    plain = _MARKUP.sub(lambda match: match.group(2) or match.group(3), plain)
    plain = _SPACE_BEFORE_STOP.sub(r"\1", " ".join(plain.split()))
    plain = _DANGLING.sub("", re.sub(r"([.!?])\.$", r"\1", plain).strip()) if numbers else plain.strip()
    return ParsedSentence(plain, tuple(dict.fromkeys(numbers)))


def _unlink(match: re.Match[str]) -> str:
    inside = match.group(1)
    return f"[{inside}]" if _numbers(inside) else inside


def _numbers(inside: str) -> tuple[int, ...]:
    """The numbers in a pair of brackets; none when it holds anything but numbers."""
    folded = unicodedata.normalize("NFKC", inside).strip()
    match = _NUMBERS.fullmatch(folded)
    if match is None:
        return ()
    listed = _RANGE.sub(_expand_range, match.group(1))
    return tuple(int(number) for number in re.findall(r"\d+", listed))


def _expand_range(match: re.Match[str]) -> str:
    first, last = int(match.group(1)), int(match.group(2))
    if not first < last <= first + LONGEST_RANGE:
        return f"{first} {last}"
    return " ".join(str(number) for number in range(first, last + 1))
