"""Text of a press database's export -> its articles: each with its own title and date."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from rag.articles import dating
from rag.articles.formats.content import FileContent
from rag.text.spans import Span

_NUMBERED = re.compile(r"^[ \t]*(?:Document|Article)[ \t]+\d{1,5}[ \t]+of[ \t]+\d{1,5}[ \t]*$", re.MULTILINE)
"""Above each article of LexisNexis and ProQuest."""
_CODED = re.compile(r"^[ \t]*Document[ \t]+[A-Z0-9]{6,12}\d{8}[a-z0-9]{5,12}[ \t]*$", re.MULTILINE)
"""Below each article of Factiva."""
_ABOUT = re.compile(
    r"(?:Length|Byline|Section|Load-Date|Dateline|Publication|Source|Language|Copyright|Highlight|Word count|Body"
    r"|Full text|Document|Subject|Location|Classification|Graphic|Author|Publication-Type|Title)\b[^\n]{0,200}"
    r"|End of Document|_{5,}|\d+ words|[A-Z][a-z]+"
)
"""A line about an article, among its first or last ones."""
_LINE = re.compile(r"[^\n]*\S[^\n]*")
SENTENCE = 90
"""Characters from which on a line among the first ones is prose."""


def press_articles(content: FileContent) -> tuple[FileContent, ...]:
    """The articles of an export; the file as it is where it is none."""
    parts = [part for part in _parts(content.text) if part.strip()]
    if len(parts) < 2:
        return (content,)
    articles = (_article(part, number) for number, part in enumerate(parts, start=1))
    return tuple(replace(article, notes=content.notes if article.name == "1" else ()) for article in articles)


def _parts(text: str) -> list[str]:
    heads = [match.start() for match in _NUMBERED.finditer(text)]
    ends = [match.end() for match in _CODED.finditer(text)]
    if len(heads) > 1:
        edges = [*heads, len(text)]
    elif len(ends) > 1:
        edges = [0, *ends[:-1], len(text)] if not text[ends[-1] :].strip() else [0, *ends, len(text)]
    else:
        return [text]
    return [text[start:end] for start, end in pairwise(edges)]


def _article(text: str, number: int) -> FileContent:
    lines = [match for match in _LINE.finditer(text) if not _NUMBERED.fullmatch(match[0])]
    above = [match for match in lines if match.end() <= _body_start(lines)]
    spans = [Span(*match.span()) for match in _NUMBERED.finditer(text)]
    spans += [Span(*match.span()) for match in (*above, *_last(lines))]
    day = next((day for match in above if (day := dating.lone_date(match[0].strip()))), None)
    title = " ".join(lines[0][0].split()) if lines else ""
    dates = (dating.StatedDate("dateline", day),) if day else ()
    return FileContent(text, title, dates, tuple(sorted(set(spans))), str(number))


def _body_start(lines: list[re.Match[str]]) -> int:
    """Offset behind the lines about the article that stand above its prose."""
    for match in lines:
        if match[0].strip() in ("Body", "Full text:", "Full text"):
            return match.end()
    for match in lines:
        line = match[0].strip()
        if len(line) >= SENTENCE or (line.endswith((".", "!", "?", "”", '"')) and not _ABOUT.fullmatch(line)):
            return match.start()
    return 0


def _last(lines: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    for match in reversed(lines):
        if not _ABOUT.fullmatch(match[0].strip()):
            return
        yield match
