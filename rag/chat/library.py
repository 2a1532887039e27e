"""What is indexed -> HTML: the list of articles, the first page, and the scope of the next question."""

from collections.abc import Iterator, Sequence
from datetime import date
from zlib import crc32

from rag.answering.claims import Quote
from rag.chat.exchanges import Scope
from rag.chat.markup import count, line, render_template
from rag.index import Entry
from rag.library import Collection, list_collections
from rag.text.day_names import format_date
from rag.text.words import fold, stems, words

MAX_LISTED = 200
"""Articles listed at once; the search narrows a larger library."""
MAX_COLLECTIONS = 1000
"""Collections to choose from."""
QUOTE_CHARS = 300
"""Characters of a sentence that was found."""
COLLECTION_CHARS = 60
"""Characters of the name of a collection that are shown."""


def render_library(
    entries: Sequence[Entry], scope: Scope, query: str = "", found: Sequence[Quote] = (), *, editable: bool = True
) -> str:
    """The list of articles, newest first.

    Args:
        entries: all articles.
        scope: of the next question; only its collection is listed.
        query: words that each article has in its title, id or date, or has in its text.
        found: a sentence of each article with the words of the query in its text.
        editable: whether articles can be removed.
    """
    inside = Scope(collection=scope.collection).select(_newest_first(entries))
    by_name = [entry for entry in inside if _matches(entry, query)]
    quotes = {quote.passage.article: quote for quote in found}
    by_text = [entry for entry in inside if entry.id in quotes and entry not in by_name]
    return render_template(
        "library",
        total=len(entries),
        inside=len(inside),
        collections=_useful_collections(entries),
        heading=_heading(inside, [*by_name, *by_text], scope.collection),
        by_name=by_name[:MAX_LISTED],
        by_text=by_text[: MAX_LISTED - len(by_name[:MAX_LISTED])],
        quotes=quotes,
        pieces=lambda quote: list(_pieces(quote.text, stems(query))),
        scope=scope,
        editable=editable,
    )


def _useful_collections(entries: Sequence[Entry]) -> list[Collection]:
    """The collections that leave articles out."""
    useful = [collection for collection in list_collections(entries) if collection.articles < len(entries)]
    return useful[:MAX_COLLECTIONS]


def _matches(entry: Entry, query: str) -> bool:
    shown = fold(f"{entry.title} {entry.id} {format_date(entry.date)} {entry.date or ''}")
    return all(word in shown for word in fold(query).split())


def _pieces(sentence: str, wanted: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """A sentence on one line, cut where words of the query begin and end; True for these, cut after QUOTE_CHARS."""
    text = line(sentence, QUOTE_CHARS)
    at = 0
    for word in words(text):
        if word.stem in wanted:
            yield text[at : word.start], False
            yield text[word.start : word.end], True
            at = word.end
    yield text[at:], False


def _newest_first(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.date or date.min, entry.id), reverse=True)


def _heading(entries: Sequence[Entry], matching: Sequence[Entry], collection: str | None) -> str:
    where = f" in {line(collection, COLLECTION_CHARS)}" if collection else ""
    if not entries:
        return f"Nothing is{where} any more." if where else "Nothing is indexed yet. Add the first article above."
    if len(matching) == len(entries) <= MAX_LISTED:
        return f"{count(len(entries), 'article')}{where}, newest first. Tick some to ask only those."
    if not matching:
        return f"No title, file name, date or text{where} has these words."
    return f"{min(MAX_LISTED, len(matching)):,} of {count(len(entries), 'article')}{where} shown"


def render_welcome(title: str, entries: Sequence[Entry]) -> str:
    """The left column before the first question; the page asks for example questions once it is drawn."""
    dates = sorted(entry.date for entry in entries if entry.date)
    first, last = (dates[0], dates[-1]) if dates else (None, None)
    return render_template("welcome", title=title, total=len(entries), first=first, last=last)


def render_examples(questions: Sequence[str]) -> str:
    """Example questions of the first page, each a button that asks it."""
    return render_template("examples", questions=questions)


def render_scope(scope: Scope, entries: Sequence[Entry]) -> str:
    """The line above the question with its scope, and what its dates leave out; empty when that is every article."""
    titles = {entry.id: entry.title for entry in entries}
    return render_template(
        "scope",
        titles=[titles.get(id, id) for id in scope.articles or ()],
        collection=scope.collection,
        nothing_left=scope.articles == (),
        after=scope.after,
        before=scope.before,
        impossible=scope.impossible,
        undated=scope.dated and scope.undated,
        left_out=0 if scope.impossible else scope.left_out(entries),
    )


def fingerprint(entries: Sequence[Entry]) -> int:
    """A number that other articles do not have, so that a page sees that its list is old."""
    return crc32("\n".join(f"{entry.id} {entry.passages}" for entry in entries).encode())
