import random
from pathlib import Path

import numpy as np
import pytest

from evals.training.reader.labelled_questions import load_corpus
from evals.training.reader.samples import ReaderSample, trim_passage
from evals.training.reader.sampling import ReaderSampler


@pytest.fixture
def samples(data: Path, written: Path) -> list[ReaderSample]:
    corpus = load_corpus(data, written)
    similar = np.array([[number % len(corpus.passages) for number in range(24)]] * len(corpus.questions), np.int32)
    return list(ReaderSampler(corpus, similar).draw(400, 0.5, random.Random(0)))


def test_an_answerable_sample_has_its_gold_sentence_and_no_other(samples: list[ReaderSample]) -> None:
    answered = [one for one in samples if one.answerable and one.answers == ("200 grams",)]
    assert answered
    for one in answered:
        gold = [sentence for sentence, label in zip(one.sentences, one.labels, strict=True) if label == 1]
        assert gold == ["It weighs 200 grams."]


def test_a_passage_that_does_not_answer_lacks_the_words_of_the_answer(samples: list[ReaderSample]) -> None:
    unanswered = [one for one in samples if not one.answerable]
    assert any(one.answers for one in unanswered)
    assert not any(answer in " ".join(one.sentences) for one in unanswered for answer in one.answers)
    assert not any(1 in one.labels for one in unanswered)


def test_the_same_seed_draws_the_same_samples(data: Path, written: Path, samples: list[ReaderSample]) -> None:
    corpus = load_corpus(data, written)
    similar = np.array([[number % len(corpus.passages) for number in range(24)]] * len(corpus.questions), np.int32)
    assert list(ReaderSampler(corpus, similar).draw(400, 0.5, random.Random(0))) == samples


def test_a_passage_is_cut_to_its_size_without_losing_what_answers() -> None:
    labelled = [(f"Sentence number {number} of the passage.", int(number == 7)) for number in range(20)]
    for seed in range(20):
        kept = trim_passage(labelled, 40, random.Random(seed))
        assert labelled[7] in kept
        assert len(kept) < 8
