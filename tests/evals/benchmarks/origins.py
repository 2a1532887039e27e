"""Hand-made folders of an origin's layout, and the rows that a set makes of them."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.benchmarks.fetch_data.catalogue import LABELLED_SETS
from evals.benchmarks.fetch_data.conversion import SetOutcome, convert_set
from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.source import Source

Files = Mapping[str, str | bytes]


def lines(*rows: object) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(*rows: Sequence[str], delimiter: str = "\t") -> str:
    """Rows as a table without quoting."""
    return "".join(delimiter.join(row) + "\n" for row in rows)


def named(name: str) -> LabelledSet:
    return next(one for one in LABELLED_SETS if one.name == name)


def clone(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def convert(name: str, scratch: Path, *origins: Files) -> tuple[SetOutcome, list[dict[str, object]]]:
    """The outcome of a set and its rows, from the files of each of its origins."""
    first, *others = (clone(scratch / f"origin{at}", files) for at, files in enumerate(origins))
    source = Source(first, tuple(map(Source, others)))
    outcome = convert_set(named(name), source, scratch / "data")
    return outcome, rows(scratch / "data" / named(name).file)


def rows(file: Path) -> list[dict[str, object]]:
    if not file.is_file():
        return []
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    return [json.loads(line) for line in text.splitlines()] if file.suffix != ".json" else [json.loads(text)]


def chosen(converted: list[dict[str, object]], expected: list[dict[str, object]]) -> list[dict[str, object]]:
    """Of each row, the fields that are expected of it; there are as many rows as expected."""
    return [{field: row.get(field) for field in want} for row, want in zip(converted, expected, strict=True)]
