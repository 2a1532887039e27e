import pytest

from rag.answering.answer import REFUSAL, Answer
from rag.answering.phrasing import last_question, restore_question, split_question
from rag.answering.several import join_answers

GARDENING = "Our gardening club meets on Mondays. We plant beans in May. The shed needs a new roof. " * 4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Who is Serbia's president and how many troops does KFOR have?",
            ("Who is Serbia's president?", "How many troops does KFOR have?"),
        ),
        ("Who is Kurti? What is KFOR?", ("Who is Kurti?", "What is KFOR?")),
        ("Who won and when?", ("Who won and when?",)),
        ("What did he say about who came and why it failed?", ("What did he say about who came and why it failed?",)),
        ("Which crossings and roads were closed?", ("Which crossings and roads were closed?",)),
    ],
)
def test_two_questions_in_one_are_two(text: str, parts: tuple[str, ...]) -> None:
    assert split_question(text) == parts


def test_a_run_of_spaces_in_a_question_is_read_at_once() -> None:
    text = f"Who won{' ' * 30_000}the race?"
    assert split_question(text) == (text,)


def test_of_a_pasted_text_the_question_at_its_end_is_asked() -> None:
    assert last_question(f"{GARDENING}\n\nWho is Ljubo?") == "Who is Ljubo?"
    assert last_question(f"{GARDENING}\n\nwho is ljubo") == "who is ljubo"
    assert last_question(GARDENING) == GARDENING
    context = "I am writing on Kosovo. The crossings were closed. Who closed them?"
    assert last_question(context) == context


def test_what_was_left_out_or_not_understood_is_told() -> None:
    answer = Answer("Who is Ljubo?", "Ljubo is 45.", "answered")
    pasted = restore_question(answer, f"{GARDENING} Who is Ljubo?", "Who is Ljubo?")
    assert pasted.searched == "Who is Ljubo?"
    assert "not read" in pasted.notice
    refused = Answer("Wer ist der Präsident von Serbien?", REFUSAL, "abstained")
    assert "looks like German" in restore_question(refused, refused.question, refused.question).text
    english = Answer("Who is the mayor of Belgrade?", REFUSAL, "abstained")
    assert restore_question(english, english.question, english.question) == english


def test_parts_that_all_abstain_are_one_refusal() -> None:
    refused = [Answer(question, REFUSAL, "abstained") for question in ("Who is A?", "Who is B?")]
    assert join_answers("Who is A? Who is B?", refused).text == REFUSAL
