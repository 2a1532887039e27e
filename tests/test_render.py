import re
from dataclasses import replace
from datetime import date
from html import escape
from io import StringIO

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from rag.answering.answer import NOT_SURE, Answer, CheckedClaim, Draft
from rag.answering.claims import Claim, Quote, QuotedDisagreement, QuotedSide
from rag.answering.quoting import rank
from rag.answering.sections import Section, SectionRow
from rag.articles import StatedDate
from rag.checking import Verdict
from rag.passages import Passage
from rag.render import date_places, markdown
from rag.retrieval import Hit
from rag.rich_text import search_results, terminal
from rag.text.day_names import format_date
from rag.text.spans import Span


def quote(
    text: str, article: str = "a.txt", title: str = "A title", published: date | None = date(2022, 12, 27)
) -> Quote:
    span = Span(0, len(text))
    return Quote(Passage(article, title, published, text, 0, len(text), (span,)), span)


def answer(*quotes: Quote, disagreement: QuotedDisagreement | None = None) -> Answer:
    verdict = Verdict("supported", 1.0, "", None, "verbatim")
    checked = tuple(CheckedClaim(Claim(one.text, (one,)), verdict) for one in quotes)
    hits = tuple(Hit(one.passage, 1.0, (1.0,)) for one in quotes)
    return Draft("?", rank("?", hits), checked, (disagreement,) if disagreement else ()).answer(0.04)


def printed(shown: Answer) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(terminal(shown))
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_dates_read_as_a_person_writes_them() -> None:
    assert format_date(date(2022, 12, 7)) == "7 December 2022"
    assert format_date(None) == "undated"


def test_both_forms_show_sentences_marks_titles_and_dates() -> None:
    shown = answer(quote("Serbs raised roadblocks."))
    for text in (markdown(shown), printed(shown)):
        assert "Serbs raised roadblocks." in text
        assert "A title" in text
        assert "27 December 2022" in text
    assert "[1]" in printed(shown)


def test_both_forms_show_sections_with_labels_remarks_and_marks() -> None:
    shown = answer(quote("Serbs raised roadblocks."), quote("A court let him go.", "b.txt", "B"))
    rows = (
        SectionRow("1 May <b>2021</b>", (0,), "“Monday” in an article of 2 May 2021"),
        SectionRow("2 May 2021", (1,)),
    )
    view = replace(shown, form="timeline", remark="2 articles.", sections=(Section("Dated", rows, "and 3 more"),))
    assert "### Dated\n\n- **1 May \\<b\\>2021\\</b\\>** Serbs raised roadblocks. [1] (“Monday”" in markdown(view)
    for text in (markdown(view), printed(view)):
        assert (
            text.index("2 articles.")
            < text.index("Dated")
            < text.index("A court let him go. [2]")
            < text.index("and 3")
        )


def test_both_forms_show_which_article_stands_where() -> None:
    then, later = quote("Independent in 2008.", "b.txt", "B"), quote("Independent in 2013.", "c.txt", "C", None)
    shown = answer(then, disagreement=QuotedDisagreement((QuotedSide("2008", (then,)), QuotedSide("2013", (later,)))))
    for text in (markdown(shown).replace("\\", ""), printed(shown)):
        assert "2008: B (27 December 2022) [1]" in text
        assert "2013: C (undated) [2]" in text


def test_a_refusal_lists_the_nearest_passages_as_no_answer() -> None:
    hit = Hit(quote("Pristina closed the crossing. " * 30).passage, 0.4, (0.4,))
    shown = Draft("?", rank("?", (hit,) * 5)).answer(0)
    for text in (markdown(shown), printed(shown)):
        assert "The articles do not say." in text
        assert "not an answer" in text
        assert text.count("A title") == 3
        assert " …" in text


def test_withheld_sentences_are_shown_with_their_reason() -> None:
    bad = CheckedClaim(
        Claim("Kosovo has 9 million people.", ()), Verdict("unsupported", 0.0, "", None, "no source says 9 million")
    )
    shown = Draft("?", rank("?", ()), (bad,)).answer(0)
    assert "no source says 9 million" in markdown(shown)
    assert "no source says 9 million" in printed(shown)


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](http://evil/?q) and [1](javascript:x)",
        "<script>alert(1)</script><img src=x onerror=y>",
        "**bold** _it_ `code` # head | a | b",
        "- item",
        "12. item",
        "2008. godine je pala vlada.",
        "&lt;b&gt;",
        "<http://evil/>",
    ],
)
def test_article_text_never_becomes_markup(hostile: str) -> None:
    html = MarkdownIt().render(markdown(answer(quote(hostile, title=hostile))))
    assert set(re.findall(r"<(\w+)", html)) == {"p", "ol", "li"}
    assert "start=" not in html  # of a list that begins at another number than the first source
    assert escape(hostile) in html


def test_both_forms_show_what_was_searched_for_and_the_notice() -> None:
    shown = replace(answer(quote("It began.")), searched="When did the war begin?", notice="The model is gone.")
    for text in (markdown(shown), printed(shown)):
        assert text.index("When did the war begin?") < text.index("It began.") < text.index("The model is gone.")


def test_nothing_is_said_of_searches_and_models_when_there_is_nothing_to_say() -> None:
    assert "Searched for" not in markdown(answer(quote("It began."))) + printed(answer(quote("It began.")))


def test_nothing_in_an_article_commands_the_terminal() -> None:
    hostile = "Red \x1b[31mred\x1b]0;title\x07 \x9b2J \u202edlrow\x7f."
    shown = answer(quote(hostile, title=hostile, article=hostile))
    for text in (terminal(shown), terminal(Draft("?", rank("?", shown.hits)).answer(0)), search_results(shown.hits)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text.plain)
        assert "Red �[31mred�]0;title �2J �dlrow�." in text.plain  # rich itself drops the bell


def test_a_sentence_stands_on_one_line_however_its_article_wraps_it() -> None:
    assert "The canal was finished in 1893. [1]\n" in printed(answer(quote("The canal was\nfinished\r\n in 1893.")))


def test_the_words_that_answer_are_bold() -> None:
    text = "Kosovo declared\nindependence in *2008*."
    passage = Passage("a.txt", "A title", None, text, 0, len(text), (Span(0, len(text)),))
    start = text.index("independence")
    shown = answer(Quote(passage, Span(0, len(text)), Span(start, start + len("independence"))))
    assert "Kosovo declared **independence** in \\*2008\\*." in markdown(shown)
    assert "**" not in markdown(replace(shown, sure=False))
    rich = terminal(shown)
    assert [rich.plain[span.start : span.end] for span in rich.spans if span.style == "bold"] == ["independence"]


def test_both_forms_say_when_no_sentence_clearly_answers() -> None:
    shown = replace(answer(quote("Serbs raised roadblocks.")), sure=False)
    for text in (markdown(shown), printed(shown)):
        assert NOT_SURE in text
        assert text.index(NOT_SURE) < text.index("Serbs raised roadblocks.")


def test_it_is_told_where_a_date_is_stated_and_what_contradicts_it() -> None:
    stated = StatedDate("front matter", date(2021, 3, 4))
    assert date_places(()) == ""
    assert date_places((stated,)) == " (front matter)"
    others = (StatedDate("file name", date(2021, 4, 3)),)
    assert date_places((stated, *others)) == " (front matter; not file name: 3 April 2021)"
    assert date_places((StatedDate("dateline", None, "03/04/2021"),)) == " (unclear: dateline 03/04/2021)"
