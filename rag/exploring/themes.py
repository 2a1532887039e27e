"""Contents -> themes: articles grouped by their vectors, each group named by words that its articles share."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.checking.overlap import UNINFORMATIVE
from rag.embedding import Embedder, Vectors
from rag.exploring.contents import ArticleContents
from rag.text.lemmas import base
from rag.text.words import content

LEAST_COSINE = 0.3
"""Mean cosine between two groups of articles from which on they are one theme. By eye on 35 articles: at .2 a film
joins the planets, at .3 most pairs belong together. Fitted to the shipped embedder."""
TITLE_SHARE = 0.5
"""Weight of an article's title against the mean of its sentences."""
HEADING_WORDS = 3
COMMON_SHARE = 0.3
"""Share of a theme's articles that a word of its heading stands in, and at least two. Of 18 articles on politics .6
have no word in common but "government", "year" and "want"; at .3 it is "Labour, economy, policy"."""
CANDIDATE_WORDS = 12
"""Words weighed by meaning, of those that the articles of the theme share and others do not."""
STEM_LETTERS = 4
"""Letters in which two words of a heading may not agree: Serbia, Serbian."""


class Theme(NamedTuple):
    """Articles about like matters."""

    heading: str
    """Up to three words, as the articles write them; empty where they share none."""
    contents: tuple[ArticleContents, ...]


def group_by_theme(contents: Sequence[ArticleContents], embedder: Embedder) -> tuple[Theme, ...]:
    """Groups of at least two articles, largest first, each named; then the articles that share no theme, as one."""
    vectors = _article_vectors(contents, embedder)
    groups = sorted(cluster(vectors, LEAST_COSINE), key=lambda group: (-len(group), min(group)))
    counts = [_count_words(one) for one in contents]
    written = _most_written(contents)
    named = [
        Theme(_heading(group, counts, written, vectors, embedder), tuple(contents[number] for number in group))
        for group in groups
        if len(group) > 1
    ]
    alone = tuple(contents[group[0]] for group in groups if len(group) == 1)
    return (*named, *([Theme("", alone)] if alone else []))


def cluster(vectors: Vectors, least: float) -> list[list[int]]:
    """Rows grouped by agglomerative clustering with average linkage, until no two groups have a mean cosine of `least`.

    Args:
        vectors: one row each, unit length.
        least: cosine.
    """
    groups = [[number] for number in range(len(vectors))]
    sums = np.asarray(vectors @ vectors.T, dtype=np.float64)
    sizes = np.ones(len(vectors))
    while len(groups) > 1:
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -np.inf)
        kept, joined = sorted(divmod(int(means.argmax()), len(groups)))
        if means[kept, joined] < least:
            break
        groups[kept] = sorted(groups[kept] + groups.pop(joined))
        sums[kept] += sums[joined]
        sums[:, kept] += sums[:, joined]
        sums = np.delete(np.delete(sums, joined, axis=0), joined, axis=1)
        sizes[kept] += sizes[joined]
        sizes = np.delete(sizes, joined)
    return groups


def _article_vectors(contents: Sequence[ArticleContents], embedder: Embedder) -> Vectors:
    titles = embedder.embed_passages([one.entry.title for one in contents])
    vectors = np.stack([one.mean for one in contents]) + TITLE_SHARE * titles
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _count_words(contents: ArticleContents) -> Counter[str]:
    """Stem -> how often it stands in the article."""
    return Counter(word.stem for one in contents.sentences for word in content(one.text) if _is_topical(word.folded))


def _is_topical(word: str) -> bool:
    return len(word) > 2 and not word[0].isdigit() and base(word) not in UNINFORMATIVE


def _most_written(contents: Sequence[ArticleContents]) -> dict[str, str]:
    """Stem -> the word that it is most often written as."""
    forms: dict[str, Counter[str]] = {}
    for sentence in (sentence for one in contents for sentence in one.sentences):
        text = sentence.text
        for word in content(text):
            forms.setdefault(word.stem, Counter())[text[word.start : word.end].split("’")[0].split("'")[0]] += 1
    return {stem: counts.most_common(1)[0][0] for stem, counts in forms.items()}


def _heading(
    group: Sequence[int],
    counts: Sequence[Counter[str]],
    written: dict[str, str],
    vectors: Vectors,
    embedder: Embedder,
) -> str:
    """The words that most articles of the group and few others have, those first that are nearest in meaning."""
    weights = _shared_weights(group, counts)
    stems = sorted(weights, key=lambda stem: (-weights[stem], stem))[:CANDIDATE_WORDS]
    if not stems:
        return ""
    words = [written[stem] for stem in stems]
    nearness: NDArray[np.float32] = embedder.embed_query(words) @ vectors[list(group)].mean(axis=0)
    scores = {
        word: float(near) * math.sqrt(weights[stem]) for word, near, stem in zip(words, nearness, stems, strict=True)
    }
    chosen: list[str] = []
    for word in sorted(scores, key=lambda word: -scores[word]):
        if len(chosen) < HEADING_WORDS and not any(_one_stem(word, other) for other in chosen):
            chosen.append(word)
    return ", ".join(chosen)


def _shared_weights(group: Sequence[int], counts: Sequence[Counter[str]]) -> dict[str, float]:
    """Stem -> weight of each word that enough articles of the group share: frequent in them, rarer in the others."""
    least = max(2, math.ceil(COMMON_SHARE * len(group)))
    within = Counter(stem for number in group for stem in counts[number])
    everywhere = Counter(stem for count in counts for stem in count)
    others = len(counts) - len(group)
    return {
        stem: math.fsum(math.log1p(counts[number][stem]) for number in group) * contrast
        for stem, articles in within.items()
        if articles >= least
        and (contrast := math.log(articles / len(group) * (others + 1) / (everywhere[stem] - articles + 0.5))) > 0
    }


def _one_stem(word: str, other: str) -> bool:
    return word[:STEM_LETTERS].casefold() == other[:STEM_LETTERS].casefold()
