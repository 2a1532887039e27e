"""Rows of a table -> lines: each cell read with the head of its column."""


def table_rows(rows: list[list[str]], *, headed: bool | None = None) -> list[str]:
    """Each row of a table as one line, with the heads of its columns where the first row holds them.

    Args:
        rows: texts of the cells.
        headed: whether the first row holds heads; None where the format does not say.
    """
    if headed is None:
        headed = looks_headed(rows)
    if headed and len(rows) > 1:
        return [row_text(rows[0], row) for row in rows[1:] if any(row)]
    return [line for line in (_unheaded(row) for row in rows) if line]


def looks_headed(rows: list[list[str]]) -> bool:
    """Two columns or more, every head filled, short and without a digit, no head again below, some cell longer or a
    number."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    heads = rows[0]
    named = all(0 < len(head) <= 40 and not any(map(str.isdigit, head)) for head in heads)
    return named and len({*heads}) == len(heads) and any(map(str.isdigit, "".join(map("".join, rows[1:]))))


def _unheaded(row: list[str]) -> str:
    cells = [cell for cell in row if cell]
    if not cells:
        return ""
    return row_text([cells[0]], ["; ".join(cells[1:])]) if len(cells) > 1 else cells[0]


def row_text(heads: list[str], cells: list[str]) -> str:
    """One row of a table as a sentence: "Route: Tolvik; Fare: 4.20."."""
    named = [
        f"{head}: {cell}" if head else cell
        for head, cell in zip([*heads, *[""] * len(cells)], cells, strict=False)
        if cell
    ]
    line = "; ".join(named)
    return line + "." if line and line[-1] not in ".!?" else line
