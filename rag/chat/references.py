"""Citations -> references as other programs read them: a line of text, BibTeX and CSL-JSON."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, count

from rag import render
from rag.answering.answer import Citation
from rag.chat.exchanges import Chat
from rag.chat.markup import line
from rag.text.day_names import format_date

_NO_KEY = re.compile(r"[^A-Za-z0-9_-]+")
_TEX = {
    **{character: f"\\{character}" for character in "{}%#$&_"},
    "\\": "\\textbackslash{}",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
}
"""Characters that mean something in TeX -> how they are printed."""


def format_reference(citation: Citation) -> str:
    """The quote with its source: “Serbs raised roadblocks.” Title, 27 December 2022 (a.txt)."""
    quote = " ".join(citation.quote.split())
    return f"“{quote}” {_title(citation)}, {format_date(citation.date)} ({line(citation.article)})"


def export_bibtex(chat: Chat) -> str:
    """The articles that the chat cites, as BibTeX; one entry an article."""
    cited = tuple(_cited_articles(chat))
    keys = _bibtex_keys(citation.article for citation in cited)
    return "\n".join(map(_bibtex_entry, cited, keys))


def export_csl(chat: Chat) -> str:
    """The articles that the chat cites, as CSL-JSON, which Zotero, Pandoc and others read."""
    return json.dumps([_csl_item(one) for one in _cited_articles(chat)], ensure_ascii=False, indent=1)


def _cited_articles(chat: Chat) -> Iterable[Citation]:
    """One citation of each article, by first use."""
    first: dict[str, Citation] = {}
    for exchange in chat.exchanges:
        for citation in render.shown_citations(exchange.answer) if exchange.answer else ():
            first.setdefault(citation.article, citation)
    return first.values()


def _title(citation: Citation) -> str:
    return line(citation.title, 300)


def _csl_item(citation: Citation) -> dict[str, object]:
    day = citation.date
    issued = {"issued": {"date-parts": [[day.year, day.month, day.day]]}} if day else {}
    title, article = _title(citation), line(citation.article)
    return {"id": article, "type": "article-newspaper", "title": title, **issued, "note": article}


def _bibtex_keys(articles: Iterable[str]) -> Iterator[str]:
    """A key for each article; of two that are alike in the letters that a key may have, the second gets a number."""
    used: set[str] = set()
    for article in articles:
        folder, slash, name = article.rpartition("/")
        plain = _NO_KEY.sub("-", f"{folder}{slash}{name.rsplit('.', 1)[0]}").strip("-") or "article"
        numbered = (f"{plain}-{number}" for number in count(2))
        key = next(key for key in chain([plain], numbered) if key.casefold() not in used)
        used.add(key.casefold())
        yield key


def _bibtex_entry(citation: Citation, key: str) -> str:
    fields = {"title": f"{{{_escape(_title(citation))}}}", "note": _escape(line(citation.article))}
    if citation.date:
        fields |= {"date": citation.date.isoformat(), "year": str(citation.date.year)}
    return "\n".join([f"@misc{{{key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}", ""])


def _escape(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)
