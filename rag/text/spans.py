"""Span: a part of a text, by its offsets."""

from typing import NamedTuple


class Span(NamedTuple):
    """`text[start:end]`, in characters."""

    start: int
    end: int
