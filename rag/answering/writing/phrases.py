"""Bare phrase of a reply -> the words of a quote that the reader marks as the answer, where they are these."""

from rag.answering.claims import Claim, Quote
from rag.answering.writing.relevance import is_fragment
from rag.text.words import stems


def state_marked(phrase: str, quote: Quote) -> Claim | None:
    """The answer that a phrase of a word or two names, as the article puts it; None where the reader marks another.

    Small models reply "2008" or "Bratislav Gasic". That these stand in a sentence does not make them the answer; that
    the reader marks them there does, and it marks "about 4,000" for "4000".

    Args:
        phrase: as the model wrote it.
        quote: that answers for sure.
    """
    named, marked = stems(phrase), stems(quote.answer_text)
    names = named and marked and (named <= marked or marked <= named)
    return Claim(quote.answer_text, (quote,)) if names and is_fragment(phrase) else None
