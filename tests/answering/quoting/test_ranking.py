from dataclasses import FrozenInstanceError

import pytest

from rag.answering.quoting import Ranking, rank
from rag.passages import Passage
from rag.retrieval import Hit
from rag.text.sentences import split

TEXT = "Rain fell for days in the hills. Owls hunt mice at night."


def hits() -> tuple[Hit, ...]:
    spans = tuple(type(span)(span.start + 100, span.end + 100) for span in split(TEXT))
    return (Hit(Passage("a.txt", "Owls and others", None, TEXT, 100, 100 + len(TEXT), spans), 1.0, (0.1, 0.8)),)


def test_every_sentence_of_the_hits_is_a_candidate_best_first() -> None:
    ranking = rank("What do owls hunt?", hits())
    assert [candidate.text for candidate in ranking.candidates] == ["Owls hunt mice at night.", TEXT[:32]]
    assert ranking.candidates[0].score > ranking.candidates[1].score
    assert ranking.hits == hits()
    assert ranking.question.text == "What do owls hunt?"


def test_a_candidate_knows_its_passage_its_number_and_its_place_in_the_article() -> None:
    best = rank("What do owls hunt?", hits()).candidates[0]
    assert (best.passage, best.number) == (hits()[0].passage, 1)
    assert TEXT[best.span.start - 100 : best.span.end - 100] == best.text == best.quote.text


def test_confidence_is_a_probability_and_nothing_without_hits() -> None:
    assert (
        0 < rank("How many owls live in Portugal?", hits()).confidence < rank("What do owls hunt?", hits()).confidence
    )
    nothing = rank("What do owls hunt?", ())
    assert (nothing.candidates, nothing.confidence) == ((), 0.0)


def test_a_ranking_cannot_be_changed() -> None:
    ranking: Ranking = rank("What do owls hunt?", hits())
    with pytest.raises(FrozenInstanceError):
        ranking.confidence = 1.0  # type: ignore[misc]
