"""Contents + topic -> the sentences on it: by words that are rare among the articles, or by meaning."""

import math
from collections.abc import Sequence
from dataclasses import replace

from rag.embedding import Embedder, Vectors
from rag.exploring.contents import ArticleContents
from rag.text.words import stems

TITLE_SHARE = 0.6
"""Weighted share of the topic's words in a title from which on the whole article is on the topic."""
SENTENCE_SHARE = 0.7
"""The same for a sentence together with the one before it."""
NEAR = 0.5
"""Cosine from which on a sentence that shares any word with the topic is on it."""


def select_topic(contents: Sequence[ArticleContents], topic: str, embedder: Embedder) -> tuple[ArticleContents, ...]:
    """The articles with only their sentences on the topic; those without any are left out.

    A word of the topic that no article has does not count; a topic of such words only has no sentence.
    """
    weights = word_weights(topic, contents)
    if not weights:
        return ()
    (vector,) = embedder.embed_query([topic])
    kept = (_select(one, weights, one.vectors @ vector) for one in contents)
    return tuple(one for one in kept if one.sentences)


def word_weights(topic: str, contents: Sequence[ArticleContents]) -> dict[str, float]:
    """Stem of the topic -> its weight, highest for what stands in one article only; summing to 1."""
    known = [stems(one.entry.title).union(*(stems(sentence.text) for sentence in one.sentences)) for one in contents]
    counts = {stem: sum(stem in words for words in known) for stem in stems(topic)}
    weights = {stem: math.log(1 + len(contents) / count) for stem, count in counts.items() if count}
    total = math.fsum(weights.values())
    return {stem: weight / total for stem, weight in weights.items()}


def topic_share(weights: dict[str, float], text: str) -> float:
    """Weighted share of a topic's words that a text has."""
    return math.fsum(weights[stem] for stem in stems(text) if stem in weights)


def _select(contents: ArticleContents, weights: dict[str, float], cosines: Vectors) -> ArticleContents:
    if topic_share(weights, contents.entry.title) >= TITLE_SHARE:
        return contents
    texts = [sentence.text for sentence in contents.sentences]
    shares = [topic_share(weights, text) for text in texts]
    joint = [topic_share(weights, f"{before} {text}") for before, text in zip(["", *texts], texts, strict=False)]
    rows = [
        row
        for row, (own, both) in enumerate(zip(shares, joint, strict=True))
        if (both >= SENTENCE_SHARE and (own or not contents.sentences[row].stands_alone))
        or (own and cosines[row] >= NEAR)
    ]
    sentences = tuple(contents.sentences[row] for row in rows)
    return replace(contents, sentences=sentences, vectors=contents.vectors[rows])
