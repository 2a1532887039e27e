"""Text -> the language whose rules its script is read by; scripts other than Latin only."""

import unicodedata
from collections import Counter

_LANGUAGES = {
    "ARABIC": "ar",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "ETHIOPIC": "am",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "KHMER": "km",
    "LAO": "lo",
    "MALAYALAM": "ml",
    "MYANMAR": "my",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}
"""First word of the Unicode names of a script's letters -> its most written language."""
_LAST_LATIN = "\u02ff"


def script_language(text: str) -> str:
    """The language of a text that is mostly of another script than Latin; empty otherwise.

    Japanese is told from Chinese by any kana.
    """
    if text.isascii():
        return ""
    letters = [character for character in text if character.isalpha()]
    other = [character for character in letters if character > _LAST_LATIN]
    if len(other) * 2 <= len(letters):
        return ""
    scripts = Counter(unicodedata.name(character, "").partition(" ")[0] for character in other)
    scripts["HIRAGANA"] += scripts["CJK"] if scripts["HIRAGANA"] or scripts["KATAKANA"] else 0
    return _LANGUAGES.get(scripts.most_common(1)[0][0], "")
