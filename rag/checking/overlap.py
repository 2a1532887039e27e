"""Words of a claim that its evidence has, too: by stem, by shared beginning, by a few words that mean the same."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rag.text.english import word_set
from rag.text.lemmas import base
from rag.text.periods import SOME_DAY, periods
from rag.text.quantities import quantities
from rag.text.words import Word, content

PREFIX = 5
"""Letters two words must share at their beginning to count as forms of one word: independent, independence."""
SHARE = 0.6
"""... and the share of the longer one that these letters are."""
UNINFORMATIVE = frozenset(map(base, word_set("uninformative_in_claims")))
"""Base stems of any news text, which support no claim."""
_SAME = (
    "united_states us usa america american washington",
    "britain british uk english england",
    "police policeman policemen officer",
    "troop soldier force military army",
    "barricade roadblock blockade",
    "begin start commence launch",
    "end finish conclude stop cease",
    "buy purchase acquire acquisition",
    "kill slay murder",
    "die death dead deceased",
    "bear birth born",
    "wed marry marriage wedding spouse wife husband",
    "big large huge great",
    "assist help aid",
    "build construct construction",
    "movie film",
    "attorney lawyer",
    "doctor physician",
    "car vehicle automobile",
    "quick quickly fast rapid rapidly swift swiftly",
    "announce declare proclaim",
    "reply respond answer response",
    "choose elect select pick chosen",
    "leader head chief boss",
    "show demonstrate reveal",
    "need require demand",
    "near close nearby",
    "author writer write wrote written",
    "obtain receive gain",
    "child son daughter kid",
    "picture photo photograph image",
    "firm company corporation business",
    "student pupil",
    "city town",
    "nation country state",
    "import important significant",
    "comprise consist include contain",
    "locate situate",
    "job work occupation employ",
    "release publish issue",
)
_CLASSES = {base(word): number for number, line in enumerate(_SAME) for word in line.split()}


class Coverage(NamedTuple):
    """How much of a claim's wording its evidence has."""

    share: float
    """Of the claim's content words, 0 to 1; 1 when it has none."""
    missing: tuple[Word, ...]
    """Those that no evidence word stands for."""


@lru_cache(maxsize=8192)
def keys(text: str) -> frozenset[str]:
    """Base stems of a text's topical words, and its numbers as `#4000`."""
    values = (f"#{one.value:g}" for one in quantities(text))
    return frozenset(base(word.folded) for word in topical(text)) | frozenset(values)


@lru_cache(maxsize=8192)
def topical(text: str) -> tuple[Word, ...]:
    """A text's content words in order; numbers and dates left out, and words that prove nothing if others stay."""
    spoken_for = {span for one in quantities(text) for span in range(one.start, one.end)}
    spoken_for |= {span for one in periods(text, SOME_DAY) for span in range(one.start, one.end)}
    own = tuple(word for word in content(text) if word.start not in spoken_for)
    return tuple(word for word in own if word.stem not in UNINFORMATIVE) or own


def coverage(claim: str, evidence: str) -> Coverage:
    """Which of the claim's content words the evidence has."""
    wanted = topical(claim)
    missing = tuple(word for word in wanted if not has(base(word.folded), keys(evidence)))
    return Coverage(1 - len(missing) / len(wanted) if wanted else 1.0, missing)


def has(wanted: str, held: frozenset[str]) -> bool:
    """Whether one of the stems is the wanted one, another form of it or a word for the same."""
    return wanted in held or (wanted[:1].isalpha() and any(alike(wanted, one) for one in held))


@lru_cache(maxsize=65536)
def alike(left: str, right: str) -> bool:
    """Whether two stems are forms of one word or words for the same."""
    if left == right:
        return True
    if left in _CLASSES and _CLASSES[left] == _CLASSES.get(right):
        return True
    shared = _shared((left, right))
    return shared >= PREFIX and shared >= SHARE * max(len(left), len(right)) and _tails(left[shared:], right[shared:])


_ENDINGS = frozenset(
    """e n a i o r s t y d an ian en ed er or ar ion ation ition tion ment ness ity al ial ic ical ist ism ive ative iv
    ent ant ence ance nt nc ncy ing ly ship hood ful less able ible th ese ish ern ier it""".split()
)


def _tails(left: str, right: str) -> bool:
    return all(not tail or tail in _ENDINGS for tail in (left, right))


def _shared(pair: Iterable[str]) -> int:
    left, right = pair
    length = min(len(left), len(right))
    return next((at for at in range(length) if left[at] != right[at]), length)
