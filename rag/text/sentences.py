"""Text -> sentences: verbatim spans, never across a paragraph, by rules for news prose; other scripts by sentencex."""

import re
from collections.abc import Iterable, Iterator

from rag.text.english import MONTHS, WEEKDAYS, alternatives, word_set
from rag.text.scripts import script_language
from rag.text.spans import Span

LONGEST = 2000
"""Characters after which a run without a sentence end is cut at a space; the longest of the SQuAD articles has 588."""
_WRAP = 120
"""A line longer than this was not wrapped by an editor, so the line break after it ends a paragraph."""

_NEWLINE = r"(?:\r\n|\r(?!\n)|[\n\x0b\x0c\x85\u2028\u2029])"
_BREAK = re.compile(_NEWLINE)
_BLANK = re.compile(rf"{_NEWLINE}[^\S\n\r]*{_NEWLINE}\s*")
_BULLET = re.compile(r"(?:[-*•‣▪●|>]|#{1,6}|[–—](?=\s+[^a-z]))\s")
_RULE = re.compile(r"[-*_=~]{3,}|(?:[-*_] ){2,}[-*_]")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s")
# A run of stops matches at its head only, and possessively: otherwise a million dots take quadratic time. What closes
# follows by a lookahead, which is as atomic: until Python 3.11.4 a possessive group loses its matches (gh-106052).
_STOP = re.compile(
    r"""(?<![.!?…])([.!?…]++)(?=((?:[”’"'»)\]]|\s?\[\d{1,3}\]|\s(?:''|[”»)])(?=\s|$))*))\2(?=\s|$)|[。！？]+[」』”]?"""
)
_OPENERS = "“‘\"'«([`¿¡ "
_WORD_BEFORE = re.compile(r"[^\s“‘\"'(\[«—–/]+$")
_NEXT_WORD = re.compile(r"\w+")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[A-Z]")
_SPEECH = re.compile(rf"(?:[\w.’'-]+\s+){{1,4}}(?:{alternatives('speech_verbs')})\b")
"""A speaker and a verb after a quotation."""

_CALENDAR = (*MONTHS, *WEEKDAYS)
_NEVER = word_set("abbreviations")
_BEFORE_NUMBER = word_set("abbreviations_before_number")
_BEFORE_NAME = word_set("abbreviations_before_name").union(*(name.abbreviations for name in _CALENDAR))
_STARTERS = word_set("sentence_starters")
_CLOCK = frozenset({"a.m", "p.m"})
_AFTER_CLOCK = word_set("time_zones") | word_set("time_zone_names") | {name.full for name in _CALENDAR}
"""Capitalised words that follow an hour within a sentence."""


def split(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Every sentence of `text[start:end]` in order, without the white space around it.

    A sentence never crosses a blank line, a list item or a line break that is not mere wrapping; it takes along the
    quotation marks and brackets that close it. Only white space lies between sentences; none exceeds `LONGEST`.
    """
    return tuple(sentence for block in paragraphs(text, start, end) for sentence in _sentences(text, block))


def sentences(text: str) -> list[str]:
    """The text of every sentence, in order."""
    return [text[start:end] for start, end in split(text)]


def paragraphs(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Every paragraph, heading and list item of `text[start:end]` in order, without the white space around it."""
    end = len(text) if end is None else end
    blocks = _cut(start, end, (blank.span() for blank in _BLANK.finditer(text, start, end)))
    lines = (_strip(text, line) for block in blocks for line in _lines(text, block))
    return tuple(line for line in lines if line.start < line.end)


def _cut(start: int, end: int, gaps: Iterable[tuple[int, int]]) -> Iterator[Span]:
    for left, right in gaps:
        yield Span(start, left)
        start = right
    yield Span(start, end)


def _strip(text: str, span: Span) -> Span:
    stretch = text[span.start : span.end]
    start = span.start + len(stretch) - len(stretch.lstrip())
    return Span(start, max(start, span.start + len(stretch.rstrip())))


def _lines(text: str, block: Span) -> Iterator[Span]:
    breaks = [match.span() for match in _BREAK.finditer(text, block.start, block.end)]
    lines = [text[line.start : line.end].strip() for line in _cut(block.start, block.end, breaks)]
    width = min(_WRAP, max(map(len, lines)))
    pairs = zip(breaks, lines, lines[1:], strict=False)
    return _cut(block.start, block.end, (gap for gap, above, below in pairs if _is_break(above, below, width)))


def _is_break(above: str, below: str, width: int) -> bool:
    """Whether the line break between two lines of a block wrapped at `width` is more than wrapping."""
    if not above or not below or above.startswith("#") or _BULLET.match(below):
        return True
    if _RULE.fullmatch(above) or _RULE.fullmatch(below):
        return True
    # An editor that wraps at `width` would have pulled the next word up, had it fitted.
    room = len(above) > _WRAP or len(above) + 1 + len(below[:_WRAP].split(maxsplit=1)[0]) <= width
    if _NUMBERED.match(below):
        return room or above[-1] in ".:;!?" or _NUMBERED.match(above) is not None
    return room and not below[0].islower() and above[-1] not in ",;-–—"


def _sentences(text: str, block: Span) -> Iterator[Span]:
    language = script_language(text[block.start : block.end])
    return _foreign_sentences(text, block, language) if language else _latin_sentences(text, block)


def _foreign_sentences(text: str, block: Span, language: str) -> Iterator[Span]:
    """By the rules of a language of another script, as sentencex has them."""
    from sentencex import get_sentence_boundaries

    begin = block.start
    ends = (
        block.start + int(one["end_index"]) for one in get_sentence_boundaries(language, text[block.start : block.end])
    )
    for end in (*ends, block.end):
        sentence = _strip(text, Span(begin, max(begin, min(end, block.end))))
        if sentence.start < sentence.end:
            yield from _short(text, sentence)
        begin = max(begin, end)


def _latin_sentences(text: str, block: Span) -> Iterator[Span]:
    begin = seen = block.start
    curly = straight = 0
    for stop in _STOP.finditer(text, block.start, block.end):
        curly += text.count("“", seen, stop.start()) - text.count("”", seen, stop.start())
        straight += text.count('"', seen, stop.start())
        seen, end = stop.start(), _closed(text, stop.end(), quoted=straight % 2 == 1)
        if end >= block.end:
            break
        if _ends(text, begin, stop, text[end : end + 80], quoted=curly > 0):
            yield from _short(text, Span(begin, end))
            begin = end + len(text[end : block.end]) - len(text[end : block.end].lstrip())
    yield from _short(text, Span(begin, block.end))


def _closed(text: str, end: int, *, quoted: bool) -> int:
    # Tokenised text leaves a space before a straight closing mark, which then looks like an opening one.
    return end + 2 if quoted and text[end : end + 2] == ' "' and text[end + 2 : end + 3] in " \n" else end


def _ends(text: str, begin: int, stop: re.Match[str], ahead: str, *, quoted: bool) -> bool:
    """Whether a stop ends its sentence; `ahead` is what follows, `quoted` whether a “ before it is still open."""
    mark, after = stop.group(1), ahead.lstrip(_OPENERS + "\n\r\t\xa0")
    if mark is None:
        return True
    if not after or after[0].islower() or after[0] in ",;:)–—-":
        return False
    if "!" in mark or "?" in mark:
        return not (stop.group(2) and _SPEECH.match(after))
    if mark != ".":
        return not quoted
    before = _WORD_BEFORE.search(text, max(begin, stop.start() - 30), stop.start())
    if before is None:
        return True
    numbers_a_list = before.start() == begin and before.group().isdigit()
    return not numbers_a_list and _full(before.group(), after)


def _full(word: str, after: str) -> bool:
    """Whether the full stop after a word ends a sentence although capitals or digits may follow abbreviations too."""
    small, following = word.lower(), _NEXT_WORD.match(after)
    next_word = following.group().lower() if following else ""
    if small in _NEVER:
        return False
    if small in _CLOCK:
        return next_word not in _AFTER_CLOCK
    if small in _BEFORE_NAME or _ACRONYM.fullmatch(word):
        return next_word in _STARTERS and after[len(next_word) : len(next_word) + 1] != "."
    return small not in _BEFORE_NUMBER or not after[0].isdigit()


def _short(text: str, sentence: Span) -> Iterator[Span]:
    begin = sentence.start
    while sentence.end - begin > LONGEST:
        space = max(text.rfind(" ", begin + 1, begin + LONGEST), text.rfind("\n", begin + 1, begin + LONGEST))
        cut = space if space > 0 else begin + LONGEST
        yield _strip(text, Span(begin, cut))
        begin = cut + len(text[cut : cut + LONGEST]) - len(text[cut : cut + LONGEST].lstrip())
    yield Span(begin, sentence.end)
