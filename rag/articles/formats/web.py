"""Web page -> text: the main text that trafilatura extracts, with the title and date that the page states."""

import html
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.formats.content import FileContent, visible_text
from rag.errors import ArticleError

if TYPE_CHECKING:
    from rag.settings import Settings

NO_DATES = {"extensive_search": False}
"""A page's dates are read by page_date.py; a thorough search of htmldate's would take 3 s, once, over 200 languages."""


def web_page(file: Path, content: bytes, settings: "Settings") -> FileContent:
    """The main text of an HTML page, with the title and date its metadata states."""
    import trafilatura
    from trafilatura.utils import decode_file, load_html

    from rag.articles.formats import markup
    from rag.articles.formats.page_date import page_dates, page_order

    if not content.strip():
        raise ArticleError(file, "is empty")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    shown = markup.without_pictures(decode_file(content))
    root = load_html(shown)
    dates, order = ((), "") if root is None else (page_dates(root), page_order(root))
    if root is not None:
        markup.write_out(root)
    extracted = trafilatura.bare_extraction(
        shown if root is None else root,
        with_metadata=True,
        date_extraction_params=NO_DATES,
        include_comments=False,
        include_tables=True,
    )
    page = extracted if extracted is None or isinstance(extracted, dict) else extracted.as_dict()
    if page is None or not (page["text"] or "").strip():
        raise ArticleError(file, "is a page without a text")
    # Its lines are paragraphs; a single line break would read as wrapping.
    text = "\n\n".join(visible_text(page["text"]).splitlines())
    return FileContent(text, html.unescape(page["title"] or ""), dates, order=order)
