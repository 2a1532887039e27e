"""Words cut at line ends -> whole words; a hyphen that belongs to its word stays."""

import re

from rag.text.english import word_set

_CUT = re.compile(
    r"(?P<head>[^\W\d_]{2,}|(?<=\d)|\d)-(?P<line>[ \t]*\r?\n)[ \t]*(?P<tail>[^\W_]{2,})(?P<after>[^\s-]*)[ \t]?"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREFIXES = word_set("hyphenated_prefixes")


def join_cut_words(text: str) -> str:
    """The text with each word that a line end cuts made whole, on the upper line.

    The hyphen stays where the text has the hyphenated word elsewhere, where the second half opens with a capital or a
    digit, and after a first half that English hyphenates.
    """
    if not _CUT.search(text):
        return text
    words = frozenset(word.casefold() for word in _WORD.findall(text))
    return _CUT.sub(lambda match: f"{_joined(match['head'], match['tail'], words)}{match['after']}\n", text)


def _joined(head: str, tail: str, words: frozenset[str]) -> str:
    hyphenated = f"{head}-{tail}"
    if not tail[0].islower():
        return hyphenated
    if (head + tail).casefold() in words:
        return head + tail
    kept = hyphenated.casefold() in words or head.casefold() in _PREFIXES
    return hyphenated if kept else head + tail
