"""Text -> the names in it that may be those of people, by titles and by what stands around them."""

import re

from rag.text.english import word_set
from rag.text.words import STOP_WORDS, fold

CAPITALISED_NAME = r"[A-ZÀ-Þ][\w’'.-]*\w(?:\s+(?:(?:of|de|da|von|van|bin|al)\s+)?[A-ZÀ-Þ][\w’'-]*)*"
"""Pattern of a run of capitalised words."""
OWNER = re.compile(r"['’]s?\Z")
"""The ending of a name that owns something."""
_TITLES = word_set("person_titles")
_NO_PERSON = frozenset("in at from near to into across inside on of between".split())
"""Words before a name that is hardly a person's."""
_NATIONAL = re.compile(r"\w+(?:ian|ish|ese|ans)\Z")


def person_names(text: str) -> tuple[str, ...]:
    """The names that may be those of people: those with a title or of two words, or else the others."""
    found = [name for match in re.finditer(CAPITALISED_NAME, text) if (name := _person(match))]
    whole = [name for name, sure in found if sure]
    return tuple(dict.fromkeys(whole or [name for name, _ in found]))


def _person(match: re.Match[str]) -> tuple[str, bool] | None:
    """The name without titles, and whether it is sure to be a person's; None for a place, a people or a short form."""
    before = match.string[: match.start()].split()
    opens = not before or before[-1][-1] in '.!?:“"]'
    words = OWNER.sub("", match.group()).split()
    words = words[1:] if opens and fold(words[0]) in STOP_WORDS else words
    titles = [place for place, word in enumerate(words) if fold(word) in _TITLES]
    name = words[titles[-1] + 1 :] if titles else words
    name = name[: name.index("of")] if "of" in name else name
    if titles and name:
        return " ".join(name), True
    short = len(name) < 2 and (opens or match.group().isupper())
    placed = bool(before) and fold(before[-1]) in _NO_PERSON
    if not name or short or placed or OWNER.search(match.group()) or _NATIONAL.match(name[0]):
        return None
    return " ".join(name), len(name) > 1
