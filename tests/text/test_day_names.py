from datetime import date

import pytest

from rag.text.day_names import format_period


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2022, 12, 7), date(2022, 12, 7), "7 December 2022"),
        (date(2022, 8, 1), date(2022, 8, 31), "August 2022"),
        (date(2008, 1, 1), date(2008, 12, 31), "2008"),
        (date(1998, 1, 1), date(1999, 12, 31), "1998–1999"),
        (date(1990, 1, 1), date(1999, 12, 31), "1990s"),
        (date(2022, 11, 21), date(2022, 11, 30), "21–30 November 2022"),
        (date(2022, 12, 1), date(2023, 2, 28), "1 December 2022 – 28 February 2023"),
    ],
)
def test_a_period_reads_as_a_person_writes_it(first: date, last: date, words: str) -> None:
    assert format_period(first, last) == words
