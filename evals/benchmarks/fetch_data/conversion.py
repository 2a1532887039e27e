"""Labelled set and its clones -> its files in DATA, and an outcome: rows, skipped rows, or what is missing."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError
from evals.benchmarks.fetch_data.source import MissingFileError, Source

_ABSENT = "rows are counted by no field"


@dataclass(frozen=True, slots=True)
class SetOutcome:
    """What became of a set.

    Attributes:
        labelled_set: the set.
        labels: rows written, by `label`, or by `answerable` where a row has no label; "rows" otherwise.
        skipped: a message per row that was left out.
        missing: why nothing was written; empty when the set was.
    """

    labelled_set: LabelledSet
    labels: Mapping[str, int] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    missing: str = ""

    @property
    def rows(self) -> int:
        """Rows written."""
        return sum(self.labels.values())

    @property
    def differences(self) -> str:
        """Where the counts are not those expected; empty when they are, or when nothing is expected or written."""
        expected = {} if self.missing else self.labelled_set.expected
        wrong = [name for name in expected if self.labels.get(name, 0) != expected[name]]
        return ", ".join(f"{name} {self.labels.get(name, 0):,}, not {expected[name]:,}" for name in wrong)


def convert_set(labelled_set: LabelledSet, source: Source, data: Path) -> SetOutcome:
    """Write a set; an earlier file is replaced only when all rows are there."""
    target = data / labelled_set.file
    target.parent.mkdir(parents=True, exist_ok=True)
    labels: Counter[str] = Counter()
    try:
        _write(target, _count(labelled_set.convert(source), labels))
        for path, text in labelled_set.articles(source) if labelled_set.articles else ():
            _write_text(data / path, text)
    except (MissingFileError, MalformedRowError, csv.Error) as error:
        return SetOutcome(labelled_set, missing=str(error))
    skipped = [message for every in (source, *source.beside) for message in every.skipped]
    return SetOutcome(labelled_set, dict(labels), tuple(skipped))


def _count(rows: Iterator[LabelledRow], labels: Counter[str]) -> Iterator[LabelledRow]:
    for row in rows:
        labels[_label(row)] += 1
        yield row


def _label(row: LabelledRow) -> str:
    if "label" in row:
        return str(row["label"])
    answerable = row.get("answerable", _ABSENT)
    names = ((True, "answerable"), (False, "unanswerable"), (None, "undecided"))
    return next((name for value, name in names if answerable is value), "rows")


def _write(target: Path, rows: Iterator[LabelledRow]) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(_pack(target, rows))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _pack(target: Path, rows: Iterator[LabelledRow]) -> bytes:
    """The content of a file; the same rows give the same bytes."""
    if target.suffix == ".json":
        return json.dumps(next(rows, {}), ensure_ascii=False, indent=1).encode()
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "surrogatepass")
    return gzip.compress(content, mtime=0) if target.suffix == ".gz" else content


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
