"""Text + wording -> whether it says that, by stems of words in order: case, accents and endings do not matter."""

from functools import lru_cache

from rag.text.words import words

BOTH = " & "
"""Parts that must all be there, wherever they stand."""


def contains_wording(text: str, wording: str) -> bool:
    """Whether every part of a wording stands in a text as a run of words.

    Args:
        text: what is searched.
        wording: words in order; " & " joins parts that may stand anywhere. One without a word is in no text.
    """
    told = _stems(text)
    parts = [_stems(part) for part in wording.split(BOTH)]
    return all(part and _within(part, told) for part in parts)


@lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(word.stem for word in words(text))


def _within(part: tuple[str, ...], told: tuple[str, ...]) -> bool:
    return any(told[start : start + len(part)] == part for start in range(len(told) - len(part) + 1))
