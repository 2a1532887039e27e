"""Numbers of a claim against those of its evidence."""

from rag.checking.clauses import about, clause_at
from rag.checking.rules.base import Finding, Pair, contradiction, gap, remark
from rag.text.periods import cached_mentions
from rag.text.quantities import Quantity, quantities

ROUGHLY = 0.1
"""How far a rounded number ("about 4,000") may be from the one it stands for."""
BEYOND = 0.5
"""How far a number may exceed one that it is said to be "more than"."""


def findings(pair: Pair) -> tuple[Finding, ...]:
    """Numbers of the claim that the evidence has differently or not at all."""
    return tuple(found for one in quantities(pair.claim) for found in _held(one, pair))


def _held(one: Quantity, pair: Pair) -> tuple[Finding, ...]:
    near = quantities(pair.near_text)
    same = [other for other in near if _same(one, other)]
    if same:
        return _attached(one, same, near)
    if _is_year_of(one, pair):
        return ()
    everywhere = (other for sentence in pair.sentences for other in quantities(sentence))
    repeated = any(_same(one, other) and (other.near & one.near or not one.loose) for other in everywhere)
    rival = None if repeated else _rival(one, pair)
    if rival:
        return (contradiction("numbers", f"the article says {rival.text}, the sentence says {one.text}", rival.text),)
    if one.loose:
        return ()
    if repeated:
        return (remark("numbers", f"the article says {one.text} elsewhere, not of this"),)
    return (gap("numbers", f"the article does not say {one.text}"),)


def _rival(one: Quantity, pair: Pair) -> Quantity | None:
    """Another number of the same kind in a sentence about the same."""
    clause = clause_at(pair.claim, one.start)
    if one.text.split()[0].lower() in {"one", "first"}:
        return None  # "one of them" counts nothing
    sentences = (sentence for sentence in pair.near if about(clause, sentence))
    others = [other for sentence in sentences for other in quantities(sentence) if other.unit == one.unit]
    return next((other for other in others if other.near & one.near), None)


def _attached(one: Quantity, same: list[Quantity], near: tuple[Quantity, ...]) -> tuple[Finding, ...]:
    """A doubt when the number stands by other words and another number stands by these."""
    if not one.near or any(other.near & one.near for other in same) or not any(other.near for other in same):
        return ()
    rivals = (other for other in near if other.unit == one.unit and other.value != one.value)
    rival = next((other for other in rivals if other.near & one.near), None)
    if rival is None:
        return ()
    return (remark("numbers", f"the article says {rival.text} of this, the sentence says {one.text}", rival.text),)


def _is_year_of(one: Quantity, pair: Pair) -> bool:
    dates = (when for sentence in pair.sentences for when in cached_mentions(sentence, pair.published))
    return one.unit == "count" and any(one.value in {when.first.year, when.last.year} for when in dates)


def _same(one: Quantity, other: Quantity) -> bool:
    if one.unit != other.unit:
        return False
    if one.value == other.value:
        return {one.bound, other.bound} != {"over", "under"}
    if one.bound == "about" or (other.bound == "about" and one.bound == "exact"):
        return abs(one.value - other.value) <= ROUGHLY * max(one.value, other.value)
    if one.bound == other.bound:
        return False
    if one.bound == "over":
        return one.value < other.value <= one.value * (1 + BEYOND)
    return one.bound == "under" and one.value * (1 - BEYOND) <= other.value < one.value
