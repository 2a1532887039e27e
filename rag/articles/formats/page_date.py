"""HTML page -> publication dates: those that the page states for its own article, never a neighbour's."""

import json
import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from rag.articles.dating import StatedDate, byline_date, lone_date, rank_dates, stated_date
from rag.articles.day_order import DayOrder, day_order

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


def page_dates(root: HtmlElement) -> tuple[StatedDate, ...]:
    """The days the page states for its own article, the most trusted first; none of a part that contradicts itself."""
    headline, order = _headline(root), page_order(root)
    groups = (_linked_data(root, headline, order), _metadata(root, order), _times(root, order))
    agreed = [days[0] for days in groups if days and len({one.day for one in days}) == 1]
    if any(groups):
        return rank_dates(agreed)
    visible = _visible(root, order)
    return (visible,) if visible else ()


def page_order(root: HtmlElement) -> DayOrder:
    """The order of day and month in the language that the page states, with its country where it states one."""
    stated = [root.get("lang") or "", root.get("xml:lang") or ""]
    for tag in root.iter("meta"):
        name = (tag.get("property") or tag.get("http-equiv") or tag.get("name") or "").lower()
        if name in ("og:locale", "content-language"):
            stated.append(tag.get("content") or "")
    orders = {order for language in stated if (order := day_order(language))}
    return orders.pop() if len(orders) == 1 else ""


def _headline(root: HtmlElement) -> str:
    heading = next(root.iter("h1"), None)
    return _folded("".join(heading.itertext())) if heading is not None else ""


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _linked_data(root: HtmlElement, headline: str, order: DayOrder) -> list[StatedDate]:
    things = [thing for script in root.iter("script") for thing in _things(script)]
    stated = ((thing, stated_date(str(thing.get("datePublished", "")), "JSON-LD", order)) for thing in things)
    dated = [(thing, day) for thing, day in stated if day]
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


def _metadata(root: HtmlElement, order: DayOrder) -> list[StatedDate]:
    """Of the names that say publication before those that say a date only."""
    tags = [tag for tag in root.iter("meta", "time", "span", "abbr") if _states_date(tag, _STATED)]
    exact = [tag for tag in tags if _states_date(tag, _EXACT)]
    return _days(_own(root, exact), "content", order) or _days(_own(root, tags), "content", order)


def _states_date(tag: HtmlElement, stated: re.Pattern[str]) -> bool:
    names = " ".join(tag.get(key) or "" for key in ("name", "property", "itemprop")).split()
    return any(stated.fullmatch(name) for name in names)


def _times(root: HtmlElement, order: DayOrder) -> list[StatedDate]:
    tags = (tag for tag in root.iter("time", "abbr", "span") if tag.get("pubdate") is not None or _is_dated(tag))
    return _days(_own(root, tags), "datetime", order)


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


def _days(tags: Iterable[HtmlElement], first: str, order: DayOrder) -> list[StatedDate]:
    """The first day that the tags name, in the order of the page."""
    values = (
        (tag.tag, tag.get(first) or tag.get("content") or tag.get("datetime") or tag.get("title") or tag.text or "")
        for tag in tags
    )
    places = {"meta": "page metadata", "time": "<time> of the page"}
    return [*rank_dates(stated_date(value, places.get(tag, "page markup"), order) for tag, value in values)][:1]


def _visible(root: HtmlElement, order: DayOrder) -> StatedDate | None:
    """The day of a dateline or byline between the headline and the first paragraph."""
    heading = next(root.iter("h1"), None)
    if heading is None:
        return None
    for block in [*heading.itersiblings("p", "div", "span", "time", "address", "ul")][:ABOVE]:
        line = " ".join("".join(block.itertext()).split())
        if len(line) > DATELINE:
            return None
        if day := lone_date(line, order) or byline_date(line, order):
            return StatedDate("dateline", day)
    return None
