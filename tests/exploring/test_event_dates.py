"""Which dates of a sentence say when what it reports took place."""

from datetime import date

import pytest

from rag.exploring.event_dates import event_dates

PUBLISHED = date(2015, 8, 12)


def dated(text: str, published: date | None = PUBLISHED, before: str = "") -> list[str]:
    return [one.period.text for one in event_dates(text, published, before)]


@pytest.mark.parametrize(
    "text",
    [
        "The army bombed the town to free the province, which declared independence in 2008, and to end the war.",
        "The mayor, who was elected only last month, wants to close the bridge.",
        "The province – whose parliament burned in 1998 – has a new one.",
        "The directive, which, he said, takes effect on 16 March, bans the trade.",
        "The court overturned a law that came into force in 2008.",
        "Activists who led the protests in 2011 are in prison.",
        "The general was sentenced for ordering the arrest of protesters in 2012.",
    ],
)
def test_a_date_of_a_side_clause_is_not_that_of_the_sentence(text: str) -> None:
    assert dated(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The province, which is in the north, left the union in 1991.", ["1991"]),
        ("Proud, who won two medals in 2014, broke the record in December.", ["December"]),
        ("Police moved to a town of people who reject the government in Pristina on Monday.", ["Monday"]),
        ("The owners of dogs that got loose and mauled a jogger in Michigan pleaded guilty on Friday.", ["Friday"]),
        ("More than 40 people were killed in 2012.", ["2012"]),
        ("He said that he left the party in 2003.", ["2003"]),
    ],
)
def test_a_date_of_the_main_clause_is_kept_beside_a_side_clause(text: str, expected: list[str]) -> None:
    assert dated(text) == expected


def test_a_clause_of_a_place_is_given_with_its_date() -> None:
    text = "He faces trial in Texas, where he is accused of killing a friend in 2000."
    (only,) = event_dates(text, PUBLISHED)
    assert only.clause == "where he is accused of killing a friend in 2000"


@pytest.mark.parametrize(
    "text",
    [
        "The police failed to enforce the Processions Act (1998).",
        "The code is required by the Criminal Justice Act 2016.",
        "The talks are based on the 2012 Geneva Communique.",
        "The 1968 film starred a famous band.",
        "These officers are 1930s-style gangsters.",
        "The mayor (pictured at a fair in December) closed the bridge.",
        "The two teams fought a long Good Friday duel.",
        "All of this year's concerts will be filmed.",
    ],
)
def test_a_date_in_a_name_or_in_brackets_is_not_that_of_an_event(text: str) -> None:
    assert dated(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "In the 2012 election the mayor lost his seat.",
        "Buses burned during the 2012 clashes in the port.",
        "In a 2012 speech the secretary praised the treaty.",
    ],
)
def test_a_date_that_names_an_occasion_tells_when(text: str) -> None:
    assert dated(text) == ["2012"]


@pytest.mark.parametrize(
    "text",
    [
        "People took to the streets, similar to what happened last October.",
        "The museum had 1.8 million visitors - a rise of 15.5% on the previous year.",
        "The system is fairer than it was in 2010.",
        "Eleven of the sights are in the capital, compared with nine in 2015.",
        "Visits rose by a fifth from 115,923 in 2015.",
        "It is the largest group since counting began in 1991.",
        "Exports have tripled over the past year.",
    ],
)
def test_a_date_that_is_only_compared_with_is_not_that_of_an_event(text: str) -> None:
    assert dated(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "There is a growing expectation that rates will rise this year.",
        "On Tuesday, it could be the turn of two young players.",
        "The UN hopes to open the talks at the end of January.",
        "He is not a striker but, today, he did.”",
        '"We talked a lot in training this week," the player said.',
        "The figures relate to the period between October and December 2016.",
    ],
)
def test_speculation_and_remarks_are_no_events(text: str) -> None:
    assert dated(text) == []


def test_a_quotation_may_have_begun_in_the_sentence_before() -> None:
    assert dated("They are here today and want answers.", before='"We have farmers in the streets. ') == []
    assert dated("They are here today and want answers.", before='"We have farmers here," she said. ') == ["today"]


def test_what_is_announced_outside_the_quotation_marks_is_an_event() -> None:
    assert dated('"Gangs cannot be talked to," the government said on Monday.') == ["Monday"]
    assert dated('Earlier this month, it said that schools "could soon run out of space".') == ["this month"]
