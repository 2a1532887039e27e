"""Bare phrase of a reply -> the words of a quote that the reader marks as the answer, where they are these."""

from collections.abc import Sequence

from rag.answering.claims import Claim, Quote
from rag.answering.writing.relevance import SENTENCE_WORDS
from rag.text.words import stems, words


def state_marked(phrase: str, quotes: Sequence[Quote]) -> Claim | None:
    """The answer that a phrase of a word or two names, as the articles put it; None where the reader marks another.

    Small models reply "2008" or "Bratislav Gasic". That these stand in a sentence does not make them the answer; that
    the reader marks them there does, and it marks "about 4,000" for "4000".

    Args:
        phrase: as the model wrote it.
        quotes: that answer for sure, the best first.
    """
    named = stems(phrase)
    if not named or min(len(words(phrase)), len(phrase.split())) >= SENTENCE_WORDS:
        return None
    for quote in quotes:
        marked = _marked(quote)
        if named <= stems(marked) or (stems(marked) and stems(marked) <= named):
            return Claim(marked, (quote,))
    return None


def _marked(quote: Quote) -> str:
    if quote.answer is None:
        return ""
    return quote.passage.text[quote.answer.start - quote.passage.start : quote.answer.end - quote.passage.start]
