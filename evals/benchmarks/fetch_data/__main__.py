"""Convert the public labelled sets from local clones into a folder DATA, and say what is missing.

    python -m evals.benchmarks.fetch_data DATA --sources FOLDER [--source NAME=PATH ...]

FOLDER holds clones named owner/name or name, each perhaps followed by @commit. NAME is a repository (owner/name or
name) or a set. Prints a table of the sets with rows, licence and skipped rows, then the repositories that are missing.
Exit code 1 when no set could be converted.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from evals.benchmarks.fetch_data.catalogue import LABELLED_SETS
from evals.benchmarks.fetch_data.conversion import SetOutcome, convert_set
from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.source import Source

SHOWN = 3
"""Skipped rows that are named for each set; the others are counted."""


def main() -> int:
    """Convert what can be converted and print the outcome."""
    arguments = _arguments()
    given = dict(arguments.source)
    outcomes = [_convert(labelled_set, arguments.sources, given, arguments.data) for labelled_set in LABELLED_SETS]
    print(report(outcomes))
    return 0 if any(outcome.rows for outcome in outcomes) else 1


def report(outcomes: Iterable[SetOutcome]) -> str:
    """The table, the skipped rows, and what to clone, as text."""
    outcomes = list(outcomes)
    return "\n".join([*_table(outcomes), *_details(outcomes), *_missing(outcomes)])


def find_clone(origin: str, sources: Path | None, given: Mapping[str, Path], name: str = "") -> Path | None:
    """The folder of an origin `owner/name@commit`: the one given for it or for the set, else one below `sources`."""
    repository = origin.partition("@")[0]
    short = repository.partition("/")[2]
    for key in (origin, repository, short, name):
        if key in given:
            return given[key]
    commit = origin.partition("@")[2]
    names = (origin, f"{short}@{commit}", repository, short)
    return next((sources / folder for folder in names if (sources / folder).is_dir()), None) if sources else None


def _convert(labelled_set: LabelledSet, sources: Path | None, given: Mapping[str, Path], data: Path) -> SetOutcome:
    first, *others = labelled_set.origins
    folders = [
        find_clone(first, sources, given, labelled_set.name),
        *(find_clone(origin, sources, given) for origin in others),
    ]
    absent = [origin for origin, folder in zip(labelled_set.origins, folders, strict=True) if not folder]
    if absent:
        return SetOutcome(labelled_set, missing=f"no clone of {', '.join(absent)}")
    main_source, *beside = (Source(folder) for folder in folders if folder)
    return convert_set(labelled_set, Source(main_source.folder, tuple(beside)), data)


def _table(outcomes: list[SetOutcome]) -> list[str]:
    cells = [("file", "rows", "skipped", "licence", "origin")]
    for outcome in outcomes:
        rows = "-" if outcome.missing else f"{outcome.rows:,}"
        first = outcome.labelled_set.origins[0]
        cells.append((outcome.labelled_set.file, rows, str(len(outcome.skipped)), outcome.labelled_set.licence, first))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _details(outcomes: list[SetOutcome]) -> list[str]:
    lines: list[str] = []
    for outcome in outcomes:
        if outcome.labelled_set.note and not outcome.missing:
            lines.append(f"{outcome.labelled_set.name}: {outcome.labelled_set.note}")
        if outcome.differences:
            lines.append(f"{outcome.labelled_set.name}: counts differ from the first conversion: {outcome.differences}")
        lines += [f"{outcome.labelled_set.name}: skipped {message}" for message in outcome.skipped[:SHOWN]]
        if len(outcome.skipped) > SHOWN:
            lines.append(f"{outcome.labelled_set.name}: skipped {len(outcome.skipped) - SHOWN} more")
    return ["", "Notes", *lines] if lines else []


def _missing(outcomes: list[SetOutcome]) -> list[str]:
    lines = [f"{outcome.labelled_set.name}: {outcome.missing}" for outcome in outcomes if outcome.missing]
    advice = "Clone a repository, check out the commit, and put it in the folder of --sources under its name."
    return ["", f"Missing ({len(lines)} sets)", *lines, advice] if lines else []


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder to write the sets to")
    parser.add_argument("--sources", type=Path, help="folder with the clones")
    parser.add_argument("--source", type=_named_path, action="append", default=[], metavar="NAME=PATH")
    return parser.parse_args()


def _named_path(argument: str) -> tuple[str, Path]:
    name, separator, path = argument.partition("=")
    if not separator or not Path(path).is_dir():
        raise argparse.ArgumentTypeError(f"{argument!r}: write NAME=PATH with a folder that exists")
    return name, Path(path)


if __name__ == "__main__":
    sys.exit(main())
