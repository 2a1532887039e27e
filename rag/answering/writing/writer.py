"""Question + numbered sentences + model -> claims in the order they are written, and one corrected when asked."""

import logging
import re
from collections.abc import Iterator

from rag.answering.claims import Claim, Quote
from rag.answering.writing.citation_marks import Cited, read
from rag.answering.writing.evidence import Evidence
from rag.answering.writing.streaming import sentences
from rag.llm import Budget, Model
from rag.prompts import REFUSAL, load_prompt
from rag.text.words import stems, words

log = logging.getLogger("rag")

REPAIR_TOKENS = 120
"""Longest corrected sentence: 99 of 100 sentences of the SQuAD articles have at most 79."""
_SOURCE = r"(?:article|passage|sentence|source|text)s?"
_PREAMBLE = re.compile(
    r"^(?:(?:so,? )?(?:the |my |your )?(?:short )?answer(?: to (?:the|this|your) question)?(?: is)?\s*[:,]"
    rf"|(?:based on|according to) the (?:numbered |given |provided )*{_SOURCE}[^,:]{{0,40}}[,:]"
    rf"|(?:the|this|these) {_SOURCE} (?:mention|state|say|note|explain|report|indicate)s? that)\s+",
    re.IGNORECASE,
)
"""How small models begin what they mean to say."""
_ABOUT = re.compile(
    r"^(?:the|this|these) (?:article|passage|text|sentence|question)s? (?:is|are|was|were) about\b", re.I
)
_YES_OR_NO = re.compile(
    r"^(?:.*[,;] )?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|must)\b",
    re.IGNORECASE,
)
WHOLE = 3
"""Words from which something can be a whole sentence: "Kosovo is independent." """
ENOUGH = 0.5
"""Share of a sentence's content words that one sentence must have for the other to be attributed to it."""

NEAR = 5
"""Sentences shown for a correction beside those that were cited."""


def write(question: str, evidence: Evidence, model: Model, budget: Budget) -> Iterator[Claim]:
    """Claims as the model writes them; a claim whose marks lead nowhere has no quotes.

    The agreed words for "no answer" are no claim: a reply of nothing else gives none.

    Args:
        question: to be answered, understandable alone.
        evidence: what may be cited.
        model: who writes.
        budget: pays for the requests.

    Raises:
        ModelError: the reply is missing or not whole; the claims so far stand.
    """
    messages = load_prompt("answer").render(refusal=REFUSAL, passages=evidence.text, question=question)
    for written in sentences(model.stream(messages, budget)):
        cited = _plain(read(written))
        if _says_something(cited.text):
            yield _claim(cited, evidence)


def repair(claim: Claim, reason: str, evidence: Evidence, model: Model, budget: Budget) -> Claim | None:
    """The claim as the model corrects it, once; None when nothing of it can be kept.

    Args:
        claim: what did not survive its check.
        reason: why not, as the verdict says it.
        evidence: what may be cited.
        model: who corrects.
        budget: pays for the requests.

    Raises:
        ModelError: there is no whole reply.
    """
    near = _near(claim, evidence)
    messages = load_prompt("repair").render(refusal=REFUSAL, passages=near.text, sentence=claim.text, reason=reason)
    whole = list(sentences(model.stream(messages, budget, REPAIR_TOKENS)))
    cited = next((one for one in map(_plain, map(read, whole)) if _says_something(one.text)), None)
    return _claim(cited, near) if cited else None


def answers(text: str, question: str) -> bool:
    """Whether a sentence says more than its question does; to a question for yes or no, repeating it is an answer.

    Small models repeat the question as a statement, or say what the articles are about: true, and no answer. A bare
    "1816." cannot be checked: that it stands in a sentence does not make it the answer.
    """
    if _ABOUT.match(text) or len(words(text)) < WHOLE:
        return False
    return bool(_YES_OR_NO.match(question)) or not stems(text) <= stems(question)


def attribute(claim: Claim, evidence: Evidence) -> Claim | None:
    """The claim with the sentence it resembles most as its quote; None when none resembles it.

    Small models write what a sentence says and mark another one, or none.
    """
    shares = _shares(claim, evidence)
    share, quote = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    if quote is None or share < ENOUGH or claim.quotes == (quote,):
        return None
    return Claim(claim.text, (quote,))


def _near(claim: Claim, evidence: Evidence) -> Evidence:
    """What a claim cites and what it resembles most: all a correction needs, at a tenth of the tokens."""
    resembling = sorted(_shares(claim, evidence), key=lambda pair: -pair[0])[:NEAR]
    kept = {*claim.quotes, *(quote for _, quote in resembling)}
    return Evidence(tuple(quote for quote in evidence.quotes if quote in kept))


def _shares(claim: Claim, evidence: Evidence) -> list[tuple[float, Quote]]:
    """Which share of a claim's content words each sentence has, its title included."""
    wanted = stems(claim.text)
    return [
        (len(wanted & stems(f"{quote.text} {quote.passage.title}")) / max(1, len(wanted)), quote)
        for quote in evidence.quotes
    ]


def _plain(cited: Cited) -> Cited:
    """The sentence without the words that only announce it."""
    text = _PREAMBLE.sub("", cited.text)
    return cited if text == cited.text else Cited(text[:1].upper() + text[1:], cited.numbers)


def _claim(cited: Cited, evidence: Evidence) -> Claim:
    quotes = evidence.resolve(cited.numbers)
    unknown = len(cited.numbers) - len(quotes)
    if unknown:
        log.info("The model cited %d numbers that no sentence has; they are dropped.", unknown)
    return Claim(cited.text, quotes)


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text) and not text.casefold().startswith(REFUSAL.casefold().rstrip("."))
