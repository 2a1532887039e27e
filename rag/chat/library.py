"""What is indexed -> HTML: the list of articles, the welcome page, and the scope of the next question."""

from collections.abc import Sequence
from datetime import date

from rag.chat.exchanges import Scope
from rag.chat.markup import button, day, icon, line, text
from rag.index import Entry

MAX_LISTED = 200
"""Articles listed at once; the search narrows a larger library."""


def render_library(entries: Sequence[Entry], scope: Scope, query: str = "", *, editable: bool = True) -> str:
    """The list of articles whose title or id holds the query."""
    found = [entry for entry in _newest_first(entries) if _matches(entry, query)]
    rows = "".join(_row(entry, scope, editable=editable) for entry in found[:MAX_LISTED])
    return (
        f'<div class="library" data-count="{len(entries)}"><p class="count">{_count(entries, found)}</p>'
        f'<ul class="entries">{rows}</ul></div>'
    )


def _matches(entry: Entry, query: str) -> bool:
    wanted = query.casefold().split()
    return all(word in f"{entry.title} {entry.id}".casefold() for word in wanted)


def _newest_first(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.date or date.min, entry.id), reverse=True)


def _count(entries: Sequence[Entry], found: Sequence[Entry]) -> str:
    if not entries:
        return "Nothing is indexed yet. Add the first article above."
    if len(found) == len(entries) <= MAX_LISTED:
        return f"{_articles(len(entries))}, newest first. Tick some to ask only those."
    return f"{min(MAX_LISTED, len(found)):,} of {_articles(len(entries))} shown"


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _row(entry: Entry, scope: Scope, *, editable: bool) -> str:
    chosen = " checked" if scope.articles is not None and entry.id in scope.articles else ""
    size = f"{entry.passages} passage{'' if entry.passages == 1 else 's'}"
    remove = button("remove", f"Remove {line(entry.title, 60)}", icon("remove"), "tool remove", article=entry.id)
    return (
        f'<li><label class="choose"><input type="checkbox" data-choose="{text(entry.id)}"{chosen}'
        f' aria-label="Ask only {line(entry.title, 60)}"></label>'
        f"<div>{button('article', '', line(entry.title), 'link', article=entry.id)}"
        f'<p class="day">{day(entry.date)} · {size} · <span class="file">{line(entry.id, 60)}</span></p></div>'
        f"{remove if editable else ''}</li>"
    )


def render_welcome(title: str, entries: Sequence[Entry], examples: Sequence[str]) -> str:
    """What the left column shows before the first question."""
    asked = "".join(f"<li>{button('example', '', f'<span>{text(one)}</span>', 'example')}</li>" for one in examples)
    offered = f'<h2>To begin with</h2><ul class="examples">{asked}</ul>' if asked else ""
    return (
        f'<section class="welcome"><h1>{text(title)}</h1><p class="lead">{_corpus(entries)} Every sentence of an answer'
        f" is checked against the sentence it cites. Press its number to read it in place.</p>{offered}</section>"
    )


def _corpus(entries: Sequence[Entry]) -> str:
    dates = sorted(entry.date for entry in entries if entry.date)
    if not dates:
        return f"{_articles(len(entries))}."
    if dates[0] == dates[-1]:
        return f"{_articles(len(entries))}, {day(dates[0])}."
    return f"{_articles(len(entries))}, {day(dates[0])} to {day(dates[-1])}."


def render_scope(scope: Scope, entries: Sequence[Entry]) -> str:
    """The line above the question that tells what it is asked within; empty when that is everything."""
    titles = {entry.id: entry.title for entry in entries}
    chips = [line(titles.get(id, id), 40) for id in scope.articles or ()]
    if len(chips) > 2:
        chips = [f"{len(chips)} articles"]
    chips += [f"from {day(scope.after)}"] * bool(scope.after) + [f"until {day(scope.before)}"] * bool(scope.before)
    if not chips:
        return '<div class="narrowed"></div>'
    told = "".join(f'<span class="chip">{chip}</span>' for chip in chips)
    clear = button("unscope", "Ask all articles again", icon("close"), "tool")
    return f'<div class="narrowed" role="status"><span>Asking within</span>{told}{clear}</div>'
