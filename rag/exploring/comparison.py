"""Contents of two articles -> comparison: what both say, where they differ, what only one says."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rag.checking import ShippedJudge, Verdict, check
from rag.embedding import Embedder, Vectors
from rag.exploring.contents import ArticleContents, ArticleSentence
from rag.exploring.report import ReportRow, ReportSection
from rag.exploring.salience import choose_sentences

ALIKE = 0.6
"""Cosine from which on two sentences, each the other's nearest, speak of the same: by eye on the ten pairs of the five
seeds, .6 pairs the same events, at .5 half of the pairs only share a name."""
ALONE = 0.5
"""Cosine below which no sentence of the other article speaks of the same."""
MOST_PAIRS = 6
MOST_ALONE = 4
"""Sentences that only one article has, each side."""
BOTH, DIFFER, ONLY = "Both tell of", "They differ", "Only in"


class SentencePair(NamedTuple):
    """Two sentences about the same, with the check of the first against the second."""

    one: ArticleSentence
    other: ArticleSentence
    cosine: float
    verdict: Verdict


def comparison_sections(one: ArticleContents, other: ArticleContents, embedder: Embedder) -> tuple[ReportSection, ...]:
    """Where the articles differ, what both say, and what only one of them says."""
    cosines = one.vectors @ other.vectors.T
    pairs = sorted(_pairs(one, other, cosines), key=lambda pair: -pair.cosine)
    differing = [pair for pair in pairs if pair.verdict.label == "contradicted"]
    alike = [pair for pair in pairs if pair.verdict.label != "contradicted"]
    sections = (
        ReportSection(DIFFER, tuple(_row(pair, pair.verdict.reason) for pair in differing[:MOST_PAIRS])),
        ReportSection(BOTH, tuple(_row(pair, "") for pair in alike[:MOST_PAIRS])),
        _only(one, cosines.max(axis=1), embedder),
        _only(other, cosines.max(axis=0), embedder),
    )
    return tuple(section for section in sections if section.rows)


def _pairs(one: ArticleContents, other: ArticleContents, cosines: Vectors) -> Iterator[SentencePair]:
    """Sentences that are each other's nearest."""
    nearest, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    for row, column in enumerate(nearest.tolist()):
        left, right = one.sentences[row], other.sentences[column]
        mutual = back[column] == row and cosines[row, column] >= ALIKE
        if mutual and left.stands_alone and right.stands_alone:
            days = {"published": right.passage.date, "stated": left.passage.date}
            verdict = check(left.text, right.text, **days, judge=ShippedJudge(large=False))
            yield SentencePair(left, right, float(cosines[row, column]), verdict)


def _row(pair: SentencePair, reason: str) -> ReportRow:
    # The reason is worded for a sentence that is checked against an article.
    named = reason.replace("the article", "the second article").replace("the sentence", "the first")
    return ReportRow("", (pair.one.claim, pair.other.claim), named)


def _only(contents: ArticleContents, nearest: Vectors, embedder: Embedder) -> ReportSection:
    rows = np.flatnonzero(nearest < ALONE).tolist()
    heading = f"{ONLY} “{contents.entry.title}”"
    if not rows:
        return ReportSection(heading, ())
    alone = replace(contents, sentences=tuple(contents.sentences[row] for row in rows), vectors=contents.vectors[rows])
    chosen = choose_sentences(alone, MOST_ALONE, embedder)
    return ReportSection(heading, tuple(ReportRow("", (sentence.claim,)) for sentence in chosen))
