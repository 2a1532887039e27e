"""Candidates of a first reading -> the passages that are worth a second one, and what it says of their sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answering.quoting.candidates import Candidate
from rag.answering.quoting.marking import best_first, mark_features, weigh_statement
from rag.logistic import LogisticModel, log_odds
from rag.retrieval import Hit

BY_READING, BY_RETRIEVAL = 3, 1
"""Passages read again: those with the best sentences, and those that were found first for whatever they say."""


def choose_hits(hits: Sequence[Hit], candidates: Iterable[Candidate]) -> tuple[Hit, ...]:
    """The hits whose passages are read again, best first.

    Args:
        hits: in the order of retrieval.
        candidates: their sentences in the order of the first reading.
    """
    by_reading = list(dict.fromkeys(one.passage.key for one in candidates))[:BY_READING]
    by_retrieval = [hit.passage.key for hit in hits if hit.passage.key not in by_reading][:BY_RETRIEVAL]
    known = {hit.passage.key: hit for hit in hits}
    return tuple(known[key] for key in (*by_reading, *by_retrieval))


def rescore_again(candidates: Iterable[Candidate], hits: Iterable[Hit], model: LogisticModel) -> tuple[Candidate, ...]:
    """The candidates scored by their probability of answering, best first; those of other hits keep their score.

    Args:
        candidates: with the score of the first reading, and the mark of the second where their hit is read again.
        hits: those read again.
        model: over `second_sentence_features`.
    """
    read = {hit.passage.key for hit in hits}
    scored = (
        replace(one, score=weigh_statement(one, model.probability(second_sentence_features(one))))
        if one.passage.key in read
        else one
        for one in candidates
    )
    return best_first(scored)


def second_sentence_features(candidate: Candidate) -> dict[str, float]:
    """The inputs of the logistic model of one sentence answering; its score is that of the first reading."""
    return {"first": log_odds(candidate.score), **mark_features(candidate)}


def second_features(first_confidence: float, candidates: Sequence[Candidate], hits: Iterable[Hit]) -> dict[str, float]:
    """The inputs of the logistic model of the hits answering.

    Args:
        first_confidence: of the first reading.
        candidates: as `rescore_again` orders them.
        hits: those read again.
    """
    read = {hit.passage.key for hit in hits}
    again = [one for one in candidates if one.passage.key in read]
    marks = [one.mark for one in again if one.mark]
    return {
        "first": log_odds(first_confidence),
        "best score": log_odds(again[0].score),
        "second score": log_odds(again[1].score) if len(again) > 1 else log_odds(0.0),
        "best over none": marks[0].sentence - marks[0].none,
        "best margin": marks[0].margin,
        "highest sentence logit": max(mark.sentence for mark in marks),
        "highest passage logit": max(mark.passage for mark in marks),
    }
