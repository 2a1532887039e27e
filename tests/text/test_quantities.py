import pytest

from rag.text.quantities import quantities


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("some 4,000 troops", 4000, "count"),
        ("four thousand troops", 4000, "count"),
        ("two hundred and fifty-six people", 256, "count"),
        ("1.2 million people", 1_200_000, "count"),
        ("a hundred people", 100, "count"),
        ("$5m in aid", 5_000_000, "money"),
        ("five million euros", 5_000_000, "money"),
        ("rose 3.5 per cent", 3.5, "%"),
        ("the 21st century", 21, "ordinal"),
        ("two dozen soldiers", 24, "count"),
        ("a 45-year-old protester", 45, "count"),
    ],
)
def test_numbers_are_read_with_their_magnitude_and_unit(text: str, value: float, unit: str) -> None:
    (quantity,) = quantities(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize("text", ["on December 28, 2022", "in 2008", "the F-16 and COVID-19", "a long way"])
def test_dates_and_names_with_digits_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "bound"),
    [("about 4,000", "about"), ("more than 4,000", "over"), ("up to 4,000", "under"), ("exactly 4,000", "exact")],
)
def test_words_before_a_number_bound_it(text: str, bound: str) -> None:
    assert quantities(text)[0].bound == bound
