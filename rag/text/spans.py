"""A stretch of a text, by its offsets."""

from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of an article's text, counted in characters."""

    start: int
    end: int
