import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from rag.answering.writing.streaming import stream_sentences
from rag.text.sentences import split
from tests.texts import STEADY, texts


def one_by_one(text: str) -> list[str]:
    return list(stream_sentences(list(text)))


def lines() -> list[str]:
    texts = [file.read_text(encoding="utf-8") for file in sorted(Path("seeds").glob("*"))]
    return [line for text in texts for line in text.splitlines() if len(line) > 80]


def test_sentences_come_out_the_same_however_the_pieces_are_cut() -> None:
    dice = random.Random(1)
    for line in lines():
        marked = " ".join(f"{line[span.start : span.end]} [{place % 9 + 1}]" for place, span in enumerate(split(line)))
        ends = sorted({*dice.sample(range(len(marked)), len(marked) // 4), len(marked)})
        pieces = [marked[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
        assert list(stream_sentences(pieces)) == list(stream_sentences([marked]))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One is a. [1] Two is b. [2]", ["One is a. [1]", "Two is b. [2]"]),
        ("One is a [1]. Two is b [2].", ["One is a [1].", "Two is b [2]."]),
        ("One is a.[1, 2] Two is b.【3】 Three.[^4]", ["One is a.[1, 2]", "Two is b.【3】", "Three.[^4]"]),
        ("One is a.[1]Two is b.[2]", ["One is a.[1]", "Two is b.[2]"]),
        ("One is a.¹ Two is b.²", ["One is a.¹", "Two is b.²"]),
        ("One is a.\n\n[1] [2]\n\nTwo is b. [3]", ["One is a.\n\n[1] [2]", "Two is b. [3]"]),
        ("- One\n- Two [1]\n* Three", ["- One", "- Two [1]", "* Three"]),
        ("At 4 p.m. Eastern it began. [1] It ended.", ["At 4 p.m. Eastern it began. [1]", "It ended."]),
        ("It fell to 3. [1] It rose to 3.5 then. [2]", ["It fell to 3. [1]", "It rose to 3.5 then. [2]"]),
        ("One is a. [1", ["One is a."]),
        ("One is a", ["One is a"]),
        ("One is a. `[1]` Two is b. **[2]**", ["One is a. [1]", "Two is b. [2]"]),
        ("One is a. [[1]] Two is b. ([2], [3])", ["One is a. [1]", "Two is b. [2][3]"]),
        ("One is a. Source: [1] Two is b. (Source: [2])", ["One is a. [1]", "Two is b. [2]"]),
        ("[1] One is a. [2] Two is b.", ["[1] One is a.", "[2] Two is b."]),
        ("[1]: One is a.\n[2]: Two is b.", ["[1] One is a.", "[2] Two is b."]),
        ("- [1] One is a.\n- [2] Two is b.", ["- [1] One is a.", "- [2] Two is b."]),
        ("| A | B |\n|---|:--|\n| One | a [1] |\n| Two | b [2] |\n", ["A: One; B: a [1].", "A: Two; B: b [2]."]),
        ("| A | B |\n|---+:-:+\n| One | a [1] |\n| - | + |\n", ["A: One; B: a [1].", "A: -; B: +."]),
        (
            "Thus:\n| One | a [1] |\n| Two | b [2] |\n\nThree. [3]",
            ["Thus:", "One; a [1].", "Two; b [2].", "Three. [3]"],
        ),
        ('{"answer": "One is a. [1] Two is b. [2]"}', ["One is a. [1]", "Two is b. [2]"]),
        ('```json\n{"answer": "One is a.", "citations": [1, 2]}\n```', ["One is a. [1][2]"]),
        (
            '[{"text": "One is a.", "source": 1}, {"text": "Two is b.", "id": "[2]"}]',
            ["One is a. [1]", "Two is b. [2]"],
        ),
        ('{"answer": "One is a. [1]", "reasoning": "Hm. [2]", "confidence": 1}', ["One is a. [1]"]),
        ("{One is a. [1] Two is b. [2]", ["{One is a. [1]", "Two is b. [2]"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_marks_belong_to_the_sentence_before_them(text: str, cut: list[str]) -> None:
    assert one_by_one(text) == cut


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("| A | B |\n|" + "-" * 40 + "+---|\n| One | a [1] |\n", ["A: One; B: a [1]."]),
        ("| A | B |\n|" + "-|" * 40 + "x|\n", ["A; B.", "-; " * 40 + "x."]),
        ("|" + " " * 20_000 + "x\n", ["x."]),
    ],
)
def test_a_long_line_of_a_table_is_read_at_once(text: str, cut: list[str]) -> None:
    assert list(stream_sentences([text])) == cut


def test_white_space_before_a_reply_takes_no_time() -> None:
    assert list(stream_sentences([" " * 5_000 + "One is a. [1]"])) == ["One is a. [1]"]


@pytest.mark.parametrize(
    "text",
    [
        "```markdown\nOne is a. [1]\n```",
        "One is a. [1]\n\nSources:\n[1] A title. \n[2] Another.",
        "One is a. [1]\n\n**References**\n1. x",
        "One is a. [1]\n\n[^1]: https://example.org",
    ],
)
def test_fences_and_lists_of_sources_are_left_out(text: str) -> None:
    assert one_by_one(text) == ["One is a. [1]"]


def test_a_sentence_comes_out_before_the_next_one_is_whole() -> None:
    seen = []

    def pieces() -> Iterator[str]:
        for letter in "One is a. [1] Two goes on and on and on, as long as anyone listens":
            seen.append(letter)
            yield letter

    assert next(stream_sentences(pieces())) == "One is a. [1]"
    assert "".join(seen) == "One is a. [1] Two goes on and on and on, as lo"


def test_a_bracket_that_is_no_mark_does_not_swallow_what_stands_before_it() -> None:
    text = (
        "One is [sic] a. [a long aside, which is no mark at all, goes on] Two is b. [2] Three is c, and so on and on."
    )
    assert one_by_one(text) == list(stream_sentences([text]))
    assert one_by_one(text)[0].startswith("One is [sic] a.")


@STEADY
@given(texts())
def test_no_word_is_lost_or_streamed_twice_whatever_the_text(text: str) -> None:
    def letters(cut: list[str]) -> str:
        return "".join(filter(str.isalnum, "".join(cut)))

    assert letters(one_by_one(text)) == letters(list(stream_sentences([text])))


def test_what_stood_unfinished_when_the_pieces_failed_is_never_given_out() -> None:
    def pieces() -> Iterator[str]:
        yield "One is a. [1] Two is bbbbbbbbbbbbbbbbbbbbbbbbbbbb, which is. [2] Three is not."
        raise ConnectionError

    cut = stream_sentences(pieces())
    assert next(cut) == "One is a. [1]"
    with pytest.raises(ConnectionError):
        list(cut)
