"""Passages of one text: one of them stands for all in a search index, and a ranking shows a few of the others."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from rag.index.records import PassageScores

COPIES_SHOWN = 3
"""Most passages of one text in a ranking: enough to name reprints, and 10,000 cookie walls leave room for articles."""
FILE = "copies.json"
"""In the folder of a snapshot; missing where no text stands twice, and in snapshots of earlier versions."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Which passages repeat the text of an earlier one."""

    of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Number of the first passage of a text -> the numbers of the others, ascending."""

    @classmethod
    def find(cls, texts: Iterable[tuple[int, str]]) -> "Copies":
        """The copies among passages, given by number and text, ascending."""
        firsts: dict[bytes, int] = {}
        others: dict[int, list[int]] = {}
        for number, text in texts:
            first = firsts.setdefault(blake2b(text.encode(), digest_size=16).digest(), number)
            if first != number:
                others.setdefault(first, []).append(number)
        return cls({first: tuple(numbers) for first, numbers in others.items()})

    @classmethod
    def load(cls, folder: Path) -> "Copies":
        """The copies that a snapshot was made without."""
        file = folder / FILE
        if not file.exists():
            return cls()
        stored = json.loads(file.read_text(encoding="utf-8"))
        return cls({int(first): tuple(numbers) for first, numbers in stored.items()})

    def save(self, folder: Path) -> None:
        """Store them in the folder of a snapshot."""
        if self.of:
            (folder / FILE).write_text(json.dumps(self.of), encoding="utf-8")

    @property
    def numbers(self) -> frozenset[int]:
        """Every passage that repeats an earlier one."""
        return frozenset(number for numbers in self.of.values() for number in numbers)

    def insert(self, ranking: PassageScores) -> PassageScores:
        """A ranking with the copies of each passage behind it, at its score."""
        return [(copy, score) for number, score in ranking for copy in (number, *self.of.get(number, ()))]

    def thin(self, ranking: PassageScores) -> PassageScores:
        """A ranking with at most COPIES_SHOWN passages of one text."""
        firsts = {copy: first for first, copies in self.of.items() for copy in copies} if self.of else {}
        return [*_limited((firsts.get(number, number), number, score) for number, score in ranking)]


def thin_ties(ranking: Iterable[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """A ranking by exact cosines with at most COPIES_SHOWN passages of one cosine, which are of one text."""
    return _limited((score, number, score) for number, score in ranking)


def _limited(keyed: Iterable[tuple[float, int, float]]) -> Iterator[tuple[int, float]]:
    seen: Counter[float] = Counter()
    for key, number, score in keyed:
        seen[key] += 1
        if seen[key] <= COPIES_SHOWN:
            yield number, score
