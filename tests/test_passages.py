from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles import Article, find_articles, load_article
from rag.passages import Passage, cut_passages
from rag.text.spans import Span
from rag.text.tokens import count_tokens
from tests.texts import STEADY, texts

SEEDS = Path(__file__).parent.parent / "seeds"


def article(text: str, *boilerplate: Span) -> Article:
    return Article("a.txt", "A title", text, date(2022, 12, 27), "/articles/a.txt", boilerplate)


def sentences(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.sentence(number) for passage in passages for number in range(len(passage.sentences))]


def test_a_passage_names_the_article() -> None:
    (passage,) = cut_passages(article("Serbs raised roadblocks. NATO helped."), 200)
    assert (passage.article, passage.title, passage.date, passage.key) == (
        "a.txt",
        "A title",
        date(2022, 12, 27),
        "a.txt#0",
    )
    assert sentences((passage,)) == ["Serbs raised roadblocks.", "NATO helped."]


def test_short_paragraphs_share_a_passage_and_long_ones_are_cut_evenly() -> None:
    text = "Serbs raised roadblocks in Kosovo. " * 8
    short = cut_passages(article("One.\n\nTwo.\n\nThree."), 50)
    assert [len(passage.sentences) for passage in short] == [3]
    assert [len(passage.sentences) for passage in cut_passages(article(text), 50)] == [4, 4]


def test_passages_are_filled_as_far_as_paragraphs_fit() -> None:
    text = "Serbs raised roadblocks in Kosovo.\n\n" * 15  # nine tokens each, with the blank line before
    assert [len(passage.sentences) for passage in cut_passages(article(text), 50)] == [5, 5, 5]


def test_a_sentence_that_is_too_long_stands_alone() -> None:
    text = "Short one. And " + "so on " * 100 + "end. Short two."
    assert [len(passage.sentences) for passage in cut_passages(article(text), 20)] == [1, 1, 1]


def test_no_passage_spans_boilerplate() -> None:
    text = "Serbs left. RELATED: Pride march. NATO came."
    passages = cut_passages(article(text, Span(12, 33)), 200)
    assert [passage.text for passage in passages] == ["Serbs left.", "NATO came."]


def test_an_article_of_boilerplate_alone_has_no_passage() -> None:
    assert cut_passages(article("Leave a Reply", Span(0, 13)), 200) == ()


@pytest.mark.parametrize("file", find_articles(SEEDS).files, ids=lambda file: str(file.name)[:3])
def test_the_five_articles_become_passages_without_loss(file: Path) -> None:
    loaded = load_article(file, SEEDS)
    passages = cut_passages(loaded, 200)
    assert all(count_tokens(passage.text) <= 200 for passage in passages)
    left = "".join(
        " " if any(a <= at < b for a, b in loaded.boilerplate) else mark for at, mark in enumerate(loaded.text)
    )
    assert "".join("".join(sentences(passages)).split()) == "".join(left.split())


@STEADY
@given(texts(), st.data(), st.sampled_from([1, 20, 200]))
def test_every_sentence_is_in_one_passage_at_its_offsets(text: str, data: st.DataObject, budget: int) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    boilerplate = tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))
    passages = cut_passages(article(text, *boilerplate), budget)
    held = [0] * len(text)
    for start, end in (*boilerplate, *(span for passage in passages for span in passage.sentences)):
        held[start:end] = [times + 1 for times in held[start:end]]
    assert all(times == 1 or (times == 0 and mark.isspace()) for times, mark in zip(held, text, strict=True))
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.sentences) == 1 or count_tokens(passage.text) <= budget
    assert len({passage.key for passage in passages}) == len(passages)
