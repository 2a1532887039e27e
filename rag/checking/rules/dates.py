"""Dates of a claim against those of its evidence, relative ones resolved by the day of publication."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rag.checking.clauses import about, clause_at
from rag.checking.rules.base import DatedText, Finding, Pair, contradiction, doubt, gap, remark
from rag.text.english import MONTHS
from rag.text.periods import Period, periods

_MONTH = re.compile("|".join(month.full[:3] for month in MONTHS), re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,2}(?=\b|[snrt])")
_LIST = re.compile(r"\d\w*,? (?:and|&) (?:the )?\d")


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Dates of the claim that the evidence has differently, less exactly or not at all."""
    claimed = (period for period in periods(pair.claim, pair.published) if not _is_today(period))
    return tuple(finding for period in claimed for finding in _compare(period, pair))


def _is_today(period: Period) -> bool:
    return period.floating and period.text.casefold() == "today"


def restate_dates(claim: str, evidence: Sequence[DatedText], published: date | None) -> str:
    """The claim with its dates in the evidence's words where these mean the same: "on Sunday" for its day.

    Args:
        claim: to be checked.
        evidence: beside which it is read.
        published: the day to which the claim's own "on Sunday" refers; None where it is unknown.
    """
    for period in reversed(periods(claim, published)):
        wording = next((other.text for other in _periods(evidence) if _covers(period, other)), period.text)
        stands = any(period.text in one.text for one in evidence)
        claim = claim if stands else claim[: period.start] + wording + claim[period.end :]
    return claim


def _periods(evidence: Sequence[DatedText]) -> Iterator[Period]:
    return (period for text, written in evidence for period in periods(text, written))


def _compare(period: Period, pair: Pair) -> tuple[Finding, ...]:
    near = tuple(_periods(pair.dated(pair.near)))
    if any(_covers(period, other) for other in near) or _names_year(period, pair.near_text):
        return ()
    wider = [other for other in near if _contains(other, period)]
    if wider:
        return (_less_exact(period, min(wider, key=lambda other: other.last - other.first), pair),)
    if _stands_elsewhere(period, pair):
        return (remark("dates", f"the article says {period.text} elsewhere, not of this"),)
    rival = _rival(period, pair)
    if rival:
        return (contradiction("dates", f"the article says {rival.text}, the sentence says {period.text}", rival.text),)
    if any(day and period.first <= day <= period.last for day in pair.days or (pair.published,)):
        return ()
    return (gap("dates", f"the article does not say {period.text}"),)


def _less_exact(period: Period, wider: Period, pair: Pair) -> Finding:
    """What it means that the evidence has a period only less exactly; a year that it never names is not to be added."""
    if wider.floating and period.names_year and str(period.first.year) not in "\n".join(pair.sentences):
        return gap("dates", f"the article says only {wider.text}, not {period.text}")
    kind = remark if wider.floating else doubt
    return kind("dates", f"the article says only {wider.text}, the sentence says {period.text}", wider.text)


def _stands_elsewhere(period: Period, pair: Pair) -> bool:
    named = any(_names_year(period, sentence) for sentence in pair.sentences)
    return named or any(_covers(period, other) for other in _periods(pair.dated(pair.sentences)))


def _rival(period: Period, pair: Pair) -> Period | None:
    """Another date, in a sentence about the same, that excludes this one."""
    clause = clause_at(pair.claim, period.start)
    sentences = [sentence for sentence in pair.near if about(clause, sentence)]
    return next((other for other in _periods(pair.dated(sentences)) if _comparable(period, other)), None)


def _covers(claimed: Period, other: Period) -> bool:
    """Whether a claim of one period is right where the evidence has the other."""
    if claimed.names_year and other.floating:
        return False
    if _days_named(claimed) and _days_named(other):
        return _contains(claimed, other) and _contains(other, claimed)
    return _contains(claimed, other) or _is_listed(claimed, other)


def _days_named(period: Period) -> tuple[int, ...]:
    """The days of the month of a period of several: "5 and 6 March", "March 5-7"; none of another."""
    numbers = tuple(int(number) for number in _NUMBER.findall(period.text))
    return numbers if len(numbers) > 1 and _MONTH.search(period.text) else ()


def _is_listed(claimed: Period, other: Period) -> bool:
    """Whether a claimed day is one of those that the evidence lists: "on 5 and 6 March"."""
    listed = claimed.first == claimed.last and _LIST.search(other.text) and claimed.first.day in _days_named(other)
    return bool(listed) and _contains(other, claimed)


def _contains(claimed: Period, other: Period) -> bool:
    """Whether the other period lies within the claimed one; where years are named as a span, whether it is the same."""
    months = bool(_MONTH.search(claimed.text) and _MONTH.search(other.text))
    if claimed.floating != other.floating or (claimed.floating and months):
        return months and _within_any_year(claimed, other)
    if len(_YEAR.findall(claimed.text)) > 1 or "–" in claimed.text:
        return (claimed.first, claimed.last) == (other.first, other.last)
    return claimed.first <= other.first and other.last <= claimed.last


def _within_any_year(claimed: Period, other: Period) -> bool:
    """Whether the other period lies within the claimed one, years aside."""
    first, last = ((day.month, day.day) for day in (claimed.first, claimed.last))
    return first <= (other.first.month, other.first.day) and (other.last.month, other.last.day) <= last


def _comparable(period: Period, other: Period) -> bool:
    """Whether two periods can exclude each other: both of known years, or both with or without a month."""
    if period.floating or other.floating:
        return bool(_MONTH.search(period.text)) == bool(_MONTH.search(other.text))
    return True


def _names_year(period: Period, evidence: str) -> bool:
    """Whether a period is a whole year whose number stands in the evidence."""
    year = period.first.year
    whole = (period.first, period.last) == (date(year, 1, 1), date(year, 12, 31))
    return whole and str(year) in _YEAR.findall(evidence)
