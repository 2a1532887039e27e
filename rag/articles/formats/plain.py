"""Text and Markdown files -> text."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.formats import markdown
from rag.articles.formats.content import FileContent, visible_text
from rag.articles.formats.decoding import decode
from rag.articles.formats.press import press_articles
from rag.articles.formats.web import web_page
from rag.articles.frontmatter import read_front_matter
from rag.text.hyphens import join_cut_words

if TYPE_CHECKING:
    from rag.settings import Settings

_PAGE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!doctype\s+html|<html)\b", re.IGNORECASE)


def plain_text(file: Path, content: bytes, settings: "Settings") -> tuple[FileContent, ...]:
    """A text as it stands, or the articles of a press database's export; a web page is read as a page."""
    return (web_page(file, content, settings),) if _PAGE.match(content) else press_articles(_text(file, content))


def _text(file: Path, content: bytes) -> FileContent:
    text, notes = decode(file, content)
    return FileContent(join_cut_words(visible_text(text)), notes=notes)


def markdown_text(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The prose of a Markdown file; its code blocks are no evidence."""
    if _PAGE.match(content):
        return web_page(file, content, settings)
    page = _text(file, content)
    head = read_front_matter(page.text).span.end
    text = page.text[:head] + markdown.plain_markdown(page.text[head:])
    return FileContent(text, boilerplate=markdown.code_blocks(text), notes=page.notes)
