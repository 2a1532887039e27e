import pytest

from rag.evaluation.metrics.unsupported_terms import unsupported_terms

QUOTE = "Kim Lee counted 1,200 owls on 3 March 2008, and called them “loud and many”."


@pytest.mark.parametrize(
    "sentence",
    [
        "On March 3, 2008 Kim Lee counted 1200 owls.",
        "They were “loud and many”, as Lee called them.",
        "Nothing is named here.",
    ],
)
def test_what_the_quotes_have_is_supported_however_it_is_written(sentence: str) -> None:
    assert not any(unsupported_terms(sentence, QUOTE))


def test_what_the_quotes_lack_is_listed_by_kind() -> None:
    terms = unsupported_terms("In 2009 Kim Hill counted 13 owls that were “quiet and few”.", QUOTE)
    assert terms.numbers == ("2009", "13")
    assert terms.names == ("Hill",)
    assert terms.dates == ("2009",)
    assert terms.quotations == ("quiet and few",)
