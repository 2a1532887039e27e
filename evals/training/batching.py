"""Samples of different lengths -> groups and rows of one length."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from rag.text.spans import Span

Padded = TypeVar("Padded")


def group_by_length(
    samples: Iterable[Padded],
    length_of: Callable[[Padded], int],
    most_tokens: int,
    rng: random.Random,
    jitter: float,
) -> list[list[Padded]]:
    """All samples, shuffled, in groups that have at most a number of tokens once padded to their longest.

    Args:
        samples: to group.
        length_of: a sample's tokens.
        most_tokens: of a group.
        rng: source of chance.
        jitter: tokens by which lengths may differ in sorting, so that groups differ from epoch to epoch.
    """
    groups: list[list[Padded]] = [[]]
    longest = 0
    for sample in sorted(samples, key=lambda sample: length_of(sample) + rng.random() * jitter):
        longest = max(longest, length_of(sample))
        if groups[-1] and (len(groups[-1]) + 1) * longest > most_tokens:
            groups.append([])
            longest = length_of(sample)
        groups[-1].append(sample)
    rng.shuffle(groups)
    return groups


def pad(values: Sequence[Sequence[int]], length: int, filler: int = 0) -> list[list[int]]:
    """Rows of one length."""
    return [[*row, *[filler] * (length - len(row))] for row in values]


def label_tokens(offsets: Iterable[tuple[int, int]], unsupported: Sequence[Span] | None) -> Iterator[int]:
    """1 for each token of a claim that its evidence does not support, 0 for others; -1 where no words were judged."""
    for start, end in offsets:
        yield -1 if unsupported is None else int(any(span.start < end and start < span.end for span in unsupported))
