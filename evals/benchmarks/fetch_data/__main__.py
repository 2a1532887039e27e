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
from evals.benchmarks.fetch_data.conversion import Outcome, convert_set
from evals.benchmarks.fetch_data.labelled_set import LabelledSet
from evals.benchmarks.fetch_data.source import Source

SHOWN = 3
"""Skipped rows that are named for each set; the others are counted."""


def main() -> int:
    """Convert what can be converted and print the outcome."""
    arguments = _arguments()
    given = dict(arguments.source)
    outcomes = [_convert(one, arguments.sources, given, arguments.data) for one in LABELLED_SETS]
    print(report(outcomes))
    return 0 if any(outcome.rows for outcome in outcomes) else 1


def report(outcomes: Iterable[Outcome]) -> str:
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
    return next((sources / one for one in names if (sources / one).is_dir()), None) if sources else None


def _convert(labelled_set: LabelledSet, sources: Path | None, given: Mapping[str, Path], data: Path) -> Outcome:
    first, *others = labelled_set.origins
    folders = [
        find_clone(first, sources, given, labelled_set.name),
        *(find_clone(one, sources, given) for one in others),
    ]
    absent = [origin for origin, folder in zip(labelled_set.origins, folders, strict=True) if not folder]
    if absent:
        return Outcome(labelled_set, missing=f"no clone of {', '.join(absent)}")
    main_source, *beside = (Source(folder) for folder in folders if folder)
    return convert_set(labelled_set, Source(main_source.folder, tuple(beside)), data)


def _table(outcomes: list[Outcome]) -> list[str]:
    cells = [("file", "rows", "skipped", "licence", "origin")]
    for one in outcomes:
        rows = "-" if one.missing else f"{one.rows:,}"
        first = one.labelled_set.origins[0]
        cells.append((one.labelled_set.file, rows, str(len(one.skipped)), one.labelled_set.licence, first))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _details(outcomes: list[Outcome]) -> list[str]:
    lines: list[str] = []
    for one in outcomes:
        if one.labelled_set.note and not one.missing:
            lines.append(f"{one.labelled_set.name}: {one.labelled_set.note}")
        if one.differences:
            lines.append(f"{one.labelled_set.name}: counts differ from the first conversion: {one.differences}")
        lines += [f"{one.labelled_set.name}: skipped {message}" for message in one.skipped[:SHOWN]]
        if len(one.skipped) > SHOWN:
            lines.append(f"{one.labelled_set.name}: skipped {len(one.skipped) - SHOWN} more")
    return ["", "Notes", *lines] if lines else []


def _missing(outcomes: list[Outcome]) -> list[str]:
    lines = [f"{one.labelled_set.name}: {one.missing}" for one in outcomes if one.missing]
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
