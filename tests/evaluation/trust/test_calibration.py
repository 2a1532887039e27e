import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rag.checking import Verdict
from rag.errors import RunError, SuiteError
from rag.evaluation.cases.corpus import read_corpus
from rag.evaluation.commands import eval_app
from rag.evaluation.metrics.grounding import checker, open_checker
from rag.evaluation.report.terminal import calibration_lines, training_lines
from rag.evaluation.trust.calibration import ERRORS, Bin, calibration_rows, check_examples, roc_auc, score_quality
from rag.evaluation.trust.labels import LabelledExample, read_examples
from rag.settings import Settings
from tests.evaluation.building import OWLS

LINES = (
    {"claim": "A b.", "evidence": ["A b.", "C."], "label": "partially_supported"},
    {"claim": "A b.", "evidence": "A b.", "stance": "refute"},
    {"response": "A b.", "knowledge": "A b.", "begin_label": "Fully attributable"},
    {"text_b": ["A b."], "text_a": "A b.", "orig_label": 0},
    {"sentence": "A b.", "evidence": ["A b."], "label": "contradicted"},
    {"response": ".", "knowledge": "nothing to check", "begin_label": "Fully attributable"},
)


def test_five_formats_are_recognised_by_their_fields(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, LINES)))
    found = list(read_examples(tmp_path))
    assert [one.label for one in found] == ["partly", "contradicted", "supported", "unsupported", "contradicted"]
    assert {one.sentence for one in found} == {"A b."}
    assert found[0].evidence == ("A b.", "C.")


def test_refuted_and_undivided_labels_of_packed_files_are_read_by_their_groups(tmp_path: Path) -> None:
    rows = (
        {"claim": "A b.", "evidence": "A b.", "label": "refuted", "group": "page 1"},
        {"claim": "A c.", "evidence": "A b.", "label": "unsupported", "group": "page 1", "binary": True},
        {"claim": "A b.", "evidence": "A b.", "label": "supported", "group": "page 2", "binary": True},
    )
    (tmp_path / "claims.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    found = list(read_examples(tmp_path))
    assert [(one.source, one.cluster, one.label, one.kind) for one in found] == [
        ("claims", "page 1", "contradicted", "contradicted"),
        ("claims", "page 1", "unsupported", "not supported"),
        ("claims", "page 2", "supported", "supported"),
    ]


BEGIN = (
    "model_name\tdata_source\tknowledge\tmessage\tresponse\tbegin_label",
    'gpt2\twow\tOwls hunt "at night".\tHi\t"Owls" hunt by day.\tNot fully attributable',
    "t5\twow\tOwls hunt at night.\tHi\tOwls hunt.\tFully attributable",
    "t5\twow\tOwls hunt at night.\tHi\tI like owls.\tGeneric",
    "t5\tcut off",
)


def test_begins_own_table_is_read_and_what_is_generic_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "begin_test_wow.tsv").write_text("\r\n".join(BEGIN) + "\n")
    for place in (tmp_path, tmp_path / "begin_test_wow.tsv"):
        caplog.clear()
        wrong, right = read_examples(place)
        assert (wrong.sentence, wrong.evidence, wrong.label) == (
            '"Owls" hunt by day.',
            ('Owls hunt "at night".',),
            "unsupported",
        )
        assert (right.source, right.label) == ("begin_test_wow", "supported")
        assert "2 rows skipped" in caplog.text


def test_a_table_of_articles_is_not_taken_for_labels(tmp_path: Path) -> None:
    (tmp_path / "owls.tsv").write_text(f"title\ttext\nOwls\t{OWLS.replace(chr(10), ' ')}\n")
    assert {one.source for one in read_examples(tmp_path)} <= {"contrasts"}


def test_a_packed_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl.gz").write_bytes(gzip.compress(b"{}" * 900)[:20])
    with pytest.raises(SuiteError, match=r"claims\.jsonl\.gz cannot be read"):
        list(read_examples(tmp_path))


def test_what_is_no_label_is_reported_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"claim": "A.", "evidence": "A.", "label": "perhaps"}')
    with pytest.raises(SuiteError, match=r"labels\.jsonl:1"):
        list(read_examples(tmp_path))


def test_articles_give_contrasts_that_the_checker_tells_apart(tmp_path: Path) -> None:
    (tmp_path / "owls.txt").write_text(OWLS.replace("counted 12", "has patiently counted as many as 12"))
    found = check_examples(read_examples(tmp_path), checker)
    assert {one.example.kind for one in found} == {"supported", "number", "negation"}
    assert all(one.accepted == (one.example.label == "supported") for one in found)


def test_an_article_that_is_a_link_is_read_under_its_own_name(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere.txt", tmp_path / "news"
    elsewhere.write_text(OWLS.replace("counted 12", "has patiently counted as many as 12"))
    folder.mkdir()
    (folder / "owls.txt").symlink_to(elsewhere)
    assert {one.cluster for one in read_examples(folder)} == {"owls.txt"}
    assert list(read_corpus(folder).articles) == ["owls.txt"]


def fair(sentence: str, quotes: Sequence[str], published: date | None) -> Verdict:
    return Verdict("supported" if "yes" in sentence else "unsure", 0.9 if "yes" in sentence else 0.2, "", None, "")


def example(number: int, said: str, found: str) -> LabelledExample:
    return LabelledExample("made", str(number), said, ("?",), found, found)  # type: ignore[arg-type]


def test_balanced_accuracy_is_the_mean_of_both_rates_and_unsure_is_no_pass() -> None:
    right = [example(number, "yes" if number < 8 else "no", "supported") for number in range(10)]
    wrong = [example(number, "yes" if number < 12 else "no", "partly") for number in range(10, 60)]
    all_errors, partly = calibration_rows(check_examples(right + wrong, fair))
    assert (all_errors.kind, partly.kind) == (ERRORS, "partly")
    assert all_errors.sensitivity.mean == 0.8
    assert all_errors.specificity.mean == 0.96
    assert all_errors.balanced.mean == pytest.approx(0.88)
    assert all_errors.precision == 0.8
    assert 0.7 < all_errors.balanced.low < 0.88 < all_errors.balanced.high <= 1


def test_scores_are_judged_as_probabilities() -> None:
    found = check_examples([example(0, "yes", "supported"), example(1, "no", "partly")], fair)
    (output,) = score_quality(found)
    assert output.auc == 1
    assert output.calibration_error == pytest.approx(0.15)
    assert output.unsure == 0.5
    assert output.curve == (Bin(0.2, 0, 1), Bin(0.9, 1, 1))
    assert "AUC 1.000" in "\n".join(calibration_lines(calibration_rows(found), score_quality(found)))


def test_a_language_model_as_the_checkers_judge_is_measured_by_itself() -> None:
    with pytest.raises(RunError, match="calibrate --judge"):
        open_checker(Settings(judge="model"))


def test_ties_count_half_in_auc() -> None:
    assert roc_auc(np.array([0.5, 0.9]), np.array([0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert roc_auc(np.array([]), np.array([0.5])) == 0.5


def test_calibrate_says_which_labels_its_checker_has_seen(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, LINES)))
    output = CliRunner().invoke(eval_app, ["calibrate", str(tmp_path)])
    assert output.exit_code == 0
    assert "weights learnt from" in output.stdout
    assert "WiCE 349" in output.stdout
    assert "examples are among them" not in output.stdout


def test_calibrate_counts_the_examples_that_its_checker_has_seen() -> None:
    output = "\n".join(training_lines({"WiCE": 349}, known=3, asked=5))
    assert "3 of these 5 examples are among them" in output
