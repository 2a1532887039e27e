from datetime import date

from rag.checking.judges.shipped import score_claim
from rag.checking.rules.base import DatedText
from rag.checking.rules.dates import restate_dates
from rag.checking.rules.names import respell_names

CLAIM = "The ferry to Hvar was cancelled because of strong wind."
EVIDENCE = "Owing to strong wind, the ferry to Hvar was cancelled on Monday."


def test_a_claim_reads_better_beside_what_says_it_than_beside_what_does_not() -> None:
    supported, other = score_claim(CLAIM, EVIDENCE), score_claim(CLAIM, "The ferry to Hvar was painted white.")
    assert supported.logit > 0 > other.logit
    assert supported.unsupported < other.unsupported <= 1


def test_the_words_that_the_context_does_not_bear_out_are_named() -> None:
    claim = "The ferry to Hvar was cancelled on Monday after a strike."
    doubted = score_claim(claim, "The ferry to Hvar was cancelled on Monday.").doubtful_words
    assert "strike" in doubted


def test_a_claim_beside_nothing_is_read_all_the_same() -> None:
    assert score_claim("Owls hunt.", "").logit < 0


def test_a_name_is_read_as_the_evidence_spells_it() -> None:
    assert respell_names("Kurti’s party won.", "Albin Kurdi spoke.") == "Kurdi’s party won."
    assert respell_names("Kurti spoke.", "Vucic spoke.") == "Kurti spoke."


def test_a_date_is_read_in_the_words_of_the_evidence() -> None:
    sunday = date(2021, 9, 26)
    evidence = [DatedText("It rained on Sunday.", sunday)]
    assert restate_dates("It rained on September 26, 2021.", evidence, sunday) == "It rained on Sunday."
    assert restate_dates("It rained on Monday.", evidence, sunday) == "It rained on Monday."
