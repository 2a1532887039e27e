"""LabelledRow of an origin's file -> its fields, with their types checked and the place named when one is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

LabelledRow = dict[str, object]
"""A converted row, as it is written: one line of JSON."""


class MalformedRowError(Exception):
    """A row of an origin that cannot be converted; the message says where it stands and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """One row of an origin's file.

    Attributes:
        where: file and line or index, for messages: `data/dev.jsonl:12`.
        fields: what stands in it, untyped.

    Raises:
        MalformedRowError: by every method, for a field that is absent or of another type.
    """

    where: str
    fields: Mapping[str, object]

    def value(self, name: str) -> object:
        """A field of any type."""
        if name not in self.fields:
            raise MalformedRowError(f"{self.where}: no field {name!r}")
        return self.fields[name]

    def text(self, name: str) -> str:
        """A field that holds text."""
        value = self.value(name)
        if not isinstance(value, str):
            raise MalformedRowError(f"{self.where}: {name!r} is no text")
        return value

    def texts(self, name: str) -> list[str]:
        """A field that holds a list of texts."""
        return [_text(value, f"{self.where}: {name!r}") for value in self.items(name)]

    def number(self, name: str) -> int:
        """A field that holds an integer."""
        value = self.value(name)
        if not isinstance(value, int):
            raise MalformedRowError(f"{self.where}: {name!r} is no integer")
        return value

    def numbers(self, name: str) -> list[int]:
        """A field that holds a list of integers."""
        values = self.items(name)
        if not all(isinstance(value, int) for value in values):
            raise MalformedRowError(f"{self.where}: {name!r} is no list of integers")
        return [value for value in values if isinstance(value, int)]

    def items(self, name: str) -> list[object]:
        """A field that holds a list of anything."""
        value = self.value(name)
        if not isinstance(value, list):
            raise MalformedRowError(f"{self.where}: {name!r} is no list")
        return value

    def record(self, name: str) -> "OriginRecord":
        """A field that holds an object."""
        return as_record(self.value(name), f"{self.where}: {name!r}")

    def records(self, name: str) -> list["OriginRecord"]:
        """A field that holds a list of objects."""
        return [as_record(value, f"{self.where}: {name}[{at}]") for at, value in enumerate(self.items(name))]

    def choice(self, name: str, meanings: Mapping[str, str]) -> str:
        """What the text of a field means, by a table of every text that may stand in it."""
        value = self.text(name)
        if value not in meanings:
            raise MalformedRowError(f"{self.where}: {name!r} is {value!r}, not one of {', '.join(meanings)}")
        return meanings[value]

    def sentence(self, sentences: list[str], at: int) -> str:
        """The sentence that an index of this row points to."""
        if not 0 <= at < len(sentences):
            raise MalformedRowError(f"{self.where}: no sentence {at} of {len(sentences)}")
        return sentences[at]


def as_record(value: object, where: str) -> OriginRecord:
    """A parsed JSON value that is an object, as a record.

    Raises:
        MalformedRowError: when it is none.
    """
    if not isinstance(value, dict):
        raise MalformedRowError(f"{where} is no object")
    return OriginRecord(where, value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise MalformedRowError(f"{where} has an item that is no text")
    return value
