"""What was written for this project, beside the texts that it is about."""

import json
from pathlib import Path

import pytest

from evals.training.examples import text_files
from evals.training.experiments import written_pairs

SEEDS = Path(__file__).parents[4] / "seeds"
TEXT = "Serbian protesters attacked the police. The mayor spoke on Sunday. Nobody was hurt."
OTHER = "It rained in Pristina. The roads were closed for hours."


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts, and one pair about the first of them."""
    rows = {"text_a": TEXT}, {"text_a": OTHER}
    (tmp_path / "faithfulness" / "train").mkdir(parents=True)
    (tmp_path / "faithfulness/train/factcg_doc.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name in ("clapnq", "conversations", "ramdocs"):
        (tmp_path / f"{name}.jsonl").write_text("")
    pair = {"text": written_pairs.text_hash(TEXT), "from": 0, "to": 2, "label": "contradicted", "kind": "roles"}
    sentences = {
        "true": "Police came under attack.",
        "false": "Policemen assaulted protesters.",
        "wrong": "policemen assaulted",
    }
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair | sentences))
    monkeypatch.setattr(written_pairs, "PAIRS", tmp_path / "pairs.jsonl")
    return tmp_path


def test_a_pair_is_learnt_from_beside_its_sentences_with_the_words_that_are_wrong(data: Path) -> None:
    true, false = written_pairs.training_samples(data)
    assert true.supported
    assert not false.supported
    assert true.unsupported_words == ()
    assert false.unsupported_words
    assert false.claim[false.unsupported_words[0].start : false.unsupported_words[0].end] == "Policemen assaulted"
    assert "attacked the police" in true.context
    assert "hurt" not in true.context


def test_what_is_kept_back_is_not_learnt_from(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_pairs, "KEPT_BACK", 1)
    assert not list(written_pairs.training_samples(data))
    held_back = list(written_pairs.held_back_pairs("written", data / "faithfulness"))
    assert [(one.label, one.source) for one in held_back] == [("supported", "written"), ("contradicted", "written")]


def test_what_is_measured_with_stands_beside_sentences_of_the_seeds() -> None:
    articles = dict(text_files(SEEDS))
    examples = list(written_pairs.benchmark_sentences("written", articles.items()))
    assert len(examples) == 160
    assert sum(one.supported for one in examples) == 80
    assert all(text in articles[one.group] for one in examples for text in one.evidence)


def test_nothing_is_learnt_from_what_is_measured_with() -> None:
    trained_on = {json.loads(line)["text"] for line in written_pairs.PAIRS.read_text(encoding="utf-8").splitlines()}
    assert not trained_on & {written_pairs.text_hash(text) for _, text in text_files(SEEDS)}


def test_claims_are_measured_beside_the_sentences_they_were_written_of(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = {
        "text": written_pairs.text_hash(OTHER),
        "from": 0,
        "to": 1,
        "sentence": "It was wet.",
        "label": "partly",
        "wrong": "wet",
    }
    (data / "claims.jsonl").write_text(json.dumps(claim))
    monkeypatch.setattr(written_pairs, "CLAIMS", data / "claims.jsonl")
    assert [(one.sentence, one.evidence, one.label) for one in written_pairs.benchmark_claims("claims", data)] == [
        ("It was wet.", ("It rained in Pristina.",), "partly")
    ]
