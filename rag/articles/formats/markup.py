"""HTML elements -> the same with what plain text would lose written out: superscripts, rows of tables, lists."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby, takewhile

from lxml import etree, html
from lxml.html import HtmlElement

from rag.articles.formats.merged_cells import CellRow, full_rows
from rag.articles.formats.tables import looks_headed, table_rows

PROSE = 200
"""Characters of a table's cell from which on the table lays out a page and holds no data."""
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_EMPHASIS = ("b", "strong", "i", "em", "u", "mark", "font")
_NOT_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNREAD = frozenset("script style template noscript head title svg math iframe object".split())
_POWERS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_POWER = re.compile(r"[+\-−]?\d{1,3}")
_PICTURE = re.compile(r"data:[\w.+-]+/[\w.+-]+[^\s\"'<>,]*,(?:[^\s\"'<>]{60,}\s*)+")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[kcmdµ]?m|km|ft|in|yd|mi|s)\Z")


def without_pictures(page: str) -> str:
    """HTML without the pictures and fonts inside it: libxml2 ends a page at an attribute or a style above 10 MB."""
    return _PICTURE.sub("data:,", page)


def write_out(root: HtmlElement) -> None:
    """Change a page so that its text alone says what its superscripts and tables say."""
    _drop_hidden(root)
    for mark in [*root.iter(*_EMPHASIS)]:
        mark.drop_tag()
    for mark in [*root.iter("sup")]:
        replace_element(mark, _superscript(mark))
    for table in [*root.iter("table")]:
        _write_table(table)
    for items in [*root.iter("ul", "ol")]:
        _write_list(items)


def _drop_hidden(root: HtmlElement) -> None:
    """Take out what the page does not show; what holds a headline is shown later, by a script."""
    for element in [*root.iter("p", "div", "span", "li", "section", "aside")]:
        hidden = element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style") or "")
        if hidden and element.getparent() is not None and element.find(".//h1") is None:
            replace_element(element, "")


def replace_element(element: HtmlElement, text: str) -> None:
    """Put a text in the place of an element."""
    before, parent, tail = element.getprevious(), element.getparent(), element.tail or ""
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + text + tail
    else:
        parent.text = (parent.text or "") + text + tail
    element.tail = None
    parent.remove(element)


def _superscript(mark: HtmlElement) -> str:
    """A power as 10^6 or m², "th" as it stands, and nothing for the mark of a footnote."""
    words = "".join(mark.itertext()).strip()
    before = _text_before(mark)
    if mark.find(".//a") is not None or not words or words.strip("[]()*†‡") == "":
        return ""
    if not _POWER.fullmatch(words):
        return words if words.isalpha() else ""
    if before[-1:].isdigit():
        return f"^{words}"
    return words.replace("−", "-").translate(_POWERS) if _UNIT.search(before) else ""


def _text_before(element: HtmlElement) -> str:
    before = element.getprevious()
    if before is not None:
        return before.tail or "".join(before.itertext())
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""


def _write_table(table: HtmlElement) -> None:
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    texts = {cell: _cell_text(cell) for row in cells for cell in row}
    if table.getparent() is None or _is_layout(table, texts.values()):
        return
    block = html.Element("div")
    for line in _table_lines(full_rows(cells), texts):
        etree.SubElement(block, "p").text = line
    block.tail = table.tail
    table.getparent().replace(table, block)


def _write_list(items: HtmlElement) -> None:
    """A list among paragraphs as paragraphs: an extractor of main text takes a list of its own for a menu."""
    parent = items.getparent()
    words = len("".join(items.itertext()).strip())
    linked = sum(len("".join(link.itertext())) for link in items.iter("a"))
    paragraphs = [] if parent is None else [child for child in parent if child.tag == "p"]
    if parent is None or not paragraphs or linked * 2 > words or _is_aside(items):
        return
    block = html.Element("div")
    for line in lines(items):
        etree.SubElement(block, "p").text = line
    block.tail = items.tail
    parent.replace(items, block)


def _is_aside(element: HtmlElement) -> bool:
    return any(parent.tag in ("nav", "aside", "footer", "header", "form") for parent in element.iterancestors())


def _table_lines(rows: list[CellRow], texts: Mapping[HtmlElement | None, str]) -> list[str]:
    """The rows as lines; a title above the heads is a line of its own."""
    titles = [*takewhile(_is_one_cell, rows)]
    rows = rows[len(titles) :]
    heads = [*takewhile(lambda row: len(row) == len(rows[0]) and _is_head(row), rows)]
    lines = [[texts.get(cell, "") for cell in ([row[0]] if _is_one_cell(row) else row)] for row in rows]
    if heads and len(heads) < len(rows):
        lines = [_joined_heads(lines[: len(heads)]), *lines[len(heads) :]]
    headed = bool(heads) or looks_headed(lines)
    if not headed:
        lines = [[texts.get(cell, "") for cell, _ in groupby(row)] for row in rows]
    return [*(texts[row[0]] for row in titles if texts[row[0]]), *table_rows(lines, headed=headed)]


def _is_one_cell(row: CellRow) -> bool:
    return len(row) > 1 and len({*row}) == 1


def _is_head(row: CellRow) -> bool:
    return not _is_one_cell(row) and all(cell is not None and cell.tag == "th" for cell in row)


def _joined_heads(rows: list[list[str]]) -> list[str]:
    """Heads in several rows as one: "Votes" above "Greens" is "Votes Greens"."""
    return [" ".join(head for head in dict.fromkeys(column) if head) for column in zip(*rows, strict=True)]


def _is_layout(table: HtmlElement, texts: Collection[str]) -> bool:
    nested = next(table.iterdescendants("table"), None) is not None
    return nested or not texts or max(map(len, texts)) > PROSE


def _cell_text(cell: HtmlElement) -> str:
    return " ".join(line.removeprefix("- ") for line in lines(cell))


def lines(root: HtmlElement) -> list[str]:
    """The text of an element, one line a paragraph, heading, list item or row."""
    collected: list[str] = [""]
    for text, ends in _pieces(root):
        collected[-1] += text
        if ends:
            collected.append("")
    stripped = (" ".join(line.split()) for line in collected)
    return [line for line in stripped if line.strip("#- ")]


def _pieces(element: HtmlElement) -> Iterator[tuple[str, bool]]:
    if not isinstance(element.tag, str) or element.tag in _UNREAD:
        return
    block = element.tag in _BLOCKS
    if block:
        yield "", True
        yield f"{_HEADINGS[element.tag]} " if element.tag in _HEADINGS else "- " if element.tag == "li" else "", False
    yield ("\n" if element.tag == "br" else "") + (element.text or ""), False
    for child in element:
        yield from _pieces(child)
        yield child.tail or "", False
    if block:
        yield "", True


def page_text(root: HtmlElement) -> str:
    """The text of an element, its paragraphs apart."""
    return "\n\n".join(lines(root))
