import random
from dataclasses import replace
from datetime import date

from tokenizers import Tokenizer

from evals.training.batching import group_by_length, pad
from evals.training.reader.labels import NO_MARKER, tokenize_samples
from evals.training.reader.samples import UNKNOWN, ReaderSample
from rag.reading.layout import MARKER

SAMPLE = ReaderSample(
    question="When was the bridge closed?",
    title="Bridge",
    published=date(2014, 7, 8),
    sentences=("It rained.", "The bridge was closed on Monday.", "Nobody knew why."),
    labels=(0, 1, UNKNOWN),
    answers=("on monday",),
    answerable=1,
)


def test_the_labels_of_a_sample_stand_at_its_markers(tokenizer: Tokenizer) -> None:
    (tokenized,) = tokenize_samples([SAMPLE], tokenizer)
    markers = [token == MARKER for token in tokenized.layout.ids]
    labels = [label for label, marker in zip(tokenized.sentences, markers, strict=True) if marker]
    assert labels == [0, 1, UNKNOWN]
    assert all(label == NO_MARKER for label, marker in zip(tokenized.sentences, markers, strict=True) if not marker)


def test_start_and_end_stand_at_the_words_of_the_answer(tokenizer: Tokenizer) -> None:
    (tokenized,) = tokenize_samples([SAMPLE], tokenizer)
    assert sum(tokenized.starts) == sum(tokenized.ends) == 1
    first, last = tokenized.starts.index(1), tokenized.ends.index(1)
    assert tokenizer.decode(tokenized.layout.ids[first : last + 1]) == "on monday"
    assert tokenized.candidates[first] == tokenized.candidates[last] == 1
    assert not any(tokenized.candidates[marker] for marker in tokenized.layout.markers)


def test_start_and_end_of_what_nothing_answers_stand_at_the_first_token(tokenizer: Tokenizer) -> None:
    (tokenized,) = tokenize_samples([replace(SAMPLE, labels=(0, 0, 0), answerable=0)], tokenizer)
    assert tokenized.starts.index(1) == tokenized.ends.index(1) == 0
    assert tokenized.candidates[0] == 1


def test_an_answer_that_is_not_labelled_has_no_start(tokenizer: Tokenizer) -> None:
    (tokenized,) = tokenize_samples([replace(SAMPLE, labels=(UNKNOWN,) * 3)], tokenizer)
    assert not any(tokenized.starts)


def test_a_sample_whose_answer_was_cut_off_is_left_out(tokenizer: Tokenizer) -> None:
    sentences, labels = ("mouse " * 200, "mouse " * 200, SAMPLE.sentences[1]), (0, 0, 1)
    assert list(tokenize_samples([replace(SAMPLE, sentences=sentences, labels=labels)], tokenizer)) == []


def test_groups_hold_every_sample_once_and_no_more_tokens_than_they_may(tokenizer: Tokenizer) -> None:
    samples = [replace(SAMPLE, sentences=("owl " * length, *SAMPLE.sentences[1:])) for length in range(1, 60)]
    tokenized = tokenize_samples(samples, tokenizer)
    groups = group_by_length(tokenized, lambda one: len(one.layout.ids), 500, random.Random(0), 8.0)
    assert sorted(len(one.sample.sentences[0]) for group in groups for one in group) == [4 * n for n in range(1, 60)]
    assert all(len(group) * max(len(one.layout.ids) for one in group) <= 500 for group in groups)


def test_rows_are_padded_at_their_end() -> None:
    assert pad([[1, 2], [3]], 3, -2) == [[1, 2, -2], [3, -2, -2]]
