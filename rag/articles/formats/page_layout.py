"""Runs of text on a page -> its lines in reading order: columns one after the other, rows of tables on one line."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag.articles.formats.tables import table_rows

SPACE = 0.15
"""Gap between two characters that is a space, in heights of a line."""
GAP = 1.0
"""Gap that ends a run, in heights of a line: a column or a cell begins behind it."""
GUTTER = 3
"""Least number of neighbouring lines that share a gap for it to be a gutter between columns."""
CELL = 28
"""Mean length, in characters, below which texts beside each other are cells of a table rather than lines of columns."""
PARAGRAPH = 1.6
"""Distance of two lines that parts paragraphs, in their usual distance."""

CELL_GAP = "\t"
"""Between texts of one line that a gap parts: a running head and the number of its page."""
LARGER = 1.25
"""Ratio of the heights of two lines from which on they are of different paragraphs: a heading, a note."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text on one line, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Of its line, at least one point."""
        return max(1.0, self.top - self.bottom)

    def continues(self, after: "Run") -> bool:
        """Whether another run goes on where this one ends."""
        gap = after.left - self.right
        overlap = min(self.top, after.top) - max(self.bottom, after.bottom)
        return overlap > 0.4 * min(self.height, after.height) and -self.height < gap < GAP * self.height

    def joined(self, after: "Run") -> "Run":
        """Both as one run."""
        spaced = after.left - self.right > SPACE * self.height and not self.text.endswith(" ") and after.text != " "
        return Run(
            min(self.left, after.left),
            min(self.bottom, after.bottom),
            max(self.right, after.right),
            max(self.top, after.top),
            self.text + (" " if spaced else "") + after.text,
        )


class Row(NamedTuple):
    """The runs at one height of a page, from left to right."""

    runs: tuple[Run, ...]

    @property
    def top(self) -> float:
        """Of its highest run."""
        return max(run.top for run in self.runs)

    @property
    def bottom(self) -> float:
        """Of its lowest run."""
        return min(run.bottom for run in self.runs)


def page_lines(runs: list[Run]) -> list[str]:
    """The lines of a page in reading order, with an empty line between paragraphs that a wider space parts."""
    rows = _rows(runs)
    lines: list[str] = []
    above: list[Row] = []
    for block in _blocks(rows):
        if lines and lines[-1] and above and _is_apart(above[-1], block[0]):
            lines.append("")
        above = block
        lines += [*_block_lines(block), ""] if len(block[0].runs) > 1 else _spaced(block)
    return lines[:-1] if lines and not lines[-1] else lines


def _is_apart(upper: Row, lower: Row) -> bool:
    """Whether two rows are of other sizes, or more than a line of space lies between them."""
    heights = sorted((upper.runs[0].height, lower.runs[0].height))
    return heights[1] > LARGER * heights[0] or upper.bottom - lower.top > heights[1]


def _rows(runs: list[Run]) -> list[Row]:
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.top, run.left)):
        row = rows[-1] if rows else None
        if row and min(row[0].top, run.top) - max(row[0].bottom, run.bottom) > 0.5 * min(row[0].height, run.height):
            row.append(run)
        else:
            rows.append([run])
    return [Row(tuple(sorted(row, key=lambda run: run.left))) for row in rows]


def _blocks(rows: list[Row]) -> list[list[Row]]:
    """Neighbouring rows that have several runs, or one."""
    blocks: list[list[Row]] = []
    for row in rows:
        if blocks and _goes_with(row, blocks[-1]):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _goes_with(row: Row, block: list[Row]) -> bool:
    if (len(row.runs) > 1) == (len(block[0].runs) > 1):
        return True
    # The last line of a column may have no line beside it.
    gutter = _gutter(block)
    return gutter is not None and (row.runs[0].right <= gutter[1] or row.runs[0].left >= gutter[0])


def _gutter(rows: list[Row]) -> tuple[float, float] | None:
    """The widest gap that all rows of a block share; None when they share none."""
    if len(rows) < 2 or len(rows[0].runs) < 2:
        return None
    edges = [
        (max(left.right for left in lefts), min(right.left for right in rights))
        for lefts, rights in (_sides(rows, cut) for cut in range(1, len(rows[0].runs)))
        if lefts and rights
    ]
    open_edges = [edge for edge in edges if edge[1] > edge[0]]
    return max(open_edges, key=lambda edge: edge[1] - edge[0], default=None)


def _sides(rows: list[Row], cut: int) -> tuple[list[Run], list[Run]]:
    middle = (rows[0].runs[cut - 1].right + rows[0].runs[cut].left) / 2
    runs = [run for row in rows for run in row.runs]
    return [run for run in runs if run.left < middle], [run for run in runs if run.left >= middle]


def _block_lines(rows: list[Row]) -> list[str]:
    gutter = _gutter(rows)
    runs = [run for row in rows for run in row.runs]
    mean = sum(len(run.text) for run in runs) / len(runs)
    if gutter is None or len(rows) < GUTTER or (mean < CELL and _is_table(rows)):
        return _table_lines(rows)
    middle = sum(gutter) / 2
    columns = [[run for run in runs if run.right <= middle], [run for run in runs if run.right > middle]]
    return [line for column in columns for line in [*page_lines(column), ""]][:-1]


def _is_table(rows: list[Row]) -> bool:
    """Cells, not lines of prose: no run goes on in the run below it with a small letter."""
    below = [(upper.runs[0].text, lower.runs[0].text) for upper, lower in pairwise(rows)]
    return sum(lower.lstrip()[:1].islower() for _, lower in below) * 3 < len(below)


def _table_lines(rows: list[Row]) -> list[str]:
    cells = [[run.text.strip() for run in row.runs] for row in rows]
    if len({len(row) for row in cells}) > 1 or len(cells) < 2:
        return [CELL_GAP.join(row) for row in cells]
    return [line for row in table_rows(cells) for line in (row, "")][:-1]


def _spaced(rows: list[Row]) -> list[str]:
    """The lines of a block, with an empty line at each wider space."""
    steps = sorted(upper.bottom - lower.bottom for upper, lower in pairwise(rows))
    usual = steps[len(steps) // 2] if steps else 0.0
    lines = [rows[0].runs[0].text.rstrip()]
    for upper, lower in pairwise(rows):
        if upper.bottom - lower.bottom > PARAGRAPH * usual or _is_apart(upper, lower):
            lines.append("")
        lines.append(lower.runs[0].text.rstrip())
    return lines
