"""Claim + evidence + findings -> the features that the checker's logistic model weighs."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from rag.checking.alignment import closest_alignment
from rag.checking.clauses import clauses
from rag.checking.judges.shipped import CrossEncoderScore
from rag.checking.overlap import coverage, has, keys
from rag.checking.rules.base import Finding, FindingKind, Pair
from rag.text.lemmas import base

MOST_COUNTED = 2
"""Findings of one feature beyond which more do not count."""
COUNTED: dict[str, tuple[FindingKind, tuple[str, ...]]] = {
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
"""The kind and the rules of the findings that each feature counts; the names are keys of weights.json."""
WORDING_FEATURES = ("words missing", "words missing everywhere", "words missing, worst claim", "words in another order")
"""Shares of the sentence's words, 0 to 1."""
LENGTH = "evidence's length"
"""Decimal logarithm of its characters: long evidence is paraphrased more freely than a sentence that is quoted."""
CROSS_ENCODER_FEATURES = ("reads as unsaid", "words read as unsaid")
"""`MOST_LOGIT` minus the cross-encoder's logit, and the share of the words that it finds unsupported."""
MOST_LOGIT = 4.0
"""The logit is clipped to this and to the negative of it."""
FEATURES = (*WORDING_FEATURES, *COUNTED, *CROSS_ENCODER_FEATURES, LENGTH)


def extract_features(pair: Pair, findings: Iterable[Finding], score: CrossEncoderScore) -> Mapping[str, float]:
    """Every feature by its name in `FEATURES`; each but the length is 0 where nothing speaks against the sentence."""
    counts = Counter((finding.kind, finding.rule) for finding in findings)
    counted = {
        name: float(min(MOST_COUNTED, sum(counts[kind, rule] for rule in rules)))
        for name, (kind, rules) in COUNTED.items()
    }
    distance = MOST_LOGIT - max(-MOST_LOGIT, min(MOST_LOGIT, score.logit))
    read = dict(zip(CROSS_ENCODER_FEATURES, (distance, score.unsupported), strict=True))
    return {**_wording(pair), **counted, **read, LENGTH: math.log10(1 + sum(map(len, pair.sentences)))}


def _wording(pair: Pair) -> dict[str, float]:
    near = coverage(pair.claim, pair.near_text)
    everywhere = frozenset[str]().union(*map(keys, pair.sentences)) if near.missing else frozenset[str]()
    absent = [word for word in near.missing if not has(base(word.folded), everywhere)]
    worst = min(coverage(pair.claim[clause.start : clause.end], pair.near_text).share for clause in clauses(pair.claim))
    alignment = closest_alignment(pair)
    missing = 1 - near.share
    shares = (
        missing,
        missing * len(absent) / max(1, len(near.missing)),
        1 - worst,
        1 - (alignment.share if alignment else 0.0),
    )
    return dict(zip(WORDING_FEATURES, shares, strict=True))
