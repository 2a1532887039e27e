"""Word -> the stem of its base form: send for sent, mous for mice."""

from functools import lru_cache

from rag.text.english import word_map, word_set
from rag.text.words import STOP_WORDS, Word, content, fold, stem

_BASES = word_map("irregular_forms")
_NOT_VERBS = STOP_WORDS | word_set("not_verbs")
_UNCHANGED = word_set("unchanged_past_verbs")


@lru_cache(maxsize=65536)
def base(word: str) -> str:
    """Stem of a word's base form, whatever its case and accents."""
    folded = fold(word)
    return stem(_BASES.get(folded, folded))


def bases(text: str) -> frozenset[str]:
    """Base stems of a text's content words."""
    return frozenset(base(word.folded) for word in content(text))


def is_past_form(word: Word) -> bool:
    """Whether a word looks like a verb in the past tense: ending in -ed, irregular, or one that does not change."""
    irregular = base(word.folded) != word.stem and not word.folded.endswith("ing")
    regular = word.folded.endswith("ed") and word.stem != word.folded
    return (regular or irregular or word.folded in _UNCHANGED) and word.folded not in _NOT_VERBS
