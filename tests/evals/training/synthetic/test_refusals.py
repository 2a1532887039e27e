from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from evals.training.synthetic.refusals import sample_denials, sample_refusals


@pytest.mark.parametrize("sample", [sample_refusals, sample_denials])
def test_samples_are_many_whole_sentences_and_the_same_each_time(sample: Callable[[int], Iterator[str]]) -> None:
    samples = list(islice(sample(1), 500))
    assert samples == list(islice(sample(1), 500))
    assert len(set(samples)) > 300
    assert not [text for text in samples if "{" in text or not text[0].isupper()]
