from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rag.answering.answer import Turn
from rag.answering.followups import complete_question, condense_question
from rag.errors import ModelError
from rag.llm import Model, choose_model
from rag.prompts import Messages
from rag.settings import Settings
from tests.openai_server import Act, OpenAIServer, chunk, fails, falls_silent, says, serving, streams

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


@pytest.mark.parametrize("finish", ["length", "content_filter", "error"])
def test_a_rewriting_that_is_cut_off_gives_way_to_the_rules(finish: str) -> None:
    with model(says("Well, to begin with, bananas and custard were", finish=finish)) as (_, one):
        rewritten = condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did it begin? (Serbs put roadblocks Kosovo)"


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Was it before 2021 that NATO left?", "When did Serbs put up roadblocks?"),
        ("Did the US protest as well?", "Did they protest the roadblocks in Kosovo as well?"),
        ("What did the WHO say about it?", "What did they say about the roadblocks in Kosovo?"),
        ("Did 3,700 soldiers leave then?", "Did 3,800 soldiers leave Kosovo because of the roadblocks then?"),
        ("Why did they?", "Why did Serbs put up roadblocks in Montenegro?"),
        ("Why did they?", "Why did Serbs put up roadblocks in Kosovo in 2019?"),
    ],
)
def test_a_rewriting_may_neither_lose_nor_invent_a_name_or_a_number(question: str, reply: str) -> None:
    with model(says(reply)) as (_, one):
        rewritten = condense_question(question, (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == complete_question(question, (ROADBLOCKS,))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Did the US protest there?", "Did the US protest in Kosovo?"),
        ("Did 3,700 soldiers leave it?", "Did 3,700 soldiers leave Kosovo?"),
    ],
)
def test_a_rewriting_that_keeps_every_name_and_number_is_believed(question: str, reply: str) -> None:
    with model(says(reply)) as (_, one):
        assert condense_question(question, (ROADBLOCKS,), one, one.open_budget()) == reply


@pytest.mark.parametrize(
    "reply",
    [
        "<think>\nWho are they? The Serbs I think.\n</think>\n\nWhen did Serbs put up roadblocks in Kosovo?",
        "They are the Serbs, I think.\n</think>\nWhen did Serbs put up roadblocks in Kosovo?",
        "Sure! Here it is:\n\nRewritten question: When did Serbs put up roadblocks in Kosovo?",
        "**When did Serbs put up roadblocks in Kosovo?**",
    ],
)
def test_a_rewriting_is_found_below_thoughts_and_announcements(reply: str) -> None:
    with model(says(reply)) as (_, one):
        rewritten = condense_question("When did they do that?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did Serbs put up roadblocks in Kosovo?"


def test_a_model_may_think_longer_than_its_rewriting_may_be() -> None:
    thought = [chunk(reasoning_content=f" thought{number}") for number in range(200)]
    question = "When did Serbs put up roadblocks in Kosovo?"
    with model(streams(*thought, chunk(question), chunk(finish="stop"), "[DONE]")) as (server, one):
        assert condense_question("When did they do that?", (ROADBLOCKS,), one, one.open_budget()) == question
        assert server.requests[0]["max_tokens"] == 600


def test_a_model_that_only_thinks_leaves_the_rewriting_to_the_rules() -> None:
    with model(streams(chunk(reasoning_content="Hm"), chunk(finish="length"), "[DONE]")) as (_, one):
        rewritten = condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did it begin? (Serbs put roadblocks Kosovo)"


def test_a_rewriting_without_end_is_stopped_by_the_tokens_of_its_answer() -> None:
    with model(says("Yes."), falls_silent("Well, " * 150, pings=True)) as (server, one):
        list(one.stream(Messages("", "Hello"), one.open_budget()))  # it is known now that it does not think aloud
        rewritten = condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
        assert rewritten == "When did it begin? (Serbs put roadblocks Kosovo)"
        assert server.gone.wait(5)


def test_a_model_that_fails_is_an_error_that_the_assistant_turns_into_quotes() -> None:
    with model(fails(401)) as (_, one), pytest.raises(ModelError):
        condense_question("When did it begin?", (ROADBLOCKS,), one, one.open_budget())
