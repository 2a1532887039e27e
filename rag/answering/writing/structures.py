"""A reply as it streams -> the same with its tables and its JSON as sentences, each with its citation marks."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

_JSON = re.compile(r"\s*(?:(?:```|~~~)[a-z]*\s*)?(?:\{|\[\s*[{\"])", re.IGNORECASE)
_MAY_BE_JSON = re.compile(r"\s*(?!\s)(?:[`~]{0,3}[a-z]{0,5}|(?:```|~~~)[a-z]*)\s*(?:\[\s*)?\Z", re.IGNORECASE)
"""The beginning of a reply of which it is not known yet whether it is JSON."""
_FENCED = re.compile(r"\A\s*(?:```|~~~)[a-z]*|(?:```|~~~)\s*\Z", re.IGNORECASE)
_NUMBERS_KEY = re.compile(r"cit|sourc|ref|number|evidence|\bids?\b|_ids?\b|sentences?\Z", re.IGNORECASE)
_OTHER_KEY = re.compile(r"question|title|thought|reasoning|analysis|confidence|status|article", re.IGNORECASE)
_ROW = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[|+]?:?-+:?(?:[|+]:?-+:?)*[|+]?")
"""The line under the header, without its spaces: with them, optional between optional bars, its time would explode."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def flatten_structures(pieces: Iterable[str]) -> Iterator[str]:
    """The reply without tables and JSON: a row is one sentence, `Crossing: Merdare; State: closed.`, an object another.

    Small models write both where they were asked for sentences. JSON is read at its end; what is none is left as it is.

    Args:
        pieces: text as it streams, split anywhere.
    """
    held, source = "", iter(pieces)
    for piece in source:
        held += piece
        if not _MAY_BE_JSON.match(held):
            break
    if _JSON.match(held):
        yield _flatten_json(held + "".join(source))
    else:
        yield from _flatten_tables(chain([held], source))


def _flatten_json(text: str) -> str:
    try:
        parsed = json.loads(_FENCED.sub("", text))
    except ValueError:
        return text
    return "\n".join(_sentences_of(parsed))


def _sentences_of(value: object) -> Iterator[str]:
    """The texts of a parsed value, those of an object with the numbers that stand beside them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _sentences_of(one)
    elif isinstance(value, dict):
        marks = "".join(
            f"[{number}]" for key, one in value.items() if _NUMBERS_KEY.search(key) for number in _ints(one)
        )
        for key, one in value.items():
            if not _OTHER_KEY.search(key) and not list(_ints(one)):
                yield from (text if "[" in text else f"{text} {marks}".strip() for text in _sentences_of(one))


def _ints(value: object) -> Iterator[int]:
    """The numbers of sentences in a value that holds nothing else."""
    if isinstance(value, list):
        for one in value:
            yield from _ints(one)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, str) and re.fullmatch(r"[\s\[\],\d]+", value):
        yield from map(int, re.findall(r"\d+", value))


def _flatten_tables(pieces: Iterable[str]) -> Iterator[str]:
    """The text with every row of a table as a line of its own; a line that begins with a bar is a row."""
    table, line, at_start = _Table(), "", True
    for part in (part for piece in pieces for part in _LINE.findall(piece)):
        if line or (at_start and part.lstrip().startswith("|")):
            line += part
            if part.endswith("\n"):
                yield from table.add(line)
                line = ""
        else:
            yield from table.end() if part.strip() else ()
            yield part
        at_start = part.endswith("\n") or (at_start and not part.strip())
    yield from table.add(line) if line else ()
    yield from table.end()


class _Table:
    """The rows of one table as they come."""

    def __init__(self) -> None:
        self._header: list[str] = []
        self._first: list[str] = []
        """The first row, of which the next line says whether it is the header."""

    def add(self, line: str) -> Iterator[str]:
        """The sentences that a row makes certain."""
        cells = [cell.strip() for cell in _ROW.split(line.strip().strip("|"))]
        if _RULE.fullmatch("".join(line.split())):
            self._header, self._first = self._first or self._header, []
        elif not self._header and not self._first:
            self._first = cells
        else:
            yield from self._take_first()
            yield _sentence(cells, self._header)

    def end(self) -> Iterator[str]:
        """The sentence that is left at the end of the table."""
        yield from self._take_first()
        self._header = []

    def _take_first(self) -> Iterator[str]:
        if self._first:
            yield _sentence(self._first, [])
        self._first = []


def _sentence(cells: list[str], header: list[str]) -> str:
    named = zip(cells, header + [""] * len(cells), strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for cell, name in named if cell) + ".\n"
