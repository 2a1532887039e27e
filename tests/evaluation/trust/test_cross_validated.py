import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.checking import check
from rag.evaluation.commands import eval_app
from rag.evaluation.metrics.grounding import open_checker
from rag.evaluation.trust import cross_validated
from rag.evaluation.trust.cross_validated import (
    check_held_out,
    example_key,
    held_out_scores,
    is_kept_from_judge,
    is_training_example,
)
from rag.evaluation.trust.labels import sample_examples
from rag.settings import Settings

SENTENCE = "The mayor asked the police for help."
EVIDENCE = ("The mayor, who had asked the police for help, saw a man being arrested.",)


@pytest.fixture
def learnt_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that says the example was learnt from, and was doubted by a network that had not seen it."""
    file = tmp_path / "impressions.json"
    file.write_text(f'{{"{example_key(SENTENCE, EVIDENCE)}": [-6.0, 0.9]}}', encoding="utf-8")
    monkeypatch.setattr(cross_validated, "HELD_OUT_SCORES", file)
    held_out_scores.cache_clear()
    yield
    held_out_scores.cache_clear()


@pytest.mark.usefixtures("learnt_from")
def test_what_was_learnt_from_is_read_by_a_network_that_had_not_seen_it() -> None:
    assert is_training_example(SENTENCE, EVIDENCE)
    assert check(SENTENCE, EVIDENCE).label == "supported"
    assert check_held_out(SENTENCE, EVIDENCE).score < 0.3
    assert open_checker(Settings())(SENTENCE, EVIDENCE, None) == check_held_out(SENTENCE, EVIDENCE[0])


@pytest.mark.usefixtures("learnt_from")
def test_calibrate_counts_what_was_learnt_from_and_reads_it_anew(tmp_path: Path) -> None:
    lines = [{"sentence": SENTENCE, "evidence": list(EVIDENCE), "label": "supported"}]
    lines.append({"sentence": "Nobody asked.", "evidence": list(EVIDENCE), "label": "unsupported"})
    labels = tmp_path / "labels.jsonl"
    labels.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    output = CliRunner().invoke(eval_app, ["calibrate", str(labels)]).stdout
    assert "1 of these 2 examples are among them" in output
    row = next(line for line in output.splitlines() if line.startswith("labels "))
    assert "0.000 [0.000, 0.000]" in row


@pytest.mark.usefixtures("learnt_from")
def test_what_was_not_learnt_from_is_read_by_the_shipped_network() -> None:
    other = ("The mayor had asked the police for help.",)
    assert not is_training_example(SENTENCE, other)
    assert check_held_out(SENTENCE, other) == check(SENTENCE, other)


def test_impressions_of_the_examples_that_were_learnt_from_come_with_the_package() -> None:
    assert len(held_out_scores()) > 5000
    assert all(0 <= one.unsupported <= 1 for one in held_out_scores().values())


def test_an_example_is_known_by_its_sentence_and_all_its_evidence() -> None:
    assert example_key("a", ("b", "c")) != example_key("a", ("b",)) != example_key("b", ("a",))


KEPT_PAGES = [0, 11]
"""Of the first twelve."""


def test_groups_that_the_large_network_learnt_from_are_told_apart_in_every_run() -> None:
    sides = [is_kept_from_judge("fm2", f"page {number}") for number in range(2000)]
    assert 420 < sum(sides) < 580
    assert [n for n, kept in enumerate(sides[:12]) if kept] == KEPT_PAGES  # a split that moves would measure training
    assert is_kept_from_judge("begin_wow", "x") == is_kept_from_judge("BEGIN", "x")
    assert is_kept_from_judge("my_labels", "x")


def test_calibrate_leaves_out_what_the_large_network_learnt_from(tmp_path: Path) -> None:
    rows = [
        {"claim": f"Owl {number} hunts.", "evidence": "Owls hunt.", "label": "supported", "group": str(number)}
        for number in range(40)
    ]
    (tmp_path / "fm2.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    kept = sample_examples([tmp_path / "fm2.jsonl"], unlearnt=True)
    assert {one.cluster for one in kept} == {str(n) for n in range(40) if is_kept_from_judge("fm2", str(n))}
    assert len(sample_examples([tmp_path / "fm2.jsonl"])) == 40
