"""Word -> the stem of its base form: send for sent, mous for mice."""

from functools import lru_cache

from rag.text.english import word_map
from rag.text.words import content, fold, stem

_BASES = word_map("irregular_forms")


@lru_cache(maxsize=65536)
def base(word: str) -> str:
    """Stem of a word's base form, whatever its case and accents."""
    folded = fold(word)
    return stem(_BASES.get(folded, folded))


def bases(text: str) -> frozenset[str]:
    """Base stems of a text's content words."""
    return frozenset(base(word.folded) for word in content(text))
