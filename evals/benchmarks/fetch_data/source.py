"""Folder of a clone -> records of its files: JSON, JSON lines and tables, with the rows that had to be skipped."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from evals.benchmarks.fetch_data.record import LabelledRow, MalformedRowError, OriginRecord, as_record

TableQuoting = Literal[0, 3]
QUOTED: TableQuoting = csv.QUOTE_MINIMAL
"""Fields may stand in double quotes, doubled inside."""
UNQUOTED: TableQuoting = csv.QUOTE_NONE
"""Double quotes are part of a field."""
_LONGEST_FIELD = 10_000_000
"""Letters; a table's article exceeds Python's own limit of 131,072."""

_POINTER = 100
"""Bytes within which Git LFS's pointer names its format."""


class MissingFileError(Exception):
    """A file that a set needs is not in the folder of its origin."""


class Source:
    """A clone, or any folder with an origin's files, and what could not be read of it.

    Attributes:
        folder: where the repository's files lie.
        beside: clones of the further origins that the set is made from, in the order of its list.
        skipped: a message per row that was left out.
    """

    def __init__(self, folder: Path, beside: tuple["Source", ...] = ()) -> None:
        self.folder = folder
        self.beside = beside
        self.skipped: list[str] = []

    def content(self, path: str) -> bytes:
        """A file of the clone.

        Raises:
            MissingFileError: when it is not there, or only Git LFS's pointer to it.
        """
        try:
            content = (self.folder / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise MissingFileError(f"no file {path} in {self.folder}") from error
        if content.startswith(b"version ") and b"git-lfs" in content[:_POINTER]:
            raise MissingFileError(f"{path} in {self.folder} is a pointer: run git lfs pull there")
        return content

    def text(self, path: str) -> str:
        """A text file of the clone, decoded as UTF-8 and unpacked where its name ends in .gz.

        Raises:
            MissingFileError: when it is not there.
            MalformedRowError: when it cannot be unpacked or decoded.
        """
        content = self.content(path)
        try:
            return (gzip.decompress(content) if path.endswith(".gz") else content).decode("utf-8-sig")
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise MalformedRowError(f"{path}: {error}") from error

    def lines(self, path: str) -> list[str]:
        """The lines of a text file, without their ends; only a line feed ends one."""
        return [line.removesuffix("\r") for line in self.text(path).removesuffix("\n").split("\n")]

    def find(self, pattern: str) -> list[str]:
        """Paths in the clone that match a pattern, sorted.

        Raises:
            MissingFileError: when none does.
        """
        paths = sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern))
        if not paths:
            raise MissingFileError(f"no file {pattern} in {self.folder}")
        return paths

    def json_lines(self, path: str) -> Iterator[OriginRecord]:
        """One record per line that is not blank; a line that is no JSON object is skipped and named."""
        return self.parsed_lines(self.lines(path), path)

    def parsed_lines(self, lines: Iterable[str], path: str) -> Iterator[OriginRecord]:
        """One record per line of a file that is already read, like `json_lines`."""
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield from self._parsed(line, f"{path}:{number}")

    def json_object(self, path: str) -> OriginRecord:
        """A file that holds one object.

        Raises:
            MalformedRowError: when it does not.
        """
        return as_record(_parse(self.text(path), path), path)

    def json_list(self, path: str) -> Iterator[OriginRecord]:
        """One record per object of a file that holds a list; other items are skipped and named."""
        values = _parse(self.text(path), path)
        if not isinstance(values, list):
            raise MalformedRowError(f"{path} is no list")
        for at, value in enumerate(values):
            yield from self._checked(value, f"{path}[{at}]")

    def table(self, path: str, delimiter: str = "\t", quoting: TableQuoting = QUOTED) -> Iterator[OriginRecord]:
        """One record per row of a table whose first row names its columns; a row of another width is skipped."""
        csv.field_size_limit(_LONGEST_FIELD)
        rows = csv.reader(io.StringIO(self.text(path), newline=""), delimiter=delimiter, quoting=quoting)
        names = next(rows, [])
        for number, row in enumerate(rows, 2):
            if len(row) == len(names):
                yield OriginRecord(f"{path}:{number}", dict(zip(names, row, strict=True)))
            elif row:
                self.skipped.append(f"{path}:{number}: {len(row)} columns, not {len(names)}")

    def convert(
        self, records: Iterable[OriginRecord], convert: Callable[[OriginRecord], Iterable[LabelledRow]]
    ) -> Iterator[LabelledRow]:
        """The rows made of each record; a record that cannot be converted is skipped whole and named."""
        for record in records:
            try:
                rows = list(convert(record))
            except MalformedRowError as error:
                self.skipped.append(str(error))
            else:
                yield from rows

    def _parsed(self, line: str, where: str) -> Iterator[OriginRecord]:
        try:
            value: object = json.loads(line)
        except json.JSONDecodeError as error:
            self.skipped.append(f"{where}: {error.msg}")
        else:
            yield from self._checked(value, where)

    def _checked(self, value: object, where: str) -> Iterator[OriginRecord]:
        try:
            yield as_record(value, where)
        except MalformedRowError as error:
            self.skipped.append(str(error))


def _parse(text: str, path: str) -> object:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise MalformedRowError(f"{path}: {error}") from error
    return value
