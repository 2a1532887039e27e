import pytest

from rag import Assistant
from rag.suggestions import suggest_questions


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


def test_questions_are_of_the_articles_that_may_be_asked(town: Assistant) -> None:
    refused = town.ask("What is the capital of France?", articles=["bridge.txt"])
    suggested = suggest_questions(town, refused, ["bridge.txt"])
    for other in suggested:
        assert {hit.passage.article for hit in town.search(other, articles=["bridge.txt"])} == {"bridge.txt"}
        assert town.ask(other, articles=["bridge.txt"]).sure
