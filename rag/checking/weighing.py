"""Examination -> opinion by the shipped networks: the small one's, and the large one's where that is not sure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.checking.evidence import join_evidence
from rag.checking.examination import Examination, examine
from rag.checking.features import extract_features
from rag.checking.judges.base import NO_VERDICT_SCORE, REASON_UNSUPPORTED, Opinion
from rag.checking.judges.large import VerdictLogits, weigh_verdicts
from rag.checking.judges.shipped import CrossEncoderScore
from rag.checking.overlap import coverage
from rag.checking.rules.base import Finding
from rag.checking.scoring import cascade_model, checker_model
from rag.logistic import log_odds

LARGE, SMALL, SMALL_OF_COPY, COPY = "large: supported", "small: supported", "small: supported, of a copy", "copy"
"""What cascade.json weighs: the log odds of support by the large network, and by the small one with its weights; the
latter once more as far as the claim is a copy, and how far it is one, 0 to 1. Copies with a turn of their own are what
the small one was trained on; it is the large one that reads other words."""
MOST_MISSING = 0.3
"""Share of the claim's words that the evidence lacks from which a claim is no copy."""
LEAST_DENIAL = 1.0
"""Log odds of "contradicted" from which it is the verdict: of the claims so called on eight sets .83 are refuted."""
SAYS_OTHERWISE = "the article says otherwise"


@dataclass(frozen=True, slots=True)
class ShippedJudge:
    """The networks that come with the package, and the weights over them."""

    large: bool = True
    """Whether the large network reads what neither the rules nor the small one are sure of."""

    @property
    def name(self) -> str:
        """For `rag doctor`."""
        return "both shipped networks" if self.large else "the small shipped network"

    def opinion(self, sentence: str, evidence: str) -> Opinion:
        """Judge one sentence beside evidence; see `Judge`."""
        examination = examine(sentence, join_evidence((evidence,)))
        if not examination.near:
            return Opinion(0.0, contradicted=False, reason=REASON_UNSUPPORTED)
        return self.weigh(examination)

    def weigh(self, examination: Examination) -> Opinion:
        """The probability that the evidence says what the sentence says.

        The large network is not asked where a rule has decided.

        Raises:
            CheckError: the weights of a network are missing or altered.
        """
        small = examination.cross_encoder_score()
        features = extract_features(examination.pair, examination.findings, small)
        score = checker_model().logistic.probability(features)
        if self.large and not any(map(decides, examination.findings)) and cascade_model().asks(score):
            return _second_opinion(score, features["words missing"], examination, small)
        return Opinion(score, contradicted=False, reason=_unclear(examination, small.doubtful_words))


def decides(finding: Finding) -> bool:
    """Whether a finding leaves no judge anything to decide."""
    return finding.kind in ("contradiction", "gap")


def _second_opinion(small: float, missing: float, examination: Examination, first: CrossEncoderScore) -> Opinion:
    """The opinion of both networks together."""
    read = weigh_verdicts(examination.restated, examination.context)
    score = cascade_model().logistic.probability(cascade_features(small, missing, read))
    if read.denial >= LEAST_DENIAL and score < NO_VERDICT_SCORE:
        return Opinion(score, contradicted=True, reason=SAYS_OTHERWISE)
    doubtful = read.doubtful_words or first.doubtful_words
    return Opinion(score, contradicted=False, reason=_unclear(examination, doubtful))


def cascade_features(small: float, missing: float, read: VerdictLogits) -> Mapping[str, float]:
    """What the weights over both networks weigh.

    Args:
        small: probability of support by the small network and its weights.
        missing: share of the claim's words that the evidence lacks.
        read: by the large network.
    """
    odds, copy = log_odds(small), max(0.0, 1 - missing / MOST_MISSING)
    return {LARGE: read.support, SMALL: odds, SMALL_OF_COPY: odds * copy, COPY: copy}


def quote_words(words: Sequence[str]) -> str:
    """The first three words in quotation marks."""
    return ", ".join(f"“{word}”" for word in words[:3])


def _unclear(examination: Examination, doubtful_words: Sequence[str]) -> str:
    """Why a sentence is not shown although the evidence has its words; empty where it lacks some."""
    if coverage(examination.pair.claim, examination.pair.near_text).missing:
        return ""
    if not doubtful_words:
        return "the article has these words, but does not clearly say this"
    return f"the article has these words, but does not bear out {quote_words(doubtful_words)}"
