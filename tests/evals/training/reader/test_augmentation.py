import random
from dataclasses import replace

import pytest

from evals.training.reader import augmentation
from evals.training.reader.augmentation import augment_question
from evals.training.reader.samples import UNKNOWN, ReaderSample, add_date

QUESTION = "Who is the former Minister of Defence of Serbia, and what did he want in Kosovo?"
PASSAGE = "Belgrade and Pristina spoke. Serbia left Kosovo."
SAMPLE = ReaderSample("When did the officer leave in 2014?", "", None, ("He left in 2014.", "Rain."), (1, 0), (), 1)


@pytest.fixture
def every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(augmentation, "CHANGED", 1.0)


def test_most_questions_stay_as_they_are() -> None:
    augmented = [augment_question(QUESTION, PASSAGE, random.Random(seed)) for seed in range(400)]
    assert 0.6 < augmented.count(QUESTION) / 400 < 0.75


@pytest.mark.usefixtures("every_question")
def test_a_question_is_shortened_abbreviated_mistyped_and_written_without_case() -> None:
    augmented = {augment_question(QUESTION, PASSAGE, random.Random(seed)) for seed in range(400)}
    assert any("defense" in one for one in augmented)
    assert any("Belgrade" in one for one in augmented)
    assert any(one.islower() for one in augmented)
    assert min(len(one.split()) for one in augmented) < 10


@pytest.mark.usefixtures("every_question")
def test_a_capital_replaces_its_country_only_where_the_passage_names_both() -> None:
    augmented = [augment_question(QUESTION, "Serbia left Kosovo.", random.Random(seed)) for seed in range(400)]
    assert not any("Belgrade" in one or "Pristina" in one for one in augmented)


@pytest.mark.parametrize("labels", [(0, 0), (UNKNOWN, UNKNOWN)])
def test_what_is_changed_never_depends_on_the_label(labels: tuple[int, int]) -> None:
    other = replace(SAMPLE, labels=labels, answerable=int(1 in labels))
    for seed in range(100):
        first, second = add_date(SAMPLE, random.Random(seed)), add_date(other, random.Random(seed))
        assert first == replace(second, labels=SAMPLE.labels, answerable=1)


def test_the_year_of_a_question_may_stand_in_the_date_only() -> None:
    dated = [add_date(SAMPLE, random.Random(seed)) for seed in range(100)]
    moved = [one for one in dated if one.sentences != SAMPLE.sentences]
    assert moved
    assert all(one.published and one.published.year == 2014 and one.sentences[0] == "He left." for one in moved)


def test_the_year_stays_where_it_is_the_answer() -> None:
    answered = replace(SAMPLE, answers=("2014",))
    assert all(add_date(answered, random.Random(seed)).sentences == SAMPLE.sentences for seed in range(100))
