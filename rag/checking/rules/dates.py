"""Dates of a claim against those of its evidence, relative ones resolved by the day of publication."""

import re
from datetime import date

from rag.checking.clauses import about, clause_at
from rag.checking.rules.base import Finding, Pair, contradiction, doubt, gap, remark
from rag.text.english import MONTHS
from rag.text.periods import Period, periods

_MONTH = re.compile("|".join(month.full[:3] for month in MONTHS), re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Dates of the claim that the evidence has differently, less exactly or not at all."""
    told = (one for one in periods(pair.claim, pair.published) if not (one.floating and one.text.casefold() == "today"))
    return tuple(found for one in told for found in _held(one, pair))


def restated(claim: str, evidence: str, published: date | None) -> str:
    """The claim with every date that the evidence has in other words in those: "on Sunday" for its day."""
    for one in reversed(periods(claim, published)):
        same = (other for other in periods(evidence, published) if _covers(one, other))
        theirs = next((other.text for other in same), one.text)
        claim = claim if one.text in evidence else claim[: one.start] + theirs + claim[one.end :]
    return claim


def _held(one: Period, pair: Pair) -> tuple[Finding, ...]:
    near = periods(pair.near_text, pair.published)
    if any(_covers(one, other) for other in near) or _bare_year(one, pair.near_text):
        return ()
    wider = next((other for other in near if _covers(other, one)), None)
    if wider:
        kind = remark if wider.floating else doubt
        return (kind("dates", f"the article says only {wider.text}, the sentence says {one.text}", wider.text),)
    everywhere = (other for sentence in pair.sentences for other in periods(sentence, pair.published))
    if any(_covers(one, other) for other in everywhere) or any(_bare_year(one, other) for other in pair.sentences):
        return (remark("dates", f"the article says {one.text} elsewhere, not of this"),)
    rival = _rival(one, pair)
    if rival:
        return (contradiction("dates", f"the article says {rival.text}, the sentence says {one.text}", rival.text),)
    if pair.published and one.first <= pair.published <= one.last:
        return ()
    return (gap("dates", f"the article does not say {one.text}"),)


def _rival(one: Period, pair: Pair) -> Period | None:
    """Another date in a sentence about the same that rules this one out."""
    clause = clause_at(pair.claim, one.start)
    sentences = (sentence for sentence in pair.near if about(clause, sentence))
    others = (other for sentence in sentences for other in periods(sentence, pair.published))
    return next((other for other in others if _comparable(one, other)), None)


def _covers(one: Period, other: Period) -> bool:
    """Whether a claim that says `one` is right where the evidence says `other`."""
    months = bool(_MONTH.search(one.text) and _MONTH.search(other.text))
    if one.floating != other.floating or (one.floating and months):
        return months and _in_any_year(one, other)
    if len(_YEAR.findall(one.text)) > 1 or "–" in one.text:
        return (one.first, one.last) == (other.first, other.last)
    return one.first <= other.first and other.last <= one.last


def _in_any_year(one: Period, other: Period) -> bool:
    """Whether `other` lies within `one`, years aside."""
    first, last = ((day.month, day.day) for day in (one.first, one.last))
    return first <= (other.first.month, other.first.day) and (other.last.month, other.last.day) <= last


def _comparable(one: Period, other: Period) -> bool:
    """Whether the two can rule each other out: both of known years, or both named in the same way."""
    if one.floating or other.floating:
        return bool(_MONTH.search(one.text)) == bool(_MONTH.search(other.text))
    return True


def _bare_year(one: Period, evidence: str) -> bool:
    one_year = (one.first, one.last) == (date(one.first.year, 1, 1), date(one.first.year, 12, 31))
    return one_year and str(one.first.year) in _YEAR.findall(evidence)
