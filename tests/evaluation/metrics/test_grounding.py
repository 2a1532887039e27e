from dataclasses import replace

import pytest

from rag.answering.answer import Sentence
from rag.evaluation.metrics import grounding
from tests.evaluation.building import CORPUS, COUNTED, SUPPORTED, answer, citation, values


def test_a_true_and_cited_sentence_has_full_marks() -> None:
    measured = grounding.measure(answer(COUNTED), CORPUS)
    assert measured.faults == ()
    found = values(measured)
    assert (found["citation recall"], found["citation precision"], found["citation exact"]) == (1, 1, 1)


def test_a_swapped_number_is_seen_without_the_checker() -> None:
    measured = grounding.measure(
        answer(("Kim Lee counted 13 owls in 2008.", COUNTED[1])), CORPUS, judge=lambda *_: SUPPORTED
    )
    assert values(measured)["strange numbers"] == 1
    assert "13" in measured.faults[0]


@pytest.mark.parametrize(
    ("sentence", "metric"),
    [
        ("Ann Lee counted 12 owls in 2008, said Bob Hill.", "strange names"),
        ("Kim Lee counted 12 owls in 2009.", "strange dates"),
        ("Kim Lee “never saw” 12 owls in 2008.", "strange quotations"),
    ],
)
def test_what_no_citation_has_is_seen(sentence: str, metric: str) -> None:
    assert values(grounding.measure(answer((sentence, COUNTED[1])), CORPUS))[metric] == 1


def test_a_citation_of_the_wrong_place_is_not_exact_and_supports_nothing() -> None:
    right = answer(COUNTED)
    wrong = replace(right, citations=(replace(right.citations[0], article="frogs.txt", start=0, end=20),))
    found = values(grounding.measure(wrong, CORPUS))
    assert (found["citation exact"], found["citation recall"], found["unsupported"]) == (0, 0, 1)


def test_a_citation_that_its_sentence_does_not_need_costs_precision() -> None:
    right = answer(COUNTED)
    padded = replace(
        right,
        citations=(*right.citations, citation(2, "Frogs sing in spring.")),
        sentences=(Sentence(COUNTED[0], SUPPORTED, (1, 2)),),
    )
    found = values(grounding.measure(padded, CORPUS))
    assert (found["citation recall"], found["citation precision"]) == (1, 0.5)
