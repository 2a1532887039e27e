"""Sentence + evidence -> verdict: its wording, numbers, dates, names, quotes, negations and named_roles, weighed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.checking.evidence import Evidence, align, context, gather
from rag.checking.features import features
from rag.checking.judges.base import Judge, Opinion
from rag.checking.judges.shipped import Impression, shipped
from rag.checking.overlap import coverage
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
from rag.checking.rules.base import Finding, Kind, Pair
from rag.checking.scoring import CheckerModel, checker_model
from rag.checking.verdict import Label, Verdict
from rag.errors import CheckError
from rag.text.spans import Span

_PREAMBLE = re.compile(
    r"^\W*(?:according to|as stated in|as reported (?:by|in)) the (?:article|text|source|report|passage)s?,\s*|"
    r"^\W*the (?:article|text|source|passage)s? (?:says?|states?|reports?|notes?)(?: that)?,?\s+",
    re.IGNORECASE,
)
"""Says nothing of its own."""
_BY_WORD = (numbers, dates, names, quotations)
_BY_SENSE = (negation, antonyms, quantifiers, comparatives, modality, named_roles, verb_roles, substitutions)
FAMILIES = (*_BY_WORD, *_BY_SENSE)
"""The looks that are taken; the first of equal gravity gives the reason."""
_GRAVITY: tuple[Kind, ...] = ("contradiction", "gap", "doubt", "remark")
CEILINGS: dict[Kind, float] = {"contradiction": 0.1, "gap": 0.3, "doubt": 0.98, "remark": 2.0}
"""Highest score of a sentence with something against it, as a share of what a supported one needs, whatever its wording
is worth. On FactCheck-GPT, supported against refuted, .1 and .3 are worth .04 over .2 and .6; elsewhere nothing."""
ABOUT_THE_SAME = 0.3
"""Share of its words below which a difference is no contradiction: the evidence speaks of something else."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was looked at and what speaks against the sentence."""

    held: Evidence
    near: tuple[Span, ...]
    pair: Pair
    found: tuple[Finding, ...]
    beside: str
    """The evidence that shares most with the sentence, in the order it is read in."""
    known: Impression | None = None
    """What a cross-encoder made of the sentence; None when none was asked yet."""

    @property
    def restated(self) -> str:
        """The sentence with dates and names in the evidence's words, where rules know them to be the same."""
        dated = dates.restated(self.pair.claim, self.beside, self.pair.published)
        return names.respelled(dated, self.beside)

    def impression(self) -> Impression:
        """What the cross-encoder makes of the sentence."""
        return self.known or shipped().impression(self.restated, self.beside)


def check(
    sentence: str, evidence: str | Sequence[str], *, published: date | None = None, judge: Judge | None = None
) -> Verdict:
    """Judge whether a sentence says what its evidence says.

    What stands in the evidence word for word is always supported, with score 1. When unsure, the label says so. A judge
    takes the place of the weights, not of the rules: it is asked only where nothing definite speaks against a sentence.

    Args:
        sentence: one sentence meant for a reader.
        evidence: what it cites; several texts are joined by a line break, and the verdict's `evidence` and `span`
            count characters of the joined text.
        published: the day the evidence was written, so that its "on Monday" and "last year" can be told; None where
            unknown.
        judge: a stronger judge of wording; None for the weights that are shipped.

    Raises:
        CheckError: the sentence has no words, or the judge cannot be used.
        BudgetSpent: the judge is a language model that may not be asked any more.
    """
    return judged(sentence, (evidence,) if isinstance(evidence, str) else evidence, published, judge)


def judged(
    sentence: str,
    evidence: Sequence[str],
    published: date | None = None,
    judge: Judge | None = None,
    impression: Impression | None = None,
) -> Verdict:
    """`check`, with what a cross-encoder made of the sentence where that is known already."""
    if not any(character.isalnum() for character in sentence):
        raise CheckError("There is no sentence to check. Give one with words in it.")
    held = gather(evidence)
    found = quotations.verbatim(sentence, held.text)
    if found:
        return Verdict("supported", 1.0, held.read(found), found, "the article says it word for word")
    reading = replace(examine(sentence, held, published), known=impression)
    if not reading.near:
        return Verdict("unsupported", 0.0, "", None, "the article says nothing of the kind")
    return _judge(reading, checker_model(), judge)


def examine(sentence: str, held: Evidence, published: date | None = None) -> Reading:
    """Find the evidence that is about the same and everything in it that speaks against the sentence."""
    claim = _PREAMBLE.sub("", sentence)
    near = align(claim, held)
    pair = Pair(claim, tuple(map(held.read, near)), tuple(map(held.read, held.sentences)), published)
    found = tuple(finding for family in FAMILIES for finding in family.findings(pair)) if near else ()
    return Reading(held, near, pair, found, context(claim, held, near))


def _judge(reading: Reading, model: CheckerModel, judge: Judge | None) -> Verdict:
    worst = min(reading.found, key=lambda one: _GRAVITY.index(one.kind), default=None)
    definite = worst is not None and worst.kind in ("contradiction", "gap")
    opinion = _weighed(reading, model) if judge is None or definite else judge.opinion(*_asked(reading))
    score = min(opinion.score, CEILINGS[worst.kind] * model.supported) if worst else opinion.score
    label = "contradicted" if opinion.contradicted else _label(score, worst, reading.pair, model)
    shown = label == "supported"
    reason = _reason(worst, opinion, shown=shown) or _wording(reading.pair, shown=shown)
    span = _place(worst, reading)
    return Verdict(label, score, reading.held.read(span), span, reason)


def _weighed(reading: Reading, model: CheckerModel) -> Opinion:
    impression = reading.impression()
    score = model.logistic.probability(features(reading.pair, reading.found, impression))
    missing = coverage(reading.pair.claim, reading.pair.beside).missing
    return Opinion(score, contradicted=False, reason="" if missing else _unclear(impression.doubted))


def _unclear(doubted: Sequence[str]) -> str:
    """Why a sentence is not shown although the evidence has its words."""
    if not doubted:
        return "the article has these words, but does not clearly say this"
    return f"the article has these words, but does not bear out {_quoted(doubted)}"


def _reason(worst: Finding | None, opinion: Opinion, *, shown: bool) -> str:
    """What is told of a sentence: a judge's reason goes before a mere remark; empty when its wording is the reason."""
    if worst and worst.kind != "remark" and not opinion.contradicted:
        return worst.reason
    return (not shown and opinion.reason) or (worst.reason if worst else "")


def _asked(reading: Reading) -> tuple[str, str]:
    """The sentence and the near evidence in the order it is read in."""
    return reading.pair.claim, "\n".join(map(reading.held.read, sorted(reading.near)))


def _label(score: float, worst: Finding | None, pair: Pair, model: CheckerModel) -> Label:
    if worst is None or worst.kind == "remark":
        shown: Label = "unsure" if score >= model.unsupported else "unsupported"
        return "supported" if score >= model.supported else shown
    if worst.kind == "contradiction" and coverage(pair.claim, pair.beside).share >= ABOUT_THE_SAME:
        return "contradicted"
    return "unsure" if worst.kind == "doubt" and score >= model.unsupported else "unsupported"


def _wording(pair: Pair, *, shown: bool) -> str:
    missing = [pair.claim[word.start : word.end] for word in coverage(pair.claim, pair.beside).missing]
    if not missing:
        return "the article says the same in other words"
    if shown:
        return f"the article says it with other words for {_quoted(missing)}"
    return f"the article does not speak of {_quoted(missing)}"


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3])


def _place(worst: Finding | None, reading: Reading) -> Span:
    """The near sentence with the finding's clue; the nearest where there is none."""
    clue = worst.clue if worst else ""
    return next((span for span in reading.near if clue and clue in reading.held.read(span)), reading.near[0])
