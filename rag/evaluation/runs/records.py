"""One asked case -> record: the answer as the product gave it, or why there is none; a line of JSON each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rag.answering.answer import Answer
from rag.errors import RunError


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """The outcome of asking a case once."""

    case: str
    repeat: int
    """From 0."""
    answer: Answer | None
    """None when asking failed."""
    first: float | None = None
    """Seconds until a sentence was shown; None when none was."""
    error: str = ""
    """Why there is no answer; empty when there is one."""


@cache
def _adapter() -> TypeAdapter[CaseRecord]:
    return TypeAdapter(CaseRecord)


def append_record(file: Path, record: CaseRecord) -> None:
    """Add a record to a file; `read_records` ignores one that was not written whole."""
    with file.open("ab") as lines:
        lines.write(_adapter().dump_json(record) + b"\n")


def read_records(file: Path) -> tuple[CaseRecord, ...]:
    """The records of a file; a partial last line, left by a killed run, is ignored.

    Raises:
        RunError: a line is not a record.
    """
    return tuple(_records(file)) if file.is_file() else ()


def _records(file: Path) -> Iterator[CaseRecord]:
    for number, line in enumerate(_whole(file.read_bytes()), start=1):
        try:
            yield _adapter().validate_json(line)
        except ValidationError as error:
            raise RunError(
                f"{file}:{number} is no record ({error.errors()[0]['msg']}). Run again: rag eval run"
            ) from error


def drop_partial_line(file: Path) -> None:
    """Remove a partial last line, so that a resumed run does not append to it."""
    if file.is_file():
        file.write_bytes(b"".join(line + b"\n" for line in _whole(file.read_bytes())))


def _whole(content: bytes) -> Iterable[bytes]:
    return content.split(b"\n")[:-1]
