from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from rag.errors import RunError
from rag.evaluation.compare.comparison import compare_results
from rag.evaluation.compare.gate import decide_gate, read_baseline, save_baseline
from rag.evaluation.exit_code import ExitCode
from rag.evaluation.report.terminal import comparison_lines, gate_line
from rag.evaluation.runs.results import Result, Results


def result(number: int, *, passed: bool = True, recall: float = 1.0) -> Result:
    layer = None if passed else "retrieval"
    return Result(f"c{number}", "d", "factoid", f"a{number}", (passed,), layer, scores={"recall": recall})  # type: ignore[arg-type]


def results(*cases: Result, deterministic: bool = True) -> Results:
    return Results("suite", deterministic, {"a.txt": "1"}, {"hits": 10}, cases)


GOOD = results(*(result(number) for number in range(20)))


def test_the_same_results_pass(tmp_path: Path) -> None:
    save_baseline(tmp_path / "baseline.json", GOOD)
    decided = decide_gate(read_baseline(tmp_path / "baseline.json"), GOOD, suite_size=20)
    assert decided.code == ExitCode.OK
    assert "nothing got worse" in gate_line(decided)


def test_without_a_model_one_lost_case_is_a_regression_and_names_its_layer() -> None:
    decided = decide_gate(GOOD, results(*GOOD.cases[:-1], result(19, passed=False)), suite_size=20)
    assert decided.code == ExitCode.REGRESSION
    assert "REGRESSION, first in retrieval" in gate_line(decided)
    assert any("newly fails: c19" in line for line in comparison_lines(decided.comparison))


def test_a_metric_that_sinks_while_every_case_passes_is_a_regression() -> None:
    decided = decide_gate(GOOD, results(*(replace(one, scores={"recall": 0.9}) for one in GOOD.cases)), suite_size=20)
    assert decided.code == ExitCode.REGRESSION
    assert decided.comparison.layers == ("retrieval",)


def test_with_a_model_one_lost_case_of_twenty_proves_nothing() -> None:
    after = results(*GOOD.cases[:-1], result(19, passed=False, recall=0.0), deterministic=False)
    decided = decide_gate(GOOD, after, suite_size=20)
    assert decided.code == ExitCode.OK
    lines = "\n".join(comparison_lines(decided.comparison))
    assert "cannot tell" in lines
    assert "could have been seen" in lines


def test_with_a_model_many_lost_cases_are_a_regression() -> None:
    after = results(*(result(number, passed=number > 9, recall=0.0) for number in range(20)), deterministic=False)
    comparison = compare_results(GOOD, after)
    assert comparison.p == pytest.approx(2 / 1024)
    assert decide_gate(GOOD, after, suite_size=20).code == ExitCode.REGRESSION


def test_a_model_compared_with_itself_rarely_raises_an_alarm() -> None:
    dice = Random(1)
    names = ("recall", "mrr", "ndcg", "citation recall", "vital nuggets", "f1", "crag", "over-refusal")

    def once() -> Results:
        scores = [{name: float(dice.random() < 0.7) for name in names} for _ in range(60)]
        made = (Result(f"c{n}", "d", "why", f"a{n % 6}", (one["f1"] > 0,), scores=one) for n, one in enumerate(scores))
        return results(*made, deterministic=False)

    assert sum(compare_results(once(), once()).regressed for _ in range(40)) <= 4


def test_a_case_that_was_changed_is_not_compared_but_makes_the_gate_incomplete() -> None:
    changed = replace(result(19, passed=False), digest="e")
    decided = decide_gate(GOOD, results(*GOOD.cases[:-1], changed), suite_size=20)
    assert decided.code == ExitCode.INCOMPLETE
    assert "rag eval bless" in gate_line(decided)


def test_cases_that_were_not_asked_make_the_gate_incomplete() -> None:
    assert decide_gate(GOOD, results(*GOOD.cases[:5]), suite_size=20).code == ExitCode.INCOMPLETE
    broken = replace(result(19, passed=False), error="ModelError", layer=None)
    with_model = results(*GOOD.cases[:-1], broken, deterministic=False)
    assert decide_gate(GOOD, with_model, suite_size=20).code == ExitCode.INCOMPLETE


def test_what_differs_in_articles_and_settings_is_reported() -> None:
    after = replace(GOOD, articles={}, settings={"hits": 1})
    lines = list(comparison_lines(compare_results(GOOD, after)))
    assert "articles: without a.txt" in lines
    assert "settings: hits 10 -> 1" in lines


def test_a_missing_baseline_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="rag eval bless"):
        read_baseline(tmp_path / "none.json")


def test_exit_codes_are_four_different_ones() -> None:
    assert list(ExitCode) == [0, 1, 2, 3]
