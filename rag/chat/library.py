"""What is indexed -> HTML: the list of articles, the first page, and the scope of the next question."""

from collections.abc import Sequence
from datetime import date

from rag.chat.exchanges import Scope
from rag.chat.markup import count, line, render_template
from rag.index import Entry
from rag.library import Collection, list_collections
from rag.text.day_names import format_date

MAX_LISTED = 200
"""Articles listed at once; the search narrows a larger library."""
MAX_COLLECTIONS = 1000
"""Collections to choose from."""
COLLECTION_CHARS = 60
"""Characters of the name of a collection that are shown."""


def render_library(entries: Sequence[Entry], scope: Scope, query: str = "", *, editable: bool = True) -> str:
    """The list of articles whose title, id or date has every word of the query, newest first."""
    inside = Scope(collection=scope.collection).select(_newest_first(entries))
    matching = [entry for entry in inside if _matches(entry, query)]
    return render_template(
        "library",
        total=len(entries),
        inside=len(inside),
        collections=_useful_collections(entries),
        heading=_heading(inside, matching, scope.collection),
        entries=matching[:MAX_LISTED],
        scope=scope,
        editable=editable,
    )


def _useful_collections(entries: Sequence[Entry]) -> list[Collection]:
    """The collections that leave articles out."""
    useful = [collection for collection in list_collections(entries) if collection.articles < len(entries)]
    return useful[:MAX_COLLECTIONS]


def _matches(entry: Entry, query: str) -> bool:
    shown = f"{entry.title} {entry.id} {format_date(entry.date)}".casefold()
    return all(word in shown for word in query.casefold().split())


def _newest_first(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.date or date.min, entry.id), reverse=True)


def _heading(entries: Sequence[Entry], matching: Sequence[Entry], collection: str | None) -> str:
    where = f" in {line(collection, COLLECTION_CHARS)}" if collection else ""
    if not entries:
        return f"Nothing is{where} any more." if where else "Nothing is indexed yet. Add the first article above."
    if len(matching) == len(entries) <= MAX_LISTED:
        return f"{count(len(entries), 'article')}{where}, newest first. Tick some to ask only those."
    if not matching:
        return f"No title, file name or date{where} has these words."
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
