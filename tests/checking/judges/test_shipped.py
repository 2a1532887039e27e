from datetime import date
from pathlib import Path

import pytest

from rag.checking.judges.shipped import CrossEncoder, shipped_cross_encoder
from rag.checking.rules.dates import restate_dates
from rag.checking.rules.names import respell_names
from rag.errors import CheckError
from rag.weights import CHECKER, TOKENIZER, ShippedNetwork

CLAIM = "The ferry to Hvar was cancelled because of strong wind."
EVIDENCE = "Owing to strong wind, the ferry to Hvar was cancelled on Monday."


def test_a_claim_reads_better_beside_what_says_it_than_beside_what_does_not() -> None:
    encoder = shipped_cross_encoder()
    supported, other = encoder.score(CLAIM, EVIDENCE), encoder.score(CLAIM, "The ferry to Hvar was painted white.")
    assert supported.logit > 0 > other.logit
    assert supported.unsupported < other.unsupported <= 1


def test_the_words_that_the_context_does_not_bear_out_are_named() -> None:
    claim = "The ferry to Hvar was cancelled on Monday after a strike."
    doubted = shipped_cross_encoder().score(claim, "The ferry to Hvar was cancelled on Monday.").doubtful_words
    assert "strike" in doubted


def test_a_claim_beside_nothing_is_read_all_the_same() -> None:
    assert shipped_cross_encoder().score("Owls hunt.", "").logit < 0


def test_altered_weights_are_refused_by_name(tmp_path: Path) -> None:
    altered = ShippedNetwork(tmp_path / "checker.onnx", CHECKER.sha256)
    (tmp_path / "checker.onnx").write_bytes(b"other weights")
    with pytest.raises(CheckError, match=r"checker\.onnx was altered"):
        CrossEncoder(altered, TOKENIZER)
    (tmp_path / "checker.onnx").unlink()
    with pytest.raises(CheckError, match=r"checker\.onnx cannot be read"):
        CrossEncoder(altered, TOKENIZER)


def test_a_name_is_read_as_the_evidence_spells_it() -> None:
    assert respell_names("Kurti’s party won.", "Albin Kurdi spoke.") == "Kurdi’s party won."
    assert respell_names("Kurti spoke.", "Vucic spoke.") == "Kurti spoke."


def test_a_date_is_read_in_the_words_of_the_evidence() -> None:
    restated = restate_dates("It rained on September 26, 2021.", "It rained on Sunday.", date(2021, 9, 26))
    assert restated == "It rained on Sunday."
    assert restate_dates("It rained on Monday.", "It rained on Sunday.", date(2021, 9, 26)) == "It rained on Monday."
