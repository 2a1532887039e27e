import pytest

from rag.evaluation.compare.statistics import (
    bootstrap_interval,
    clopper_pearson,
    detectable_difference,
    holm,
    mcnemar,
    randomisation_p,
)


def test_mcnemar_is_exact() -> None:
    assert mcnemar(0, 0) == 1
    assert mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 1024)


def test_an_exact_bound_is_the_share_at_which_so_few_events_have_five_percent() -> None:
    assert clopper_pearson(0, 29) == pytest.approx(1 - 0.05 ** (1 / 29))
    assert clopper_pearson(5, 5) == 1
    few = clopper_pearson(1, 10)
    assert (1 - few) ** 10 + 10 * few * (1 - few) ** 9 == pytest.approx(0.05)
    assert clopper_pearson(10, 2000) < 0.01


def test_an_interval_resamples_clusters_not_cases() -> None:
    values = {str(number): float(number < 50) for number in range(100)}
    alone = bootstrap_interval(values, {case: case for case in values})
    halves = bootstrap_interval(values, {case: str(int(case) < 50) for case in values})
    assert alone is not None
    assert halves is not None
    assert alone.mean == halves.mean == 0.5
    assert (halves.low, halves.high) == (0, 1)
    assert 0.35 < alone.low < 0.5 < alone.high < 0.65


def test_there_is_no_interval_of_nothing() -> None:
    assert bootstrap_interval({}, {}) is None


def test_more_cases_let_smaller_differences_be_seen() -> None:
    assert detectable_difference([0.0, 1.0] * 50) < detectable_difference([0.0, 1.0] * 10) < 1
    assert detectable_difference([1.0]) == 1


def test_the_randomisation_test_comes_near_its_exact_value() -> None:
    assert randomisation_p([1.0] * 5) == pytest.approx(2 / 32, abs=0.01)
    assert randomisation_p([1.0] * 20 + [0.0] * 50) < 0.001
    assert randomisation_p([1.0, -1.0]) == 1
    assert randomisation_p([0.0]) == 1


def test_holm_multiplies_the_smallest_most_and_keeps_the_order() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([]) == []
