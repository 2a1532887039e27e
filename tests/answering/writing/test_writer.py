import pytest

from rag.answering.claims import Claim, Quote
from rag.answering.writing import NumberedEvidence, answers_question, attribute_claim
from rag.passages import Passage
from rag.text.spans import Span

TEXT = "Serbs put up roadblocks. Kosovo declared independence in 2008."
PASSAGE = Passage("a.txt", "Kosovo", None, TEXT, 0, len(TEXT), (Span(0, 24), Span(25, 62)))
ROADBLOCKS, INDEPENDENCE = (Quote(PASSAGE, span) for span in PASSAGE.sentences)
EVIDENCE = NumberedEvidence((ROADBLOCKS, INDEPENDENCE))


def test_a_claim_is_attributed_to_the_sentence_it_resembles_most() -> None:
    claim = attribute_claim(Claim("Independence was declared in 2008.", ()), EVIDENCE)
    assert claim == Claim("Independence was declared in 2008.", (INDEPENDENCE,))


@pytest.mark.parametrize(
    "claim",
    [
        Claim("Owls hunt mice at night.", ()),
        Claim("Kosovo declared independence.", (INDEPENDENCE,)),
        Claim("It is so.", ()),
    ],
)
def test_a_claim_like_no_other_sentence_is_not_attributed(claim: Claim) -> None:
    assert attribute_claim(claim, EVIDENCE) is None
    assert attribute_claim(claim, NumberedEvidence(())) is None


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
