import pytest
from tokenizers import Tokenizer

from rag.checking.judges.encoding import (
    CLAIM_TOKENS,
    CONTEXT_ONLY,
    FOCUS,
    FOCUS_IN_CLAIM,
    IN_CLAIM,
    IN_CONTEXT,
    NEUTRAL,
    NOT_IN_CONTEXT,
    PAIR_TOKENS,
    QUESTION,
    SEP,
    encode_pair,
)
from rag.errors import CheckError
from rag.onnx import load_tokenizer
from rag.text.spans import Span
from rag.weights import TOKENIZER


@pytest.fixture(scope="module")
def minilm() -> Tokenizer:
    return load_tokenizer(TOKENIZER, CheckError)


def marked(minilm: Tokenizer, claim: str, context: str) -> dict[str, int]:
    tokens = encode_pair(minilm, claim, context)
    return {claim[start:end]: mark for (start, end), mark in zip(tokens.offsets, tokens.marks[1:], strict=False)}


def test_each_word_is_marked_by_whether_the_other_side_has_it_in_any_form(minilm: Tokenizer) -> None:
    marks = marked(minilm, "The owls hunted 4,000 mice at dawn", "An owl hunts four thousand mice by night.")
    assert marks["owls"] == marks["hunted"] == marks["4"] == marks["mice"] == IN_CONTEXT
    assert marks["dawn"] == NOT_IN_CONTEXT
    assert marks["The"] == marks["at"] == NEUTRAL


def test_the_context_is_marked_by_what_the_claim_asks_of_it(minilm: Tokenizer) -> None:
    tokens = encode_pair(minilm, "Owls hunt.", "Mice hide from owls.")
    context = tokens.marks[tokens.ids.index(SEP) + 1 : -1]
    assert context == [CONTEXT_ONLY, CONTEXT_ONLY, CONTEXT_ONLY, IN_CLAIM, CONTEXT_ONLY]


def test_what_is_too_long_is_cut_and_a_long_claim_leaves_room_for_its_context(minilm: Tokenizer) -> None:
    tokens = encode_pair(minilm, "owl " * 500, "mouse " * 500)
    assert len(tokens.ids) == len(tokens.marks) == PAIR_TOKENS
    assert len(tokens.offsets) == CLAIM_TOKENS


def test_beside_a_question_only_the_sentence_that_is_asked_about_is_in_focus(minilm: Tokenizer) -> None:
    context = "Owls sleep. Owls hunt mice. Mice hide."
    tokens = encode_pair(minilm, "What do owls hunt?", context, Span(12, 27))
    assert tokens.marks[0] == QUESTION
    start = tokens.ids.index(SEP) + 1
    words = minilm.encode(context, add_special_tokens=False).tokens
    focused = [word for word, mark in zip(words, tokens.marks[start:], strict=False) if mark in (FOCUS, FOCUS_IN_CLAIM)]
    assert "".join(focused).replace("##", "") == "owlshuntmice."
    assert tokens.marks[start] == IN_CLAIM
