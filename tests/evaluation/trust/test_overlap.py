"""The baseline that a checker must beat."""

import numpy as np
import pytest

from rag.evaluation.trust.overlap import held_out_accuracy, overlap


def test_words_count_by_their_stems_and_light_words_do_not() -> None:
    assert overlap("The owls were hunting mice.", ["An owl hunts", "a mouse."]) == pytest.approx(2 / 3)
    assert overlap("It is.", ["It is."]) == 0


def test_a_threshold_is_never_chosen_on_what_it_is_measured_on() -> None:
    scores, supported = np.array([0.9, 0.8, 0.3, 0.2]), np.array([True, False, True, False])
    assert held_out_accuracy(scores, supported, np.array([0, 0, 0, 0])) == 0.75
    assert held_out_accuracy(scores, supported, np.array([0, 0, 1, 1])) == 0.5


def test_a_handful_of_examples_still_has_a_baseline() -> None:
    assert held_out_accuracy(np.array([0.9, 0.1]), np.array([True, False]), np.array([0, 1])) == 1
