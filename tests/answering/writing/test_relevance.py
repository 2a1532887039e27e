import pytest

from rag.answering.writing import RelevanceFilter
from rag.reading import Reader, open_reader
from rag.settings import Settings


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Kosovo declared independence in 2008.", "When did Kosovo declare independence?", True),
        ("Kosovo declared independence.", "When did Kosovo declare independence?", False),
        ("Kosovo is independent.", "Is Kosovo independent?", True),
        ("Kosovo is independent.", "Tell me, is Kosovo independent?", True),
        ("2008.", "When did Kosovo declare independence?", False),
        ("45-year-old", "How old is Ljubo?", False),
        ("It did in 2008.", "When did Kosovo declare independence?", True),
        ("The article is about Kosovo and its roadblocks.", "Why are there roadblocks?", False),
        ("It discusses the roadblocks in Kosovo.", "Why are there roadblocks?", False),
        ("The sentence “Police closed it” is factual.", "Who closed it?", False),
        ("The sentence was 30 years in prison.", "How long was the sentence?", True),
        ("The Sources of the Nile are about 2,000 m high.", "How high are the sources of the Nile?", True),
    ],
)
def test_a_sentence_that_only_repeats_the_question_is_no_answer(text: str, question: str, *, expected: bool) -> None:
    assert RelevanceFilter(question, None).admits(text) == expected


@pytest.fixture(scope="module")
def reader() -> Reader:
    reader = open_reader(Settings())
    assert reader is not None
    return reader


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("How old is Ljubo?", "Ljubo is 45 years old.", "Ljubo is a protester at the Jarinje border crossing."),
        (
            "How big is KFOR?",
            "KFOR consists of about 4,000 units.",
            "The article discusses the role of KFOR in Kosovo.",
        ),
        ("Who is the president of Serbia?", "The president is Aleksandar Vucic.", "Serbia put its army on alert."),
    ],
)
def test_the_reader_tells_what_answers_from_what_is_merely_on_the_topic(
    reader: Reader, question: str, answer: str, other: str
) -> None:
    relevance = RelevanceFilter(question, reader)
    assert (relevance.admits(answer), relevance.admits(other)) == (True, False)


def test_once_one_sentence_answers_others_may_add_to_it(reader: Reader) -> None:
    more, before = "He is a protester at the Jarinje border crossing.", ["Ljubo is 45 years old."]
    relevance = RelevanceFilter("How old is Ljubo?", reader)
    assert (relevance.admits(more), relevance.admits(more, before)) == (False, True)
    assert not relevance.admits("A lawmaker calls for support of Kosovo in the event of an invasion.", before)


def test_a_sentence_that_goes_round_in_circles_is_no_answer() -> None:
    circles = "The articles tell of the conflict" + ", and the conflict between Serbia and Kosovo" * 8 + "."
    assert not RelevanceFilter("How many states recognise Kosovo?", None).admits(circles)
