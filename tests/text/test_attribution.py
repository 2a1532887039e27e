import pytest

from rag.text.attribution import strip_announcement, strip_attribution


@pytest.mark.parametrize(
    "sentence",
    [
        "According to the report, owls hunt mice.",
        "The article says owls hunt mice.",
        "Yes, owls hunt mice.",
        "Yes, according to the article, owls hunt mice.",
        "owls hunt mice.",
    ],
)
def test_a_claim_is_checked_without_its_source(sentence: str) -> None:
    assert strip_attribution(sentence) == "owls hunt mice."


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("The answer is: owls hunt mice.", "Owls hunt mice."),
        ("Based on the provided passages, owls hunt mice.", "Owls hunt mice."),
        ("The article states that owls hunt mice.", "Owls hunt mice."),
        ("According to the report, owls hunt mice.", "According to the report, owls hunt mice."),
        ("owls hunt mice.", "owls hunt mice."),
    ],
)
def test_a_shown_sentence_loses_only_what_announces_it(sentence: str, shown: str) -> None:
    assert strip_announcement(sentence) == shown
