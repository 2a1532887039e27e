"""Text -> the language it is written in, where that is plainly not English; by py3langid, offline."""

from functools import cache
from typing import TYPE_CHECKING

from rag.text.words import STOP_WORDS, words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LEAST_WORDS = 3
"""Fewer words have no language: a name has none."""
ENGLISH_SHARE = 0.34
"""Share of English stop words above which a text is not looked at: "was" is a word of other languages, too."""
LEAST_PROBABILITY, MOST_ENGLISH = 0.3, 0.05
"""Least probability of the likeliest language, and most of English. Of 2,917 SQuAD 2.0 questions none is foreign;
twenty questions in 18 languages all are (one in Serbian is taken for Croatian)."""
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hr": "Croatian",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
ANOTHER = "another language"


def foreign_language(text: str) -> str:
    """The name of a text's language, ANOTHER where it is a rarer one; empty for English, and where it is unclear."""
    found = words(text)
    latin = text.isascii() or sum(letter > "\u024f" and letter.isalpha() for letter in text) * 2 < len(text)
    if latin and (len(found) < LEAST_WORDS or _english_share(text) > ENGLISH_SHARE):
        return ""
    ranked = dict(_identifier().rank(text))
    likeliest = max(ranked, key=lambda code: float(ranked[code]))
    sure = float(ranked[likeliest]) >= LEAST_PROBABILITY or not latin
    return _NAMES.get(likeliest, ANOTHER) if sure and float(ranked.get("en", 0)) < MOST_ENGLISH else ""


def _english_share(text: str) -> float:
    found = words(text)
    return sum(word.folded in STOP_WORDS for word in found) / len(found)


@cache
def _identifier() -> "LanguageIdentifier":
    # Unpacking its model takes half a second; English questions never do.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
