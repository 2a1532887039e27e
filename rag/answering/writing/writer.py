"""Question + numbered sentences + model -> claims in the order they are written; a failed claim repaired once."""

import logging
from collections.abc import Iterator

from rag.answering.claims import Claim, Quote
from rag.answering.writing.citation_marks import ParsedSentence, parse_citations
from rag.answering.writing.evidence import NumberedEvidence
from rag.answering.writing.streaming import stream_sentences
from rag.llm import Budget, Model
from rag.prompts import REFUSAL, Messages, load_prompt
from rag.text.attribution import strip_announcement

log = logging.getLogger("rag")

REPAIR_TOKENS = 120
"""Tokens of a repaired sentence at most: 99 of 100 sentences of the SQuAD articles have at most 79."""

MOST_NAMED = 2
"""Sentences that a reply of marks alone may name: of nine such replies of a small model among 294, seven name so few;
the others name all that it was shown."""


def write_claims(
    question: str, evidence: NumberedEvidence, model: Model, budget: Budget, *, sure: bool = False
) -> Iterator[Claim]:
    """Sentences as the model writes them, refusals among them; one whose marks name no sentence has no quotes.

    A reply of marks alone, "[4]", states the sentences that it names.

    Args:
        question: to be answered, understandable alone.
        evidence: what may be cited.
        model: writes the answer.
        budget: pays for the requests.
        sure: whether the evidence answers for sure; the model is then offered no words to refuse with.

    Raises:
        ModelError: the reply is missing or not whole; the claims so far stand.
    """
    named: tuple[Quote, ...] = ()
    worded = False
    for sentence in stream_sentences(model.stream(_messages(question, evidence, sure=sure), budget)):
        cited = _without_preamble(parse_citations(sentence))
        if _has_words(cited.text):
            worded = True
            yield _resolve(cited, evidence)
        named += evidence.resolve(cited.numbers)
    if not worded and len(named) <= MOST_NAMED:
        yield from (Claim(quote.text, (quote,)) for quote in named)


def _messages(question: str, evidence: NumberedEvidence, *, sure: bool) -> Messages:
    prompt = load_prompt("answer")
    if sure:
        return prompt.without("refusal").render(passages=evidence.text, question=question)
    return prompt.render(refusal=REFUSAL, passages=evidence.text, question=question)


def repair_claim(claim: Claim, reason: str, evidence: NumberedEvidence, model: Model, budget: Budget) -> Claim | None:
    """The claim as the model repairs it, asked once; None when its reply has no words.

    Args:
        claim: that failed its check.
        reason: why, from its verdict.
        evidence: what may be cited, best only what the claim is about.
        model: repairs the claim.
        budget: pays for the requests.

    Raises:
        ModelError: there is no whole reply.
    """
    messages = load_prompt("repair").render(refusal=REFUSAL, passages=evidence.text, sentence=claim.text, reason=reason)
    reply = list(stream_sentences(model.stream(messages, budget, REPAIR_TOKENS)))
    sentences = (_without_preamble(parse_citations(sentence)) for sentence in reply)
    cited = next((sentence for sentence in sentences if _has_words(sentence.text)), None)
    return _resolve(cited, evidence) if cited else None


def _without_preamble(cited: ParsedSentence) -> ParsedSentence:
    """The sentence without an opening that only announces it."""
    return ParsedSentence(strip_announcement(cited.text), cited.numbers)


def _resolve(cited: ParsedSentence, evidence: NumberedEvidence) -> Claim:
    quotes = evidence.resolve(cited.numbers)
    unknown = len(cited.numbers) - len(quotes)
    if unknown:
        log.info("The model cited %d numbers that no sentence has; they are dropped.", unknown)
    return Claim(cited.text, quotes)


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)
