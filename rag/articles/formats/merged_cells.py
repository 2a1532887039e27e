"""Rows of cells that reach over rows and columns -> rows with a cell in each column."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lxml.html import HtmlElement

CellRow = list[HtmlElement | None]
"""Cells of one row of a table, None where it has none."""
LONGEST_SPAN = 1000
"""Rows or columns a cell may reach over: what HTML allows of columns."""
MOST_REPEATS = 10
"""Times its cells that a table may hold once they are repeated; one above that is malformed or hostile."""
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


class _Span(NamedTuple):
    rows: int = 1
    columns: int = 1


def full_rows(rows: list[list[HtmlElement]]) -> list[CellRow]:
    """Rows in which a cell stands in each row and column that it reaches over; rows without cells are left out."""
    spans = _spans(rows)
    grid: list[dict[int, HtmlElement]] = [{} for _ in rows]
    last = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            last = max(last, column)
            _place(cell, grid[number : number + spans[cell].rows], range(column, column + spans[cell].columns))
    # No cell begins beyond the last column: what reaches there ("colspan=99") only means the whole width.
    return [_row(line, last) for line, row in zip(grid, rows, strict=True) if row]


def _place(cell: HtmlElement, lines: list[dict[int, HtmlElement]], columns: range) -> None:
    for line in lines:
        for column in columns:
            line.setdefault(column, cell)


def _row(line: Mapping[int, HtmlElement], last: int) -> CellRow:
    return [line.get(column) for column in range(min(max(line), last) + 1)]


def _spans(rows: list[list[HtmlElement]]) -> dict[HtmlElement, _Span]:
    widest = 2 * max(map(len, rows), default=0)
    spans = {
        cell: _Span(min(_number(cell, "rowspan"), len(rows) - number), min(_number(cell, "colspan"), widest))
        for number, row in enumerate(rows)
        for cell in row
    }
    too_many = sum(span.rows * span.columns for span in spans.values()) > MOST_REPEATS * len(spans)
    return dict.fromkeys(spans, _Span()) if too_many else spans


def _number(cell: HtmlElement, name: str) -> int:
    stated = (cell.get(name) or "").strip()
    return min(int(stated), LONGEST_SPAN) if _NUMBER.fullmatch(stated) else 1
