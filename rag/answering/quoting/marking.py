"""Candidates + reader -> candidates with the reader's marks, best first: does the sentence answer, in which words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answering.quoting.candidates import Candidate, Mark
from rag.answering.quoting.question import ParsedQuestion
from rag.logistic import LogisticModel
from rag.passages import Passage
from rag.reading import PassageReading, PassageText, Reader
from rag.retrieval import Hit
from rag.text.dates import mentions
from rag.text.spans import Span
from rag.tracing import Attributes, traced

NOT_A_STATEMENT = 0.1
"""Factor on the score of a heading, a question or a fragment, which may hold the words but does not say them."""
OF_ANOTHER_TIME = 0.2
"""Factor on the score of a sentence that mentions only other times than the question names."""


def _describe(marked: tuple[Candidate, ...]) -> Attributes:
    return {"rag.sentences": len(marked)}


@traced("rag.read", "", _describe)
def mark_candidates(
    reader: Reader, question: ParsedQuestion, hits: Sequence[Hit], candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """The same candidates in the same order, those of the hits with the reader's mark, others as they were.

    Args:
        reader: reads each hit's passage once.
        question: as it was searched for; a time it names is left out beside a passage that cannot confirm one.
        hits: what is read.
        candidates: sentences of these hits and of others.

    Raises:
        ReaderError: the reader cannot be run.
    """
    readings: dict[str, PassageReading] = {}
    untimed = {hit.passage.key for hit in hits if _is_untimed(hit.passage)}
    for text, timed in ((question.text, True), (question.timeless.strip() or question.text, False)):
        passages = [hit.passage for hit in hits if (hit.passage.key not in untimed) is timed]
        read = reader.read(text, [passage_text(passage) for passage in passages])
        readings |= zip((passage.key for passage in passages), read, strict=True)
    return tuple(
        replace(one, mark=_mark(one, readings[one.passage.key])) if one.passage.key in readings else one
        for one in candidates
    )


def _is_untimed(passage: Passage) -> bool:
    """Whether a passage of an undated article names no time: the reader would miss in it the time that is asked about,
    "in December 2022", and take no sentence for the answer."""
    return passage.date is None and not mentions(passage.text)


def rescore(marked: Iterable[Candidate], model: LogisticModel) -> tuple[Candidate, ...]:
    """The marked candidates scored by their probability of answering, best first.

    Args:
        marked: with the score of `score_candidates`, which is one of the features.
        model: over `sentence_features`.
    """
    scored = (replace(one, score=weigh_statement(one, model.probability(sentence_features(one)))) for one in marked)
    return best_first(scored)


def best_first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates in the order of their scores."""
    return tuple(sorted(candidates, key=lambda candidate: -candidate.score))


def sentence_features(candidate: Candidate) -> dict[str, float]:
    """The inputs of the logistic model of one marked sentence answering."""
    return {**mark_features(candidate), "score": candidate.score}


def mark_features(candidate: Candidate) -> dict[str, float]:
    """What a reader's mark adds to the inputs of such a model."""
    mark = candidate.mark
    if mark is None:
        raise ValueError("only a marked candidate has these features")
    return {
        "sentence logit": mark.sentence,
        "passage logit": mark.passage,
        "over none": mark.sentence - mark.none,
        "margin": mark.margin,
    }


def weigh_statement(candidate: Candidate, probability: float) -> float:
    """The probability of a sentence answering, less where it states nothing or speaks of another time."""
    probability *= 1 if candidate.is_statement else NOT_A_STATEMENT
    return probability * (OF_ANOTHER_TIME if candidate.of_another_time else 1)


def _mark(candidate: Candidate, reading: PassageReading) -> Mark:
    sentence = reading.sentences[candidate.number]
    start = candidate.span.start
    words = Span(start + sentence.answer.start, start + sentence.answer.end)
    return Mark(sentence.logit, reading.logit, reading.none, words, sentence.margin)


def passage_text(passage: Passage) -> PassageText:
    """What the reader is given of a passage."""
    sentences = tuple(passage.sentence(number) for number in range(len(passage.sentences)))
    return PassageText(passage.title, passage.date, sentences)
