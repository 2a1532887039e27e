"""Sentence + its evidence -> the numbers that its verdict is weighed from."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from rag.checking.alignment import closest
from rag.checking.clauses import clauses
from rag.checking.judges.shipped import Impression
from rag.checking.overlap import coverage, has, keys
from rag.checking.rules.base import Finding, Kind, Pair
from rag.text.lemmas import base

MOST = 2
"""Findings of a kind beyond which more do not count."""
COUNTED: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "numbers differ": ("contradiction", ("numbers",)),
    "numbers missing": ("gap", ("numbers",)),
    "numbers elsewhere": ("remark", ("numbers",)),
    "dates differ": ("contradiction", ("dates",)),
    "dates missing": ("gap", ("dates",)),
    "dates elsewhere": ("remark", ("dates",)),
    "names differ": ("contradiction", ("names",)),
    "names missing": ("gap", ("names",)),
    "names elsewhere": ("remark", ("names",)),
    "quoted words missing": ("gap", ("quotes",)),
    "turned round": ("contradiction", ("negation", "antonyms", "quantifiers", "comparatives", "roles")),
    "surer than the evidence": ("doubt", ("dates", "negation", "modality", "quantifiers")),
}
"""Which findings each of these features counts."""
WORDING = ("words missing", "words missing everywhere", "words missing, worst claim", "words in another order")
"""Shares of the sentence's words, 0 to 1."""
LENGTH = "evidence's length"
"""Logarithm of its characters: long evidence is retold more freely than a sentence that is quoted."""
READ = ("reads as unsaid", "words read as unsaid")
"""The cross-encoder's logit, counted down from the surest that it may be, and the share of the words it misses."""
SUREST = 4.0
"""Logit beyond which it is not believed more, nor less below the negative of it."""
NAMES = (*WORDING, *COUNTED, *READ, LENGTH)


def features(pair: Pair, found: Iterable[Finding], impression: Impression) -> Mapping[str, float]:
    """What speaks against a sentence, each 0 when nothing does, and the length of its evidence, by `NAMES`."""
    counts = Counter((one.kind, one.family) for one in found)
    counted = {
        name: float(min(MOST, sum(counts[kind, family] for family in families)))
        for name, (kind, families) in COUNTED.items()
    }
    read = dict(zip(READ, (SUREST - max(-SUREST, min(SUREST, impression.logit)), impression.unsaid), strict=True))
    return {**_wording(pair), **counted, **read, LENGTH: math.log10(1 + sum(map(len, pair.sentences)))}


def _wording(pair: Pair) -> dict[str, float]:
    near = coverage(pair.claim, pair.beside)
    everywhere = frozenset[str]().union(*map(keys, pair.sentences)) if near.missing else frozenset[str]()
    lost = [word for word in near.missing if not has(base(word.folded), everywhere)]
    worst = min(coverage(pair.claim[claim.start : claim.end], pair.beside).share for claim in clauses(pair.claim))
    compared = closest(pair)
    gone = 1 - near.share
    shares = (
        gone,
        gone * len(lost) / max(1, len(near.missing)),
        1 - worst,
        1 - (compared.share if compared else 0.0),
    )
    return dict(zip(WORDING, shares, strict=True))
