"""Values -> plain values for JSON."""

from collections.abc import Sequence
from datetime import date


def to_jsonable(value: object) -> object:
    """The value with only types of JSON: dates as ISO text, tuples as lists.

    Args:
        value: what `dataclasses.asdict` returns, or a part of it.
    """
    if isinstance(value, dict):
        return {name: to_jsonable(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_jsonable(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
