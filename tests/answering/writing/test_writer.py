import pytest

from rag.answering.writing import answers_question


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Kosovo declared independence in 2008.", "When did Kosovo declare independence?", True),
        ("Kosovo declared independence.", "When did Kosovo declare independence?", False),
        ("Kosovo is independent.", "Is Kosovo independent?", True),
        ("Kosovo is independent.", "Tell me, is Kosovo independent?", True),
        ("2008.", "When did Kosovo declare independence?", False),
        ("It did in 2008.", "When did Kosovo declare independence?", True),
        ("The article is about Kosovo and its roadblocks.", "Why are there roadblocks?", False),
        ("The Sources of the Nile are about 2,000 m high.", "How high are the sources of the Nile?", True),
    ],
)
def test_a_sentence_that_only_repeats_the_question_is_no_answer(text: str, question: str, *, expected: bool) -> None:
    assert answers_question(text, question) == expected
