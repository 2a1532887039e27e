from collections.abc import Callable
from dataclasses import replace

import pytest

from rag import Assistant
from rag.answering.quoting import Ranking, rank_once
from rag.passages import Passage
from rag.reading import Reader
from rag.sentence_questions import find_questions
from rag.suggestions import example_questions, suggest_questions
from rag.text.sentences import split


def questions_on(text: str) -> list[str]:
    passage = Passage("one.txt", "One", None, text, 0, len(text), split(text))
    return [example.question for example in find_questions([passage])]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "The Royal University of Warsaw was established in 1816.",
            "When was the Royal University of Warsaw established?",
        ),
        ("It left Kosovo, which declared independence in 2008, alone.", "When did Kosovo declare independence?"),
        ("In 1815, Russia annexed Warsaw, and it grew.", "When did Russia annex Warsaw?"),
        ("The Treaty of Rome was signed in Italy.", "Where was the Treaty of Rome signed?"),
        ("Warsaw is important because it is the capital.", "Why is Warsaw important?"),
        ("Japan deployed about 350,000 troops to Wuhan.", "How many troops did Japan deploy?"),
        ("Old Bridge was built by Ada Brook in May.", "Who built Old Bridge?"),
        ("Serbian Defense Minister Milos Vucevic said little.", "Who is Milos Vucevic?"),
        ("Serbia’s President Aleksandar Vucic has announced a plan.", "What did Aleksandar Vucic announce?"),
        ("Chief executive Sarah Stewart said it went well.", "Who is Sarah Stewart?"),
        ("Stella Flemmings, Redman Butler practice manager, said little.", "Who is Stella Flemmings?"),
        ("Laura Davies, 21, was punched by Jordan Taylor.", "How old is Laura Davies?"),
        ("John Holah, 36, is from Earlswood, Surrey.", "Where is John Holah from?"),
        ("Because of this, Ethelred fled to Normandy in 1013.", "Where did Ethelred flee to?"),
        ("Kosovo banned the plates of Serbia.", "What did Kosovo ban?"),
        ("Boeing said the Dreamliner was safe.", "What did Boeing say about the Dreamliner?"),
        ("Debbie Davis, 54, runs Beryl and Pegs.", "What does Debbie Davis run?"),
        ("Ada Brook designed the Old Bridge in May.", "Who designed the Old Bridge?"),
        ("Omar Khan was fined £500 on Monday.", "How much was Omar Khan fined?"),
        ("Omar Khan was jailed for four years.", "How long was Omar Khan jailed for?"),
        ("Boeing fell by 4.5% on Monday.", "How much did Boeing fall by?"),
        ("Kosovo is best known for its cheese.", "What is Kosovo known for?"),
    ],
)
def test_a_sentence_becomes_a_question_that_it_answers(sentence: str, question: str) -> None:
    assert question in questions_on(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Scottish Law Officers are the advisers of the government.",
        "General Franklin Roosevelt spoke in 1941.",
        "Queen Elizabeth opened the new building on 9 October 2004.",
        "Serbia declared it in 1999.",
        "This Act was passed in 1999.",
        "Prosecutors said nothing.",
        "Farmer James Winslade said the river rose.",
    ],
)
def test_no_question_is_made_where_it_may_be_ill_put(sentence: str) -> None:
    assert not questions_on(sentence)


def test_examples_take_kinds_in_turn(seeds: Assistant) -> None:
    first = example_questions(seeds, 3)
    assert len({question.split()[0] for question in first}) == 3


@pytest.mark.parametrize("question", ["What is the capital of France?", "How much do the temporary plates cost?"])
def test_after_a_refusal_three_questions_are_offered_that_are_answered_for_sure(
    seeds: Assistant, question: str
) -> None:
    refused = seeds.ask(question)
    assert refused.status == "abstained"
    suggested = suggest_questions(seeds, refused)
    assert len(set(suggested) - {question}) == 3
    for other in suggested:
        answer = seeds.ask(other)
        assert (answer.status, answer.sure) == ("answered", True)


def test_a_question_that_only_the_second_reading_is_sure_of_is_offered(
    town: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(confidence: float) -> Callable[..., Ranking]:
        return lambda *asked: replace(rank_once(*asked), confidence=confidence)

    offered = example_questions(town, 5)
    assert offered
    read: list[str] = []

    def read_surely(first: Ranking, reader: Reader | None) -> Ranking:
        read.append(first.question.text)
        return replace(first, confidence=0.95)

    monkeypatch.setattr("rag.suggestions.read_again", read_surely)
    monkeypatch.setattr("rag.suggestions.rank_once", doubt(0.65))
    assert set(offered) <= set(example_questions(town, 5))
    assert read
    read.clear()
    monkeypatch.setattr("rag.suggestions.rank_once", doubt(0.3))
    assert (example_questions(town, 5), read) == ((), [])


def test_questions_are_of_the_articles_that_may_be_asked(town: Assistant) -> None:
    refused = town.ask("What is the capital of France?", articles=["bridge.txt"])
    suggested = suggest_questions(town, refused, ["bridge.txt"])
    for other in suggested:
        assert {hit.passage.article for hit in town.search(other, articles=["bridge.txt"])} == {"bridge.txt"}
        assert town.ask(other, articles=["bridge.txt"]).sure


def test_nothing_is_read_for_questions_once_their_time_is_over(
    town: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = town.ask("What is the capital of France?")
    monkeypatch.setattr(Assistant, "article", lambda *_: pytest.fail("an article is read"))
    monkeypatch.setattr("rag.suggestions.classify_names", lambda *_: pytest.fail("a name is classified"))
    assert suggest_questions(town, refused, seconds=0.0) == ()
