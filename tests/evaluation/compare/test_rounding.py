"""What another processor does to a result is no regression; what a change does is one on any processor."""

from dataclasses import replace

import pytest

from rag.evaluation.compare.gate import decide_gate
from rag.evaluation.exit_code import ExitCode
from rag.evaluation.report.terminal import comparison_lines
from rag.evaluation.runs.results import Result, Results
from tests.evaluation.compare.test_gate import result, results


def near_threshold(confidence: float, *, answered: bool) -> Result:
    return replace(result(60, passed=not answered), confidence=confidence, answered=answered)


def many(last: Result) -> Results:
    return results(*(result(number) for number in range(59)), last)


def test_a_case_that_rounding_carries_over_the_threshold_is_named_and_not_compared() -> None:
    decided = decide_gate(
        many(near_threshold(0.167, answered=False)), many(near_threshold(0.172, answered=True)), suite_size=60
    )
    assert decided.code == ExitCode.OK
    assert any("processors round differently: c60" in line for line in comparison_lines(decided.comparison))


@pytest.mark.parametrize("confidence", [0.167, 0.16, 0.2])
def test_a_moved_threshold_or_a_greater_change_is_a_regression(confidence: float) -> None:
    decided = decide_gate(
        many(near_threshold(0.167, answered=False)), many(near_threshold(confidence, answered=True)), suite_size=60
    )
    assert decided.code == ExitCode.REGRESSION


def test_many_cases_over_the_threshold_are_a_regression() -> None:
    before = [replace(result(number), confidence=0.167, answered=False) for number in range(20)]
    after = [replace(result(number, passed=False), confidence=0.172, answered=True) for number in range(20)]
    assert decide_gate(results(*before), results(*after), suite_size=20).code == ExitCode.REGRESSION


def answered(*confidences: float, fails: tuple[int, ...] = ()) -> Results:
    cases = (result(number, passed=number not in fails) for number in range(len(confidences)))
    return results(*(replace(case, confidence=c, answered=True) for case, c in zip(cases, confidences, strict=True)))


HERE = answered(*([0.8] * 16))
ELSEWHERE = [0.8, *([0.8007] * 14), 0.81]
"""On another processor."""


def test_a_case_that_another_processor_decides_is_named_and_not_compared() -> None:
    decided = decide_gate(HERE, answered(*ELSEWHERE, fails=(4,)), suite_size=16)
    assert decided.code == ExitCode.OK
    assert any("processors round differently: c4" in line for line in comparison_lines(decided.comparison))


@pytest.mark.parametrize(
    ("confidences", "fails"),
    [
        pytest.param([0.8] * 16, (4,), id="the same processor"),
        pytest.param(ELSEWHERE, (0,), id="the same confidence"),
        pytest.param(ELSEWHERE, (4, 5), id="two of sixteen"),
        pytest.param([0.81] * 16, (4,), id="another network"),
        pytest.param([*ELSEWHERE[:4], 0.9, *ELSEWHERE[5:]], (4,), id="much farther"),
    ],
)
def test_what_a_change_does_is_a_regression(confidences: list[float], fails: tuple[int, ...]) -> None:
    assert decide_gate(HERE, answered(*confidences, fails=fails), suite_size=16).code == ExitCode.REGRESSION
