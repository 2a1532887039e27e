import numpy as np
import pytest

from evals.training.requests import Line, choose_threshold, fit_softmax, frame_words, measure


def test_the_threshold_lets_one_question_of_a_hundred_pass() -> None:
    lines = [Line(f"question {number}", "question", "") for number in range(100)] + [Line("summary", "overview", "")]
    likely = np.array([*(number / 200 for number in range(100)), 1.0])
    shares = np.stack([1 - likely, likely], axis=1)
    least = choose_threshold(lines, shares)
    assert (likely[:100] >= least).sum() == 1


def test_the_regression_tells_classes_apart() -> None:
    inputs, labels = np.eye(3).repeat(5, axis=0), np.arange(3).repeat(5)
    fitted = fit_softmax(inputs, labels, np.ones(15), 3)
    assert ((inputs @ fitted[1:] + fitted[0]).argmax(axis=1) == labels).all()


def test_the_words_of_a_topic_are_no_frame() -> None:
    frame = frame_words([Line("dates on the flood", "timeline", "the flood"), Line("who dug it", "question", "")])
    assert frame == {"date", "on"}


@pytest.mark.parametrize(("found", "right"), [("flood", 1), ("the flood", 1), ("", 0)])
def test_small_words_around_a_topic_do_not_count(found: str, right: int) -> None:
    shares = np.array([[0.1, 0, 0.9, 0, 0, 0]])
    report = measure([Line("dates on the flood", "timeline", "the flood")], shares, [found], 0.5)
    assert report["topics"]["right"] == right
    assert report["timeline"] == {"lines": 1, "requests": 1, "right": 1}
