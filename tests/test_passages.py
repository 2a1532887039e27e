from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles import Article, find, read
from rag.passages import Passage, cut
from rag.text.spans import Span
from rag.text.tokens import count
from tests.texts import STEADY, texts

SEEDS = Path(__file__).parent.parent / "seeds"


def article(text: str, *furniture: Span) -> Article:
    return Article("a.txt", "A title", text, date(2022, 12, 27), "/articles/a.txt", furniture)


def sentences(passages: tuple[Passage, ...]) -> list[str]:
    return [one.sentence(number) for one in passages for number in range(len(one.sentences))]


def test_a_passage_tells_which_article_it_is_of() -> None:
    (one,) = cut(article("Serbs raised roadblocks. NATO helped."), 200)
    assert (one.article, one.title, one.date, one.key) == ("a.txt", "A title", date(2022, 12, 27), "a.txt#0")
    assert sentences((one,)) == ["Serbs raised roadblocks.", "NATO helped."]


def test_short_paragraphs_share_a_passage_and_long_ones_are_cut_evenly() -> None:
    text = "Serbs raised roadblocks in Kosovo. " * 8
    short = cut(article("One.\n\nTwo.\n\nThree."), 50)
    assert [len(one.sentences) for one in short] == [3]
    assert [len(one.sentences) for one in cut(article(text), 50)] == [4, 4]


def test_passages_are_filled_as_far_as_paragraphs_fit() -> None:
    text = "Serbs raised roadblocks in Kosovo.\n\n" * 15  # nine tokens each, with the blank line before
    assert [len(one.sentences) for one in cut(article(text), 50)] == [5, 5, 5]


def test_a_sentence_that_is_too_long_stands_alone() -> None:
    text = "Short one. And " + "so on " * 100 + "end. Short two."
    assert [len(one.sentences) for one in cut(article(text), 20)] == [1, 1, 1]


def test_no_passage_spans_furniture() -> None:
    text = "Serbs left. RELATED: Pride march. NATO came."
    found = cut(article(text, Span(12, 33)), 200)
    assert [one.text for one in found] == ["Serbs left.", "NATO came."]


def test_an_article_of_furniture_alone_has_no_passage() -> None:
    assert cut(article("Leave a Reply", Span(0, 13)), 200) == ()


@pytest.mark.parametrize("file", find(SEEDS), ids=lambda file: str(file.name)[:3])
def test_the_five_articles_become_passages_without_loss(file: Path) -> None:
    one = read(file, SEEDS)
    found = cut(one, 200)
    assert all(count(passage.text) <= 200 for passage in found)
    left = "".join(" " if any(a <= at < b for a, b in one.furniture) else mark for at, mark in enumerate(one.text))
    assert "".join("".join(sentences(found)).split()) == "".join(left.split())


@STEADY
@given(texts(), st.data(), st.sampled_from([1, 20, 200]))
def test_every_sentence_is_in_one_passage_at_its_offsets(text: str, data: st.DataObject, budget: int) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    furniture = tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))
    found = cut(article(text, *furniture), budget)
    held = [0] * len(text)
    for start, end in (*furniture, *(span for one in found for span in one.sentences)):
        held[start:end] = [times + 1 for times in held[start:end]]
    assert all(times == 1 or (times == 0 and mark.isspace()) for times, mark in zip(held, text, strict=True))
    for one in found:
        assert one.text == text[one.start : one.end]
        assert len(one.sentences) == 1 or count(one.text) <= budget
    assert len({one.key for one in found}) == len(found)
