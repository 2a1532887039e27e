"""Contents -> the sentences that say best what an article says."""

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Embedder
from rag.exploring.contents import ArticleContents, ArticleSentence
from rag.text.words import content

HEADLINE, OPENING, OPENING_SENTENCES = 0.35, 0.3, 4.0
"""Weight of the cosine with the headline; bonus of the first sentence, and after how many it has fallen to a third. A
title cut from the text itself is no headline. Chosen by eye on 43 articles: news and encyclopaedias open with what they
are about."""
FURTHER_COVERAGE, FURTHER_BONUS = 1.5, 0.6
"""Weights of coverage and of the other values for every sentence after the first: it is to say what the first leaves
out."""
SAME = 0.75
"""Cosine from which on two sentences say the same, so that one is enough."""
NOT_ALONE, SHORT, LONG, SPEECH = 1.0, 0.3, 0.15, 0.2
"""Penalties: not understood alone; fewer than SHORT_WORDS content words; more than LONG_CHARS characters; opens with a
quotation."""
SHORT_WORDS, LONG_CHARS = 6, 350
_CUT = "…"
"""Ends a title that was cut from the opening words."""


def choose_sentences(contents: ArticleContents, count: int, embedder: Embedder) -> tuple[ArticleSentence, ...]:
    """Up to `count` sentences that together are nearest to all sentences of the article, in reading order.

    Greedy facility location (Lin and Bilmes, 2011): each further sentence is the one that raises most the mean over all
    sentences of the cosine with the nearest chosen one; headline and position weigh, too.
    """
    cosines = contents.vectors @ contents.vectors.T
    bonus = _bonus(contents, embedder)
    chosen: list[int] = []
    covered = np.zeros(len(bonus))
    while len(chosen) < min(count, len(bonus)):
        gains = np.maximum(cosines, covered[:, None]).mean(axis=0) - covered.mean()
        score = FURTHER_COVERAGE * gains + FURTHER_BONUS * bonus if chosen else gains + bonus
        score = np.where((cosines[:, chosen] > SAME).any(axis=1), -np.inf, score)
        best = int(score.argmax())
        if chosen and score[best] < 0:
            break
        chosen.append(best)
        covered = np.maximum(covered, cosines[:, best])
    return tuple(contents.sentences[number] for number in sorted(chosen))


def _bonus(contents: ArticleContents, embedder: Embedder) -> NDArray[np.float64]:
    """What speaks for each sentence by itself."""
    bonus = OPENING * np.exp(-np.arange(len(contents.sentences)) / OPENING_SENTENCES)
    if not contents.entry.title.endswith(_CUT):
        bonus += HEADLINE * (contents.vectors @ embedder.embed_query([contents.entry.title])[0])
    return np.asarray(bonus - np.array([_penalty(sentence) for sentence in contents.sentences]))


def _penalty(sentence: ArticleSentence) -> float:
    text = sentence.text
    short = len(content(text)) < SHORT_WORDS
    speech = text[:1] in "“\"‘'"
    return NOT_ALONE * (not sentence.stands_alone) + SHORT * short + LONG * (len(text) > LONG_CHARS) + SPEECH * speech
