from dataclasses import replace

from rag.answering.answer import NOT_SURE, Answer, Draft
from rag.answering.claims import Quote
from rag.answering.several import join_answers
from rag.render import markdown
from rag.rich_text import terminal
from tests.answering.test_answer import ARREST, NO_HITS, ROADBLOCKS, checked


def part(question: str, quote: Quote, *, sure: bool) -> Answer:
    return Draft(question, NO_HITS, checked=(checked(quote.text, quote),), sure=sure).answer(0)


def test_an_answer_is_as_sure_as_the_least_sure_of_its_parts() -> None:
    one, other = part("Who was arrested?", ARREST, sure=True), part("Who raised roadblocks?", ROADBLOCKS, sure=False)
    assert not join_answers("?", [one, other]).sure
    assert join_answers("?", [one, replace(one, question="Who?")]).sure


def test_only_the_part_that_is_not_sure_is_headed_by_saying_so() -> None:
    one, other = part("Who was arrested?", ARREST, sure=True), part("Who raised roadblocks?", ROADBLOCKS, sure=False)
    joined = join_answers("?", [one, other])
    for text in (joined.text, markdown(joined), terminal(joined).plain):
        assert text.count(NOT_SURE) == 1
        assert text.index(ARREST.text) < text.index(NOT_SURE) < text.index(ROADBLOCKS.text)
