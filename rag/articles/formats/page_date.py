"""HTML page -> publication date: the one that the page states for its own article, never a neighbour's."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date

from lxml.html import HtmlElement

from rag.articles.dating import byline_date, lone_date, metadata_date

_STATED = re.compile(
    r"(?:og:|rnews:)?(?:article:)?published(?:_?time|_?date|_?at)?|(?:og:|rnews:|schema:)?datepublished"
    r"|(?:bt:)?pub(?:lish|lication)?[-_]?(?:date|time)|parsely-pub-date|sailthru\.date|date"
    r"|citation_(?:publication_|online_)?date|cxenseparse:recs:publishtime|date[-_]published|article[.:_-]published"
    r"|(?:dc|dcterms)[.:](?:date(?:[.:](?:issued|created))?|issued|created)",
    re.IGNORECASE,
)
_EXACT = re.compile(r".*(?:publish|pub[-_]?date|issued|citation).*", re.IGNORECASE)
_DATED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:published|pubdate|(?:entry|post|article|publish|publication)[-_]?date)(?:$|[\s_-])", re.IGNORECASE
)
_NEIGHBOR = re.compile(
    r"(?:^|[\s_-])(?:related|comments?|sidebar|teasers?|recommend\w*|most-?(?:read|popular)|trending|popular|more-?\w*"
    r"|promo|newsletter|widget)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|Report|LiveBlogPosting|Review|ScholarlyArticle)$")
_PAGE = re.compile(r"(?:WebPage|\w+Page)$")
ABOVE = 12
"""Short blocks below the headline among which a dateline is searched."""
DATELINE = 120
"""Longest dateline, in characters."""


def page_date(root: HtmlElement) -> date | None:
    """The day the page states for its own article; None where it states none, or several that contradict."""
    headline = _headline(root)
    for days in (_linked_data(root, headline), _metadata(root), _times(root)):
        if days:
            return days[0] if len(set(days)) == 1 else None
    return _visible(root)


def _headline(root: HtmlElement) -> str:
    heading = next(root.iter("h1"), None)
    return _folded("".join(heading.itertext())) if heading is not None else ""


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _linked_data(root: HtmlElement, headline: str) -> list[date]:
    things = [thing for script in root.iter("script") for thing in _things(script)]
    dated = [(thing, day) for thing in things if (day := metadata_date(str(thing.get("datePublished", ""))))]
    articles = [(thing, day) for thing, day in dated if _is_of(thing, _ARTICLE)]
    own = [day for thing, day in articles if headline and _folded(str(thing.get("headline", ""))) == headline]
    if own or articles:
        return own or [day for _, day in articles]
    return [day for thing, day in dated if _is_of(thing, _PAGE) or "@type" not in thing]


def _things(script: HtmlElement) -> Iterator[dict[str, object]]:
    """What a script describes itself, without what those things list, mention or are commented with."""
    if (script.get("type") or "").strip().lower() != "application/ld+json":
        return
    try:
        data = json.loads(script.text or "", strict=False)
    except (ValueError, RecursionError):
        return
    for thing in data if isinstance(data, list) else [data]:
        if isinstance(thing, dict):
            graph = thing.get("@graph")
            members = graph if isinstance(graph, list) else []
            main = thing.get("mainEntity")
            yield from (part for part in (thing, main, *members) if isinstance(part, dict))


def _is_of(thing: dict[str, object], kinds: re.Pattern[str]) -> bool:
    stated = thing.get("@type")
    return any(kinds.match(str(kind)) for kind in (stated if isinstance(stated, list) else [stated]))


def _metadata(root: HtmlElement) -> list[date]:
    """Of the names that say publication before those that say a date only."""
    tags = [tag for tag in root.iter("meta", "time", "span", "abbr") if _states_date(tag, _STATED)]
    exact = [tag for tag in tags if _states_date(tag, _EXACT)]
    return _days(_own(root, exact), "content") or _days(_own(root, tags), "content")


def _states_date(tag: HtmlElement, stated: re.Pattern[str]) -> bool:
    names = " ".join(tag.get(key) or "" for key in ("name", "property", "itemprop")).split()
    return any(stated.fullmatch(name) for name in names)


def _times(root: HtmlElement) -> list[date]:
    tags = (tag for tag in root.iter("time", "abbr", "span") if tag.get("pubdate") is not None or _is_dated(tag))
    return _days(_own(root, tags), "datetime")


def _is_dated(tag: HtmlElement) -> bool:
    return tag.tag == "time" and bool(_DATED_CLASS.search(tag.get("class") or ""))


def _own(root: HtmlElement, tags: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Those in no part of the page about other stories; those beside the headline where some are."""
    kept = [tag for tag in tags if not _is_neighbor(tag)]
    heading = next(root.iter("h1"), None)
    story = heading is not None and next(heading.iterancestors("article", "main"), None)
    if story is None or story is False:
        return kept
    inside = [tag for tag in kept if story in tag.iterancestors() or tag.getparent().tag == "head"]
    return inside or kept


def _is_neighbor(tag: HtmlElement) -> bool:
    return any(
        parent.tag in ("aside", "nav", "footer")
        or (parent.tag != "body" and _NEIGHBOR.search(f"{parent.get('class') or ''} {parent.get('id') or ''}"))
        for parent in tag.iterancestors()
        if isinstance(parent.tag, str)
    )


def _days(tags: Iterable[HtmlElement], first: str) -> list[date]:
    """The first day that each kind of statement names, in the order of the page."""
    days = []
    for tag in tags:
        stated = tag.get(first) or tag.get("content") or tag.get("datetime") or tag.get("title") or tag.text or ""
        if day := metadata_date(stated):
            days.append(day)
    return days[:1]


def _visible(root: HtmlElement) -> date | None:
    """The day of a dateline or byline between the headline and the first paragraph."""
    heading = next(root.iter("h1"), None)
    if heading is None:
        return None
    for block in [*heading.itersiblings("p", "div", "span", "time", "address", "ul")][:ABOVE]:
        line = " ".join("".join(block.itertext()).split())
        if len(line) > DATELINE:
            return None
        if day := lone_date(line) or byline_date(line):
            return day
    return None
