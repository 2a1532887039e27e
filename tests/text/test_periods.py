"""The words of one date are one period."""

from datetime import date

import pytest

from rag.text.periods import joined_periods

PUBLISHED = date(2015, 8, 12)


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("He flies on Sunday 19 July.", "Sunday 19 July", date(2015, 7, 19), date(2015, 7, 19)),
        ("The sale is on Thursday, April 9.", "Thursday, April 9", date(2015, 4, 9), date(2015, 4, 9)),
        (
            "Sales fell between October and December 2016.",
            "October and December 2016",
            date(2016, 10, 1),
            date(2016, 12, 31),
        ),
        ("It rained from 10 to 12 May 2021.", "10 to 12 May 2021", date(2021, 5, 10), date(2021, 5, 12)),
        ("He sat there between 2005 and 2010.", "2005 and 2010", date(2005, 1, 1), date(2010, 12, 31)),
        ("He was elected in May last year.", "May last year", date(2014, 5, 1), date(2014, 5, 31)),
        ("They meet on 30 January next year.", "30 January next year", date(2016, 1, 30), date(2016, 1, 30)),
        ("They play again next Wednesday.", "next Wednesday", date(2015, 8, 19), date(2015, 8, 19)),
        ("It began last October.", "last October", date(2014, 10, 1), date(2014, 10, 31)),
    ],
)
def test_a_date_is_not_cut_short(text: str, words: str, first: date, last: date) -> None:
    (period,) = joined_periods(text, PUBLISHED)
    assert (period.text, period.first, period.last) == (words, first, last)
    assert text[period.start : period.end] == words


def test_two_dates_stay_two() -> None:
    text = "It rained on Sunday and on Monday, and in 2002 and 2003."
    assert [period.text for period in joined_periods(text, PUBLISHED)] == ["Sunday", "Monday", "2002", "2003"]


def test_a_date_without_a_year_stays_without_one() -> None:
    (period,) = joined_periods("He flies on Sunday 19 July.", None)
    assert (period.text, period.floating) == ("Sunday 19 July", True)
