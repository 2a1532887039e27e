"""Words of a question -> the articles they mean: by id, by place or date, or by what the articles are about."""

import re
from collections.abc import Sequence

from rag.embedding import Embedder
from rag.exploring.contents import ArticleContents, newest_first
from rag.exploring.topics import topic_share, word_weights
from rag.index import Entry
from rag.text.dates import mentions

TITLE, TEXT, MEANING = 1.0, 0.6, 0.5
"""Weights of the share of the words that the title or the id has, of the share that the text has, and of the cosine
with the article's mean."""
LEAST_SHARE = 0.5
"""Weighted share of the words that the title, the id or one sentence must have."""
TIED = 0.1
"""Difference of scores below which two articles are meant alike."""
_NEWEST = re.compile(r"\b(?:newest|latest|most recent)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:oldest|earliest)\b", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")
_PLACE = re.compile(
    rf"\b(?P<ordinal>{'|'.join(_ORDINALS)}) (?:article|document|text|file|story|piece|one)\b", re.IGNORECASE
)
_ID_TOKEN = re.compile(r"[\w./-]*\d[\w./-]*")
_SEPARATORS = re.compile(r"[\W_]+")


def find_meant(text: str, topic: str, contents: Sequence[ArticleContents], embedder: Embedder) -> tuple[Entry, ...]:
    """The articles that a text means, best first; several where they are meant alike, none where it is unclear.

    Args:
        text: the question, or the part of it that names one article.
        topic: its words that are no wording: "the border crossings", "002".
        contents: of the articles that may be meant.
        embedder: that made the index.
    """
    entries = tuple(one.entry for one in contents)
    return _by_id(text, entries) or _by_place(text, entries) or _by_topic(topic, contents, embedder)


def _by_id(text: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The articles whose id, or the beginning of it with a digit in it, stands in the text."""
    found: list[Entry] = []
    for token in (match.group().casefold().rstrip(".?") for match in _ID_TOKEN.finditer(text)):
        begins = [entry for entry in entries if entry.id.casefold().startswith(token)]
        if len(begins) == 1 and len(token) > 1:
            found.append(begins[0])
    return tuple(dict.fromkeys(found))


def _by_place(text: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The newest, the oldest, the second article: by date, or by id as `rag articles` lists them."""
    dated = [entry for entry in newest_first(entries) if entry.date]
    if dated and _NEWEST.search(text):
        return (dated[0],)
    if dated and _OLDEST.search(text):
        return (dated[-1],)
    place = _PLACE.search(text)
    if not place:
        return ()
    number = _ORDINALS.index(place["ordinal"].casefold())
    listed = sorted(entries, key=lambda entry: entry.id)
    number = len(listed) - 1 if number == len(_ORDINALS) - 1 else number
    return (listed[number],) if number < len(listed) else ()


def _by_topic(topic: str, contents: Sequence[ArticleContents], embedder: Embedder) -> tuple[Entry, ...]:
    times = mentions(f"in {topic}")
    dated = [
        one
        for one in contents
        if one.entry.date and any(time.overlaps(one.entry.date, one.entry.date) for time in times)
    ]
    words_only = _without_times(topic)
    pool = dated or contents
    weights = word_weights(words_only, pool)
    if not weights:
        return tuple(one.entry for one in dated)
    (vector,) = embedder.embed_query([words_only])
    scored = sorted(
        ((_score(one, weights, float(one.mean @ vector)), one.entry) for one in pool), key=lambda pair: -pair[0]
    )
    best = scored[0][0] if scored else 0.0
    return tuple(entry for score, entry in scored if best > 0 and score >= best - TIED)


def _score(contents: ArticleContents, weights: dict[str, float], cosine: float) -> float:
    """How well an article fits the words; 0 where neither its title nor a sentence has half of them."""
    title = topic_share(weights, f"{contents.entry.title} {_SEPARATORS.sub(' ', contents.entry.id)}")
    sentence = max(topic_share(weights, one.text) for one in contents.sentences)
    if max(title, sentence) < LEAST_SHARE:
        return 0.0
    return TITLE * title + TEXT * sentence + MEANING * cosine


def _without_times(topic: str) -> str:
    for time in reversed(mentions(f"in {topic}")):
        topic = topic[: max(0, time.start - 3)] + topic[max(0, time.end - 3) :]
    return topic
