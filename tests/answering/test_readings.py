"""What a short follow-up may ask, without a model."""

import pytest

from rag.answering.answer import NOT_SURE, REFUSAL, Turn
from rag.answering.person_names import person_names
from rag.answering.readings import read_follow_up

VUCIC = Turn("Who is the president of Serbia?", "Serbia's president is Aleksandar Vucic. [1]")
OSMANI = Turn("Who is the president of Kosovo?", "Kosovo’s president, Vijosa Osmani, responded. [1]")
PESKOV = Turn(
    "What did Peskov say?", f"{NOT_SURE} “We support Belgrade,” said Kremlin spokesman Dmitry Peskov in Moscow. [1]"
)
CLOSED = Turn("Why was the border crossing closed?", "Because of roadblocks. [1]")
POPULATION = Turn("What is the population of Pristina?", REFUSAL)


@pytest.mark.parametrize(
    ("earlier", "question", "reading"),
    [
        (OSMANI, "no, I meant the prime minister", "Who is the prime minister of Kosovo?"),
        (OSMANI, "Sorry, of Serbia", "Who is the president of Serbia?"),
        (PESKOV, "and Borrell?", "What did Borrell say?"),
        (Turn("what did borrell say", "“Quickly.” [1]"), "and stoltenberg?", "what did stoltenberg say"),
        (Turn("Is Serbia an EU candidate?", "It is. [1]"), "and Kosovo?", "Is Kosovo an EU candidate?"),
        (VUCIC, "And in 2013?", "Who is the president of Serbia in 2013?"),
        (Turn("What happened in 2021?", "Much. [1]"), "and in May 2022?", "What happened in May 2022?"),
        (VUCIC, "what did he say about the barricades?", "what did Vucic say about the barricades?"),
        (OSMANI, "Where is her office?", "Where is Osmani’s office?"),
        (PESKOV, "Who met him?", "Who met Peskov?"),
        (CLOSED, "and when?", "When was the border crossing closed?"),
        (PESKOV, "why?", "Why? “We support Belgrade,” said Kremlin spokesman Dmitry Peskov in Moscow."),
        (PESKOV, "Tell me more", "What did Peskov say?"),
    ],
)
def test_a_short_follow_up_is_read_as_a_question_of_its_own(earlier: Turn, question: str, reading: str) -> None:
    assert read_follow_up(question, [earlier]).texts[0] == reading


def test_a_chain_keeps_what_the_turn_before_meant() -> None:
    history = [VUCIC, Turn("and of Kosovo?", "Vijosa Osmani. [1]")]
    assert read_follow_up("and the prime minister?", history).texts[0] == "Who is the prime minister of Kosovo?"


def test_nothing_is_carried_from_a_turn_that_was_not_answered() -> None:
    assert read_follow_up("Why were crossings closed?", [POPULATION]).texts == ("Why were crossings closed?",)
    assert read_follow_up("How old is he?", [VUCIC, POPULATION]).texts[0] == "How old is Vucic?"


def test_a_question_that_is_only_short_is_first_asked_as_it_stands() -> None:
    first, *others = read_follow_up("What are the license plates about?", [PESKOV]).texts
    assert (first, others) == (
        "What are the license plates about?",
        ["What are the license plates about? (Peskov)"],
    )


def test_a_question_that_names_its_subject_has_no_other_reading() -> None:
    question = "What sanctions has Belgrade refused to join since the war in Ukraine began?"
    assert read_follow_up(question, [VUCIC]).texts == (question,)


def test_more_is_what_was_not_shown_yet_and_why_may_show_all_but_the_statement() -> None:
    assert PESKOV.answer in read_follow_up("anything else?", [VUCIC, PESKOV]).shown
    assert read_follow_up("why?", [PESKOV]).shown.startswith("“We support Belgrade")


def test_a_place_a_people_and_the_first_word_of_a_sentence_are_no_person() -> None:
    assert person_names("Recent unrest in Northern Kosovo followed. Serbian Police closed it, NATO said.") == ()
    assert person_names("He met Serbian President Vucic in Raska and Ana Brnabic.") == ("Vucic", "Ana Brnabic")
