"""Sentence + evidence -> the evidence near it, what every rule finds, and what the networks read."""

from dataclasses import dataclass
from datetime import date

from rag.checking.evidence import JoinedEvidence, cross_encoder_context, nearest_sentences
from rag.checking.judges.shipped import CrossEncoderScore, score_claim
from rag.checking.rules import (
    antonyms,
    comparatives,
    dates,
    modality,
    named_roles,
    names,
    negation,
    numbers,
    quantifiers,
    quotations,
    substitutions,
    verb_roles,
)
from rag.checking.rules.base import Finding, Pair
from rag.text.attribution import strip_attribution
from rag.text.spans import Span

EXACT_RULES = (numbers, dates, names, quotations)
SENSE_RULES = (negation, antonyms, quantifiers, comparatives, modality, named_roles, verb_roles, substitutions)
RULES = (*EXACT_RULES, *SENSE_RULES)
"""Modules with `findings(pair)`, in order: of findings of equal gravity, the first gives the reason."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A sentence, the evidence near it, and the findings of all rules."""

    evidence: JoinedEvidence
    near: tuple[Span, ...]
    """The one to three sentences about the same, best first; empty where there is none."""
    pair: Pair
    findings: tuple[Finding, ...]
    context: str
    """The evidence that the cross-encoder reads beside the sentence."""
    score: CrossEncoderScore | None = None
    """The cross-encoder's score where it is known already; None where it is to be computed."""

    @property
    def restated(self) -> str:
        """The sentence with dates and names in the evidence's words, where rules know them to be the same."""
        read = self.pair.dated([sentence for sentence in self.pair.sentences if sentence in self.context])
        dated = dates.restate_dates(self.pair.claim, read, self.pair.published)
        return names.respell_names(dated, self.context)

    def cross_encoder_score(self) -> CrossEncoderScore:
        """The cross-encoder's score of the sentence beside its context."""
        return self.score or score_claim(self.restated, self.context)


def examine(sentence: str, evidence: JoinedEvidence, published: date | None = None) -> Examination:
    """Select the evidence about the same matter and apply every rule to it."""
    claim = strip_attribution(sentence)
    near = nearest_sentences(claim, evidence)
    sentences = tuple(map(evidence.excerpt, evidence.sentences))
    pair = Pair(claim, tuple(map(evidence.excerpt, near)), sentences, published, evidence.days)
    findings = tuple(finding for rule in RULES for finding in rule.findings(pair)) if near else ()
    return Examination(evidence, near, pair, findings, cross_encoder_context(claim, evidence, near))
