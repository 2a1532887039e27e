from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.dates import Mention, mentions, question_times
from tests.texts import STEADY

WRITTEN = date(2022, 12, 27)  # a Tuesday


def spans(text: str, published: date | None = None) -> list[str]:
    named = mentions(text, published=published)
    return [f"{text[mention.start : mention.end]}: {days(mention)}" for mention in named]


def days(mention: Mention) -> str:
    return " ".join(map(str, dict.fromkeys((mention.first, mention.last))))


@pytest.mark.parametrize(
    "text",
    [
        "December 27, 2022",
        "Dec. 27, 2022",
        "27 December 2022",
        "the 27th of December, 2022",
        "2022-12-27",
        "2022-12-27T10:00:00Z",
        "2022/12/27",
        "27.12.2022",
        "27-12-2022",
        "12/27/2022",
    ],
)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    (day,) = mentions(f"It was on {text} that Serbs left.")
    assert day.first == day.last == WRITTEN


def test_a_day_that_two_countries_read_differently_is_not_guessed() -> None:
    assert mentions("on 11/12/2022") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("in October of 2021", "October of 2021: 2021-10-01 2021-10-31"),
        ("in early November 2022.", "early November 2022: 2022-11-01 2022-11-10"),
        ("the last week of December 2022", "the last week of December 2022: 2022-12-25 2022-12-31"),
        ("in the spring of 2020", "spring of 2020: 2020-03-01 2020-05-31"),
        ("winter 2019", "winter 2019: 2019-12-01 2020-02-29"),
        ("the 1990’s", "1990’s: 1990-01-01 1999-12-31"),
        ("the 1998-99 conflict", "1998-99: 1998-01-01 1999-12-31"),
        ("Hobson (1858–1940)", "1858–1940: 1858-01-01 1940-12-31"),
        ("since 2008.", "2008: 2008-01-01 2008-12-31"),
        ("Late 1973 saw", "Late 1973: 1973-09-01 1973-12-31"),
        ("about 1300.", "1300: 1300-01-01 1300-12-31"),
        ("the Scotland Act 1998", "1998: 1998-01-01 1998-12-31"),
        ("2008", "2008: 2008-01-01 2008-12-31"),
    ],
)
def test_months_seasons_years_and_decades_are_stretches_of_days(text: str, named: str) -> None:
    assert spans(text) == [named]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("on 5 and 6 March 2022", "5 and 6 March 2022: 2022-03-05 2022-03-06"),
        ("from 5 to 7 March 2022", "5 to 7 March 2022: 2022-03-05 2022-03-07"),
        ("5th, 6th and 9th of March, 2022", "5th, 6th and 9th of March, 2022: 2022-03-05 2022-03-09"),
        ("on March 5-7, 2022", "March 5-7, 2022: 2022-03-05 2022-03-07"),
        ("on March 5, 6 and 7, 2022", "March 5, 6 and 7, 2022: 2022-03-05 2022-03-07"),
        ("about 20 and 6 March 2022", "6 March 2022: 2022-03-06"),
    ],
)
def test_days_that_share_a_month_and_a_year_are_a_stretch(text: str, named: str) -> None:
    assert spans(text) == spans(text, WRITTEN) == [named]


def test_every_year_of_a_list_is_named() -> None:
    assert [mention.first.year for mention in mentions("in 1755, 1756 and 1757")] == [1755, 1756, 1757]


@pytest.mark.parametrize(
    "text",
    [
        "Update (2032 EST): Tensions fall",
        "for 1500 people",
        "some 4,000 troops",
        "of 2000 euros",
        "Resolution 1244",
        "(1500 metres)",
        "February 30, 2021",
        "it may well be",
        "2022-13-45",
        "the price of 2,008 barrels",
    ],
)
def test_numbers_that_are_no_dates_are_left_alone(text: str) -> None:
    assert mentions(text, published=WRITTEN) == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("He spoke on Monday.", "Monday: 2022-12-26"),
        ("He spoke on Tuesday.", "Tuesday: 2022-12-27"),
        ("He spoke yesterday.", "yesterday: 2022-12-26"),
        ("elections on December 28", "December 28: 2022-12-28"),
        ("until 3 January", "3 January: 2023-01-03"),
        ("on 5 and 6 December", "5 and 6 December: 2022-12-05 2022-12-06"),
        ("December 5–7 was cold", "December 5–7: 2022-12-05 2022-12-07"),
        ("on December 30 and 31.", "December 30 and 31: 2022-12-30 2022-12-31"),
        ("on December 5 and 20 people", "December 5: 2022-12-05"),
        ("since August. Then", "August: 2022-08-01 2022-08-31"),
        ("in late November", "late November: 2022-11-21 2022-11-30"),
        ("last week", "last week: 2022-12-19 2022-12-25"),
        ("next month", "next month: 2023-01-01 2023-01-31"),
        ("last year", "last year: 2021-01-01 2021-12-31"),
    ],
)
def test_words_that_lean_on_the_day_of_writing_need_it(text: str, named: str) -> None:
    assert spans(text, WRITTEN) == [named]
    assert spans(text) == []


@pytest.mark.parametrize("text", ["They march 10 miles.", "He may 5 times.", "a play by Jan Kubis"])
def test_verbs_and_names_are_no_months(text: str) -> None:
    assert mentions(text, published=WRITTEN) == ()


WORDS = st.sampled_from(
    """2022-12-27 31.12.2021 12/31/2020 December 27, 2022 Feb 30, 2021 early in late May 1999 1990s 1998-99
    (2008) 0001-01-01 9999-12-31 last next year month yesterday Monday spring 9999 first week of end March 1,""".split()
)


@STEADY
@given(st.lists(WORDS | st.text(max_size=3)).map(" ".join), st.none() | st.dates())
def test_any_text_is_read_in_order_without_overlap(text: str, published: date | None) -> None:
    named = mentions(text, published=published)
    assert all(0 <= mention.start < mention.end <= len(text) and mention.first <= mention.last for mention in named)
    assert all(mention.end <= other.start for mention, other in pairwise(named))


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("What happened between 2019 and 2021?", [(date(2019, 1, 1), date(2021, 12, 31))]),
        ("Who ruled from March 2019 to May 5, 2020?", [(date(2019, 3, 1), date(2020, 5, 5))]),
        ("What happened since March 2020?", [(date(2020, 3, 1), date.max)]),
        ("Who ruled before 1990?", [(date.min, date(1990, 12, 31))]),
        (
            "What differs between the owls of 2019 and 2021?",
            [(date(2019, 1, 1), date(2019, 12, 31)), (date(2021, 1, 1), date(2021, 12, 31))],
        ),
    ],
)
def test_a_question_may_ask_about_a_stretch_of_time(question: str, times: list[tuple[date, date]]) -> None:
    assert [(mention.first, mention.last) for mention in question_times(question)] == times
