"""Text + wording -> whether the text contains it, by word stems in order; case, accents and endings are ignored."""

from functools import lru_cache

from rag.text.words import words

BOTH = " & "
"""Separates parts that must all occur, in any order."""


def contains_wording(text: str, wording: str) -> bool:
    """Whether every part of a wording occurs in a text as consecutive words.

    Args:
        text: what is searched.
        wording: words in order; " & " joins parts that may stand anywhere. A wording without a word is in no text.
    """
    stems = _stems(text)
    parts = [_stems(part) for part in wording.split(BOTH)]
    return all(part and _within(part, stems) for part in parts)


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text))


def _within(part: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    return any(stems[start : start + len(part)] == part for start in range(len(stems) - len(part) + 1))
