"""Numbers of a claim against those of its evidence."""

from rag.checking.clauses import about, clause_at
from rag.checking.rules.base import Finding, Pair, contradiction, gap, remark
from rag.text.periods import cached_mentions
from rag.text.quantities import Quantity, quantities

ROUNDING = 0.1
"""Relative difference allowed between a rounded number ("about 4,000") and the one it stands for."""
MOST_ABOVE = 0.5
"""Relative excess allowed of a number over one that it is said to be "more than"."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Numbers of the claim that the evidence has differently or not at all."""
    return tuple(finding for number in quantities(pair.claim) for finding in _compare(number, pair))


def _compare(number: Quantity, pair: Pair) -> tuple[Finding, ...]:
    near = quantities(pair.near_text)
    same = [other for other in near if _same(number, other)]
    if same:
        return _misplaced(number, same, near)
    if _is_year_of(number, pair):
        return ()
    everywhere = (other for sentence in pair.sentences for other in quantities(sentence))
    repeated = any(_same(number, other) and (other.near & number.near or not number.loose) for other in everywhere)
    rival = None if repeated else _rival(number, pair)
    if rival:
        reason = f"the article says {rival.text}, the sentence says {number.text}"
        return (contradiction("numbers", reason, rival.text),)
    if number.loose:
        return ()
    if repeated:
        return (remark("numbers", f"the article says {number.text} elsewhere, not of this"),)
    return (gap("numbers", f"the article does not say {number.text}"),)


def _rival(number: Quantity, pair: Pair) -> Quantity | None:
    """Another number of the same unit beside the same words, in a sentence about the same."""
    clause = clause_at(pair.claim, number.start)
    if number.text.split()[0].lower() in {"one", "first"}:
        return None  # "one of them" counts nothing
    sentences = (sentence for sentence in pair.near if about(clause, sentence))
    others = [other for sentence in sentences for other in quantities(sentence) if other.unit == number.unit]
    return next((other for other in others if other.near & number.near), None)


def _misplaced(number: Quantity, same: list[Quantity], near: tuple[Quantity, ...]) -> tuple[Finding, ...]:
    """A remark when the number stands beside other words and another number stands beside these."""
    same_words = any(other.near & number.near for other in same)
    if not number.near or same_words or not any(other.near for other in same):
        return ()
    rivals = (other for other in near if other.unit == number.unit and other.value != number.value)
    rival = next((other for other in rivals if other.near & number.near), None)
    if rival is None:
        return ()
    reason = f"the article says {rival.text} of this, the sentence says {number.text}"
    return (remark("numbers", reason, rival.text),)


def _is_year_of(number: Quantity, pair: Pair) -> bool:
    dates = (mention for sentence in pair.sentences for mention in cached_mentions(sentence, pair.published))
    return number.unit == "count" and any(number.value in {day.first.year, day.last.year} for day in dates)


def _same(claimed: Quantity, other: Quantity) -> bool:
    """Whether a claim with one number is right where the evidence has the other."""
    if claimed.unit != other.unit:
        return False
    if claimed.value == other.value:
        return {claimed.bound, other.bound} != {"over", "under"}
    if claimed.bound == "about" or (other.bound == "about" and claimed.bound == "exact"):
        return abs(claimed.value - other.value) <= ROUNDING * max(claimed.value, other.value)
    if claimed.bound == other.bound:
        return False
    if claimed.bound == "over":
        return claimed.value < other.value <= claimed.value * (1 + MOST_ABOVE)
    return claimed.bound == "under" and claimed.value * (1 - MOST_ABOVE) <= other.value < claimed.value
