import pytest

from rag.answering.writing.citation_marks import normalize_marks, parse_citations

PLAIN = "Serbs raised roadblocks."


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (f"{PLAIN} [1]", (1,)),
        ("Serbs raised roadblocks [1].", (1,)),
        (f"{PLAIN}[1][2]", (1, 2)),
        (f"{PLAIN} [1, 2; 5 and 7]", (1, 2, 5, 7)),
        (f"{PLAIN} [2-4]", (2, 3, 4)),
        (f"{PLAIN} [2-400]", (2, 400)),
        (f"{PLAIN} 【1】［２］〔3〕", (1, 2, 3)),
        (f"{PLAIN}【4†source】", (4,)),
        (f"{PLAIN}[^1] [^2]", (1, 2)),
        (f"{PLAIN} [S1] [Sentence 2] [Source: 3]", (1, 2, 3)),
        (f"{PLAIN}¹²", (12,)),
        (f"{PLAIN} [1](#cite-1) [2](https://x.y/z)", (1, 2)),
        (f"[3] {PLAIN}", (3,)),
        ("- **Serbs** raised `roadblocks`. [1]\n[2]", (1, 2)),
        (f"## {PLAIN} <b>[1]</b> <sup>[2]</sup>", (1, 2)),
        (f"{PLAIN} [1] [1]", (1,)),
    ],
)
def test_marks_of_every_kind_are_read_and_taken_off(written: str, numbers: tuple[int, ...]) -> None:
    cited = parse_citations(written)
    assert cited.numbers == numbers
    assert cited.text == PLAIN


@pytest.mark.parametrize("kept", ["He [Vucic] left.", "About 5 * 3 * 2.", "It [sic] is m² large.", "a_b_c stays."])
def test_what_is_no_mark_stays(kept: str) -> None:
    assert parse_citations(kept) == (kept, ())


def test_numbers_far_apart_in_brackets_are_read_at_once() -> None:
    assert parse_citations(f"Owls sleep [{'1   ' * 9}x].").numbers == ()


def test_a_link_keeps_its_words_and_loses_its_address() -> None:
    assert parse_citations("See [the report](http://evil/?q=secret) and ![x](http://evil/p.png).") == (
        "See the report and x.",
        (),
    )


@pytest.mark.parametrize(
    "mark",
    [
        "[citation:4]", "[cite: 4]", "[ref_4]", "[doc_4]", "[ID: 4]", "[[4]]", "[[citation:4]]", "【【4】】",
        "`[4]`", "``[4]``", "**[4]**", "*[4]*", "__[4]__", "([4])",
        "(Source: [4])", "(see [4])", "(Sentence 4)", "(source 4)", "{{4}}",
        "\\[4\\]", "^4^", "<sup>4</sup>", "<sup>[4]</sup>", "<cite>4</cite>", "Source: [4]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["Serbs raised roadblocks. {}", "Serbs raised roadblocks {}."])
def test_a_mark_may_be_wrapped_and_named_in_many_ways(mark: str, form: str) -> None:
    assert parse_citations(normalize_marks(form.format(mark))) == (PLAIN, (4,))


@pytest.mark.parametrize(
    "marks", ["[4], [5]", "[4] and [5]", "([4], [5])", "[[4], [5]]", "[4][5]", "`[4][5]`", "[sentence 4, sentence 5]"]
)
def test_several_marks_may_be_listed_in_many_ways(marks: str) -> None:
    assert parse_citations(normalize_marks(f"Serbs raised roadblocks {marks}.")) == (PLAIN, (4, 5))


@pytest.mark.parametrize("lead", ["According to [4],", "As reported in [4],", "Per [4],"])
def test_words_that_only_lead_to_a_mark_go_with_it(lead: str) -> None:
    assert parse_citations(normalize_marks(f"{lead} Serbs raised roadblocks.")) == (PLAIN, (4,))


@pytest.mark.parametrize(
    "kept",
    [
        "He [Vucic] and (Kurti) left.",
        "`code` and **bold**",
        "Article [5(a)] holds (see below).",
        "Three (3) of [them], [all].",
    ],
)
def test_what_is_wrapped_and_no_mark_stays(kept: str) -> None:
    assert normalize_marks(kept) == kept
