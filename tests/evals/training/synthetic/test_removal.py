import random

from evals.training.synthetic.removal import cut_phrase, hide_phrase, lacking_words, thin_evidence
from evals.training.synthetic.samples import changed_words

CLAIM = "The ferry to Hvar was cancelled on Monday because of strong wind."


def covered(text: str, start: int, end: int) -> str:
    return text[start:end]


def test_what_is_hidden_stands_nowhere_in_the_evidence_and_is_named_in_the_claim() -> None:
    evidence = "Strong wind cancelled the ferry to Hvar. The wind blew all Monday."
    for seed in range(20):
        found = hide_phrase(CLAIM, evidence, random.Random(seed))
        assert found is not None
        words = {covered(CLAIM, *span).lower() for span in found.unsupported_words}
        assert words
        assert not words & set(found.evidence.lower().replace(".", "").split())


def test_evidence_that_shares_a_single_phrase_hides_nothing() -> None:
    assert hide_phrase("Owls hunt.", "Mice sleep.", random.Random(1)) is None


def test_thinned_evidence_keeps_every_word_that_the_claim_rests_on() -> None:
    evidence = "On Monday strong wind cancelled the late evening ferry to Hvar."
    for seed in range(20):
        left = thin_evidence(CLAIM, evidence, random.Random(seed))
        assert all(word in left for word in ("Monday", "strong", "wind", "cancelled", "ferry", "Hvar"))
        assert left != evidence


def test_a_phrase_cut_out_leaves_a_sentence_that_lacks_its_words() -> None:
    found = cut_phrase("The ferry to Hvar was cancelled because of strong northern wind.", random.Random(1))
    assert found is not None
    assert found.rest == "The ferry to Hvar was cancelled."
    words = [covered(CLAIM, *span) for span in lacking_words(CLAIM, found.rest, found.phrase)]
    assert words == ["strong", "wind"]


def test_the_words_that_a_change_made_are_found_and_those_beside_a_word_that_is_gone() -> None:
    new = "The ferry was cancelled on Sunday."
    assert [covered(new, *span) for span in changed_words("The ferry was cancelled on Monday.", new)] == ["Sunday"]
    gone = "The ferry was cancelled."
    assert [covered(gone, *span) for span in changed_words("The ferry was not cancelled.", gone)] == [
        "was",
        "cancelled",
    ]
