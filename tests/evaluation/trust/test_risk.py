from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rag.evaluation.cases.cases import dump_case
from rag.evaluation.commands import eval_app
from rag.evaluation.report.terminal import risk_line
from rag.evaluation.runs.results import Result
from rag.evaluation.trust.risk import risk_threshold
from tests.evaluation.building import FROGS, OWLS, case, nugget


def shown(confidence: float | None, *, right: bool = True) -> Result:
    return Result("a", "", "factoid", "", (right,), confidence=confidence, answered=True)


def test_the_threshold_is_the_lowest_down_to_which_the_bound_keeps_to_the_risk() -> None:
    sure = [shown(0.9 - number / 1000) for number in range(46)]
    wrong = [shown(0.5 - number / 1000, right=False) for number in range(20)]
    found = risk_threshold([*wrong, *sure], 0.1)
    assert (found.threshold, found.shown, found.wrong) == (0.5, 47, 1)
    assert found.bound == pytest.approx(0.0970, abs=1e-4)
    assert "RAG_CONFIDENCE=0.5: 47 of 66 cases are answered" in risk_line(found)


def test_equal_confidences_are_shown_together_and_what_has_none_is_always_shown() -> None:
    found = risk_threshold([*[shown(0.8)] * 30, *[shown(None)] * 10, *[shown(0.2)] * 5], 0.1)
    assert (found.threshold, found.shown) == (0.2, 45)


def test_too_few_answers_are_told_apart_from_too_many_wrong_ones() -> None:
    few = risk_threshold([shown(0.9)] * 28, 0.1)
    assert few.threshold is None
    assert risk_line(few).startswith("Too few cases: 28 are answered. With 29")
    bad = risk_threshold([shown(1 - number / 100, right=number % 2 == 0) for number in range(80)], 0.1)
    assert bad.threshold is None
    assert "20 of the 40 surest answers are wrong" in risk_line(bad)
    assert risk_line(risk_threshold([], 0.1)).startswith("Too few cases: 0 are answered")


def test_trying_many_thresholds_leaves_95_of_100_suites_within_the_risk() -> None:
    draw = np.random.default_rng(1)
    broken = 0
    for _ in range(200):  # the surer half is wrong a little more often than the risk allows
        confidences = draw.uniform(0, 1, 80)
        right = draw.uniform(0, 1, 80) < np.where(confidences > 0.5, 0.895, 0.7)
        suite = [shown(float(one), right=bool(passed)) for one, passed in zip(confidences, right, strict=True)]
        broken += risk_threshold(suite, 0.1).threshold is not None
    assert broken <= 10


def test_the_command_asks_the_users_own_cases_and_says_when_they_are_too_few(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "owls.txt").write_text(OWLS)
    (articles / "frogs.txt").write_text(FROGS)
    counted = case(
        question="How many owls did Kim Lee count?", nuggets=(nugget("12", quote="Kim Lee counted 12 owls"),)
    )
    (tmp_path / "cases.jsonl").write_text(dump_case(counted))
    options = ["--suite", f"{tmp_path}/cases.jsonl", "--articles", str(articles), "--runs", str(tmp_path / "runs")]
    output = CliRunner().invoke(eval_app, ["calibrate", "--risk", ".1", *options])
    assert (output.exit_code, output.stdout.split(".")[0]) == (3, "Too few cases: 1 are answered")
    assert CliRunner().invoke(eval_app, ["calibrate"]).exit_code == 3
