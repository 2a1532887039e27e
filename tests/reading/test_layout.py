from datetime import date

import pytest
from tokenizers import Tokenizer

from rag.errors import ReaderError
from rag.onnx import load_tokenizer
from rag.reading.layout import MARKER, SEP, TOKENS, Layout, LayoutBuilder, TokenKind
from rag.weights import TOKENIZER

SENTENCES = ("The officer was arrested.", "He will be placed under house arrest.")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer(TOKENIZER, ReaderError)


def kinds_by_word(tokenizer: Tokenizer, layout: Layout) -> dict[str, TokenKind]:
    return {
        str(tokenizer.id_to_token(token)): TokenKind(kind) for token, kind in zip(layout.ids, layout.kinds, strict=True)
    }


def test_every_sentence_stands_behind_its_marker(tokenizer: Tokenizer) -> None:
    layout = LayoutBuilder(tokenizer, "Who was arrested?").build("Owls", None, SENTENCES)
    assert [layout.ids[place] for place in layout.markers] == [MARKER, MARKER]
    assert len(layout.ids) == len(layout.kinds) == len(layout.offsets)
    start, end = layout.offsets[layout.markers[1] + 1]
    assert SENTENCES[1][start:end] == "He"


def test_words_that_question_and_passage_share_are_marked_in_both_whatever_their_endings(tokenizer: Tokenizer) -> None:
    layout = LayoutBuilder(tokenizer, "When were the officers sentenced?").build("Kosovo", None, SENTENCES)
    kinds = kinds_by_word(tokenizer, layout)
    assert kinds["officers"] is TokenKind.QUESTION_SHARED
    assert kinds["officer"] is TokenKind.PASSAGE_SHARED
    assert kinds["sentenced"] is TokenKind.QUESTION
    assert kinds["arrested"] is TokenKind.PASSAGE
    assert kinds["the"] is TokenKind.PASSAGE


def test_the_day_of_the_article_is_read_beside_its_title(tokenizer: Tokenizer) -> None:
    builder = LayoutBuilder(tokenizer, "What happened in December 2022?")
    kinds = kinds_by_word(tokenizer, builder.build("Kosovo", date(2022, 12, 27), SENTENCES))
    assert kinds["december"] is TokenKind.TITLE_SHARED


def test_what_is_too_long_is_cut_and_sentences_that_do_not_fit_have_no_marker(tokenizer: Tokenizer) -> None:
    layout = LayoutBuilder(tokenizer, "owl " * 500).build("title " * 500, None, ["mouse " * 100] * 9)
    assert len(layout.ids) <= TOKENS
    assert 1 <= len(layout.markers) < 9
    assert layout.ids[-1] == SEP
