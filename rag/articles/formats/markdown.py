"""Markdown -> prose: its text without link targets, comments, embedded files and marks of emphasis."""

import re

from rag.articles.formats.tables import row_text
from rag.text.spans import Span

_DROPPED = re.compile(
    r"%%.*?%%"  # a comment of Obsidian
    r"|<!--.*?-->"
    r"|!\[\[[^\[\]\n]{1,200}\]\]"  # an embedded file
    r"|!\[[^\[\]\n]{0,300}\]\([^()\n]{0,2000}\)"  # a picture
    r"|~~[^~\n]{1,300}~~[ ]?"  # struck out
    r"|\[\^[\w-]{1,40}\](?!:)"  # the mark of a footnote
    r"|[ \t]\^[\w-]{1,40}[ \t]*$"  # the name of a block
    r"|^>[ ]\[![\w-]{1,30}\][+-]?[ ]?"  # the kind of a call-out
    r"|^\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]+\S+[^\n]*$",  # the target of a link elsewhere
    re.DOTALL | re.MULTILINE,
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]")
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,2000})?\)|\[[^\[\]\n]{0,200}\])"
)
_FOOTNOTE = re.compile(r"^\[\^[\w-]{1,40}\]:[ \t]*", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*\\])\1(?![\w*])")
_UNDERLINE = re.compile(r"(?<![\w\\])(_{1,2})(?=[^\s_])([^_\n]{1,500}?)(?<=[^\s_\\])\1(?!\w)")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t]*$")
_FENCE = re.compile(r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n`]*$", re.MULTILINE)


def plain_markdown(text: str) -> str:
    """Markdown as its reader sees it; headings, lists, quotations and code keep their marks."""
    parts, at = [], 0
    for block in code_blocks(text):
        parts += [_prose(text[at : block.start]), text[block.start : block.end]]
        at = block.end
    return "".join([*parts, _prose(text[at:])])


def code_blocks(text: str) -> tuple[Span, ...]:
    """Fenced code blocks with their fences, ascending; the last may lack its end."""
    blocks: list[Span] = []
    start, fence = -1, ""
    for match in _FENCE.finditer(text):
        if start < 0:
            start, fence = match.start(), match["fence"]
        elif match["fence"].startswith(fence) and not match[0].strip(" `~"):
            blocks.append(Span(start, match.end()))
            start = -1
    return (*blocks, Span(start, len(text))) if start >= 0 else tuple(blocks)


def _prose(text: str) -> str:
    text = _DROPPED.sub("", text)
    text = _LINK.sub(r"\1", _WIKI_LINK.sub(r"\1", text))
    text = _UNDERLINE.sub(r"\2", _EMPHASIS.sub(r"\2", _FOOTNOTE.sub("", text)))
    return _tables(text) if "|" in text else text


def _tables(text: str) -> str:
    """The text with each row of a table as "Head: cell; Head: cell." on a line of its own."""
    lines, heads, kept = text.split("\n"), [], []
    for number, line in enumerate(lines):
        rule_below = number + 1 < len(lines) and _TABLE_RULE.match(lines[number + 1]) and "|" in line
        if rule_below:
            heads = _cells(line)
        elif heads and "|" in line and not _TABLE_RULE.match(line):
            kept.append(row_text(heads, _cells(line)) + "\n")
        elif not (heads and _TABLE_RULE.match(line)):
            heads = []
            kept.append(line)
    return "\n".join(kept)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
