import sys
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks.other_checkers import CheckerRun, checker_rows, draw_claims, run_checker, set_accuracies
from rag.evaluation.trust.labels import HumanLabel, LabelledExample

NIGHT = ("Owls hunt mice at night.",)


def claim(sentence: str, label: HumanLabel, source: str = "owls") -> LabelledExample:
    return LabelledExample(source, sentence, sentence, NIGHT, label, label)


CLAIMS = [
    claim("Owls hunt mice.", "supported"),
    claim("Owls hunt mice at noon.", "contradicted"),
    claim("Owls hunt 12 mice at night.", "unsupported"),
    claim("Owls hunt at night.", "supported", "night"),
    claim("Owls sing.", "partly", "night"),
]


def test_a_checker_runs_in_a_process_of_its_own() -> None:
    run = run_checker("rag, small network alone", Path(sys.executable), CLAIMS[:3])
    assert run.supported.tolist() == [True, False, False]
    assert (run.seconds > 0).all()


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="cairn"):
        run_checker("cairn-pipeline", Path(sys.executable), CLAIMS)


def test_a_set_counts_once_however_many_claims_it_has() -> None:
    run = CheckerRun("all", np.array([True, False, True, True, False]), np.full(5, 0.002))
    assert set_accuracies(CLAIMS, run.supported) == {"owls": 0.75, "night": 1.0}
    lines = list(checker_rows(CLAIMS, [run]))
    assert lines[2].startswith("| all | .875 (")
    assert lines[2].endswith("| 1.000 / .000 / .500 | 2.0 |")
    assert lines[-2:] == ["| owls (3) | .750 |", "| night (2) | 1.000 |"]


def test_a_set_of_one_class_is_left_out(tmp_path: Path) -> None:
    for name in ("labelled/check", "faithfulness/train"):
        (tmp_path / name).mkdir(parents=True)
    row = '{"claim": "Owls hunt.", "evidence": "Owls hunt mice.", "label": "%s", "group": "1"}\n'
    (tmp_path / "labelled" / "check" / "own.jsonl").write_text(row % "supported" + row % "refuted")
    for name in ("wice", "factcheck_gpt", "begin_wow", "train/factcg_doc"):
        (tmp_path / "faithfulness" / f"{name}.jsonl").write_text(row % "supported")
    assert [one.source for one in draw_claims(tmp_path, 9)] == ["own", "own"]
