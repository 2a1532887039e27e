from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rag.answering.answer import Turn
from rag.answering.followups import complete_question, condense_question
from rag.errors import ModelError
from rag.llm import Model, choose_model
from rag.settings import Settings
from tests.openai_server import Act, OpenAIServer, fails, says, serving

ROADBLOCKS = Turn("Why did Serbs put up roadblocks in Kosovo?", "To protest the arrest of a former police officer. [1]")
KURTI = Turn("Who is the prime minister of Kosovo?", "Kosovo's prime minister is Albin Kurti. [1]")


@contextmanager
def model(*script: Act) -> Iterator[tuple[OpenAIServer, Model]]:
    read = Settings(llm="openai:test", retry_seconds=0, requests=1)
    with serving(*script) as server:
        choice = choose_model(read, server.environ)
        assert choice is not None
        yield server, Model(choice, read)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("When did it begin?", "When did it begin? (Serbs put roadblocks Kosovo)"),
        ("And what did NATO say?", "And what did NATO say? (Serbs put roadblocks Kosovo)"),
        ("Why?", "Why? (Serbs put roadblocks Kosovo)"),
        ("How many of them were in Kosovo?", "How many of them were in Kosovo? (Serbs put roadblocks)"),
    ],
)
def test_a_question_that_leans_back_takes_the_terms_along(question: str, searched: str) -> None:
    assert complete_question(question, (ROADBLOCKS,)) == searched


@pytest.mark.parametrize(
    "question",
    [
        "What is KFOR?",
        "Who is Josep Borrell?",
        "When did Kosovo declare independence?",
        "What sanctions has Belgrade refused to join since the war in Ukraine began?",
    ],
)
def test_a_question_that_stands_alone_is_searched_as_it_is(question: str) -> None:
    assert complete_question(question, (ROADBLOCKS,)) == question


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = (KURTI, Turn("Who accused him?", "The head of the Serbian government did."))
    assert complete_question("Why?", history) == "Why? (accused prime minister Kosovo)"


def test_without_a_history_nothing_is_added_and_no_model_asked() -> None:
    with model(says("Nonsense?")) as (server, one):
        assert complete_question("When did it begin?", ()) == "When did it begin?"
        assert condense_question("When did it begin?", (), one, one.open_budget()) == "When did it begin?"
        assert server.requests == []


def test_a_model_writes_the_question_so_that_it_stands_alone() -> None:
    with model(says("When did Serbs put up roadblocks in Kosovo?")) as (server, one):
        rewritten = condense_question("When did they do that?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did Serbs put up roadblocks in Kosovo?"
        assert "Question: Why did Serbs put up roadblocks in Kosovo?" in server.prompt()
        assert server.prompt().endswith("Last question: When did they do that?\nRewritten question:")


@pytest.mark.parametrize(
    "reply",
    [
        "The roadblocks went up because bananas were taxed by Martian customs officials.",
        "When did Serbs put up roadblocks?" + " Roadblocks in Kosovo." * 40,
        "?",
    ],
)
def test_a_rewriting_that_invents_or_answers_is_not_believed(reply: str) -> None:
    with model(says(reply)) as (_, one):
        rewritten = condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did it begin? (Serbs put roadblocks Kosovo)"


@pytest.mark.parametrize("finish", [None, "length"])
def test_a_rewriting_that_is_cut_off_is_judged_by_what_came(finish: str | None) -> None:
    with model(says("Well, to begin with, bananas and custard were", finish=finish)) as (_, one):
        rewritten = condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did it begin? (Serbs put roadblocks Kosovo)"


def test_a_rewriting_may_not_lose_a_name_or_a_number() -> None:
    with model(says("When did Serbs put up roadblocks?")) as (_, one):
        rewritten = condense_question("Was it before 2021 that NATO left?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten.startswith("Was it before 2021 that NATO left? (")


def test_a_model_that_fails_is_an_error_that_the_assistant_turns_into_quotes() -> None:
    with model(fails(401)) as (_, one), pytest.raises(ModelError):
        condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
