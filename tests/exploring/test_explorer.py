from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from rag import Answer, Assistant, Settings
from rag.errors import IndexMissing, QuestionError


def rows(answer: Answer) -> dict[str, str]:
    """The text of each row, by its label."""
    return {
        row.label: " ".join(answer.sentences[position].text for position in row.sentences)
        for section in answer.sections
        for row in section.rows
    }


def headings(answer: Answer) -> list[str]:
    return [section.heading for section in answer.sections]


@pytest.mark.parametrize("view", ["overview", "timeline", "names"])
def test_every_line_of_a_view_cites_sentences_that_stand_in_the_article(seeds: Assistant, view: str) -> None:
    answer: Answer = getattr(seeds, view)()
    assert answer.form == view
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.verdict.label == "supported"
        for citation in (answer.citations[number - 1] for number in sentence.citations):
            assert seeds.article(citation.article).text[citation.start : citation.end] == citation.quote
    shown = chain.from_iterable(row.sentences for section in answer.sections for row in section.rows)
    assert list(shown) == list(range(len(answer.sentences)))


def test_an_overview_has_a_row_for_each_article_with_one_or_two_sentences(seeds: Assistant) -> None:
    answer = seeds.overview()
    listed = [row for section in answer.sections for row in section.rows]
    assert {row.article for row in listed} == {entry.id for entry in seeds.articles()}
    assert all(1 <= len(row.sentences) <= 2 for row in listed)
    assert answer.remark.startswith("5 articles, 26 September 2021 to 27 December 2022, 3 undated.")
    assert "Kosovo" in headings(answer)[0]


def test_an_overview_groups_articles_by_what_they_share(town: Assistant) -> None:
    answer = town.overview()
    assert [[row.article for row in section.rows] for section in answer.sections] == [
        ["ferry.txt", "bridge.txt"],
        ["owls.txt"],
    ]
    assert headings(answer)[1] == "Other subjects"
    assert "ridge" in headings(answer)[0]


def test_an_overview_of_a_topic_has_only_sentences_on_it(town: Assistant) -> None:
    assert list(rows(town.overview("owls"))) == ["Owls return to the park"]
    nothing = town.overview("volcanoes")
    assert "No sentence speaks of “volcanoes”" in nothing.remark
    assert len(rows(nothing)) == 3


def test_bounds_hold_for_views(town: Assistant) -> None:
    assert list(rows(town.overview(after=date(2021, 5, 13)))) == ["Ferry stops after bridge opening"]
    assert "1905" not in rows(town.timeline(articles=["ferry.txt"]))


def test_a_timeline_is_in_order_and_tells_an_event_of_two_articles_once(town: Assistant) -> None:
    answer = town.timeline()
    dated, undated = answer.sections
    assert [row.label for row in dated.rows] == ["1905", "10 May 2021", "12 May 2021"]
    opening = dated.rows[1]
    cited = {
        answer.citations[number - 1].article
        for position in opening.sentences
        for number in answer.sentences[position].citations
    }
    assert cited == {"bridge.txt", "ferry.txt"}
    assert dated.rows[2].remark == "“Wednesday” in an article of 14 May 2021"
    assert (undated.heading, [row.label for row in undated.rows]) == ("Without a year", ["Sunday"])


def test_a_timeline_of_a_topic_leaves_out_the_rest(town: Assistant) -> None:
    assert set(rows(town.timeline("ferry"))) == {"10 May 2021", "12 May 2021"}
    assert town.timeline("owls").sections[0].heading == "Without a year"


def test_a_timeline_leaves_out_dates_of_side_clauses_and_names_the_clause_of_a_place(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "trial.txt").write_text(TRIAL, encoding="utf-8")
    with Assistant.open(Settings(index_dir=tmp_path / "index", articles_dir=tmp_path / "articles")) as assistant:
        answer = assistant.timeline()
    shown = {row.label: row.remark for section in answer.sections for row in section.rows}
    assert shown == {"2000": "the date is that of “where he is accused of killing a friend in 2000”", "2003": ""}


def test_names_are_typed_and_a_surname_counts_for_the_whole_name(town: Assistant) -> None:
    answer = town.names()
    people = next(section for section in answer.sections if section.heading == "People")
    assert [row.label for row in people.rows] == ["Ingrid Solberg", "Per Lund"]
    assert people.rows[0].remark == "3 mentions in 2 articles"
    places = next(section for section in answer.sections if section.heading == "Places")
    assert "Norway" in [row.label for row in places.rows]
    assert "Norwegian" not in rows(answer)


def test_a_comparison_shows_what_differs_what_both_tell_and_what_only_one_has(seeds: Assistant) -> None:
    answer = seeds.compare("002", "003")
    assert headings(answer)[:2] == ["They differ", "Both tell of"]
    assert [heading.startswith("Only in “") for heading in headings(answer)[2:]] == [True, True]
    differing = answer.sections[0].rows[0]
    assert "2008" in differing.remark
    assert "2013" in differing.remark
    cited = [answer.citations[answer.sentences[position].citations[0] - 1].article for position in differing.sentences]
    assert cited == ["002_852ae79f1da61285.txt", "003_31c57fc9ef202b26.txt"]


@pytest.mark.parametrize(("one", "other"), [("004", "004"), ("009", "001"), ("00", "001")])
def test_a_comparison_needs_two_articles_that_exist(seeds: Assistant, one: str, other: str) -> None:
    with pytest.raises(IndexMissing, match="rag articles"):
        seeds.compare(one, other)


TRIAL = """A trial in Texas

The builder Adam Moss faces trial in Texas, where he is accused of killing a friend in 2000. Moss left Halden, which
declared itself a republic in 2008. A court in Oslo cleared Adam Moss of theft in 2003. The 1968 film starred one uncle
of his. He told reporters: "I am tired today and want to sleep."
"""
LONG = "the bridge " * 400


@pytest.mark.parametrize(
    ("view", "what"),
    [
        (lambda town: town.overview(LONG), "topic"),
        (lambda town: town.timeline(LONG), "topic"),
        (lambda town: town.compare("bridge.txt", LONG), "id of an article"),
    ],
)
def test_what_a_view_is_about_is_no_longer_than_a_question(
    town: Assistant, view: Callable[[Assistant], Answer], what: str
) -> None:
    with pytest.raises(QuestionError, match=f"The {what} has 4,400 characters, more than 4,000. Shorten it."):
        view(town)
