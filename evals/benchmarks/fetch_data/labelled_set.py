"""Description of a labelled set: where it comes from, under which licence, and how its rows are made."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from evals.benchmarks.fetch_data.record import LabelledRow
from evals.benchmarks.fetch_data.source import Source


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set of DATA.

    Attributes:
        file: where its rows go below DATA; `.jsonl`, `.jsonl.gz` or, for a single object, `.json`.
        origins: repositories as `owner/name@commit`; the first holds the labels.
        licence: of the labels and texts, as read in the origin.
        convert: clone of the first origin (the others beside it) -> rows.
        articles: clone -> further text files, as pairs of path below DATA and content.
        note: what the conversion leaves out or does otherwise than the first one; printed.
        expected: rows per label (or answerable) of the whole set when it was first converted, to compare with.
    """

    file: str
    origins: tuple[str, ...]
    licence: str
    convert: Callable[[Source], Iterator[LabelledRow]]
    articles: Callable[[Source], Iterator[tuple[str, str]]] | None = None
    note: str = ""
    expected: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its short name: the file's, without the ending."""
        return self.file.rsplit("/", 1)[-1].split(".", 1)[0]
