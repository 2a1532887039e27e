import json
from datetime import date

from rag.answering.answer import NOT_SURE, REFUSAL, CheckedClaim, Draft
from rag.answering.claims import Claim, Quote, QuotedDisagreement, QuotedSide
from rag.answering.quoting import rank
from rag.checking import Verdict
from rag.checking.verdict import Label
from rag.passages import Passage
from rag.text.spans import Span

TEXT = "Serbs raised roadblocks. A former officer was arrested. Kosovo declared independence in 2008."
PASSAGE = Passage(
    "a.txt", "Roadblocks", date(2022, 12, 27), TEXT, 0, len(TEXT), (Span(0, 24), Span(25, 55), Span(56, 93))
)
ROADBLOCKS, ARREST, INDEPENDENCE = (Quote(PASSAGE, span) for span in PASSAGE.sentences)
NO_HITS = rank("?", ())


def checked(text: str, *quotes: Quote, label: Label = "supported") -> CheckedClaim:
    return CheckedClaim(Claim(text, quotes), Verdict(label, 1.0, "", None, "because"))


def test_marks_are_numbered_by_first_use_and_shared() -> None:
    draft = Draft("?", NO_HITS, checked=(checked("One.", ARREST), checked("Two.", ROADBLOCKS, ARREST)))
    answer = draft.answer(0.1)
    assert answer.text == "One. [1] Two. [2][1]"
    assert [citation.quote for citation in answer.citations] == [ARREST.text, ROADBLOCKS.text]


def test_a_citation_is_the_article_at_its_offsets() -> None:
    (citation,) = Draft("?", NO_HITS, checked=(checked("One.", INDEPENDENCE),)).answer(0).citations
    assert citation.quote == TEXT[citation.start : citation.end] == "Kosovo declared independence in 2008."
    assert (citation.article, citation.title, citation.date) == ("a.txt", "Roadblocks", date(2022, 12, 27))


def test_what_is_not_supported_is_withheld_and_numbered_after_what_is_shown() -> None:
    draft = Draft("?", NO_HITS, checked=(checked("Bad.", ARREST, label="unsure"), checked("Good.", ROADBLOCKS)))
    answer = draft.answer(0)
    assert answer.text == "Good. [1]"
    assert [(sentence.text, sentence.citations) for sentence in answer.withheld] == [("Bad.", (2,))]


def test_an_answer_with_nothing_left_to_show_abstains() -> None:
    answer = Draft("?", NO_HITS, checked=(checked("Bad.", ARREST, label="contradicted"),)).answer(0)
    assert (answer.status, answer.text, answer.sentences) == ("abstained", REFUSAL, ())
    assert len(answer.withheld) == 1


def test_sides_of_a_disagreement_are_cited() -> None:
    disagreement = QuotedDisagreement((QuotedSide("2008", (INDEPENDENCE,)), QuotedSide("2013", (ARREST,))))
    answer = Draft("?", NO_HITS, checked=(checked("One.", INDEPENDENCE),), disagreements=(disagreement,)).answer(0)
    (numbered,) = answer.disagreements
    assert [(side.value, side.citations) for side in numbered.sides] == [("2008", (1,)), ("2013", (2,))]


def test_an_answer_becomes_json() -> None:
    answer = Draft("?", NO_HITS, checked=(checked("One.", ARREST),)).answer(0.5)
    content = json.loads(json.dumps(answer.to_dict()))
    assert content["citations"][0]["date"] == "2022-12-27"
    assert content["sentences"][0]["verdict"]["label"] == "supported"
    assert content["status"] == "answered"
    assert (content["searched"], content["notice"]) == ("", "")


def test_an_answer_that_is_not_sure_says_so_before_its_quotes() -> None:
    answer = Draft("?", NO_HITS, checked=(checked("One.", ARREST),), sure=False).answer(0)
    assert (answer.text, answer.status, answer.sure) == (f"{NOT_SURE} One. [1]", "answered", False)
    refused = Draft("?", NO_HITS, sure=False).answer(0)
    assert (refused.text, refused.sure) == (REFUSAL, True)


def test_the_words_that_answer_are_offsets_into_the_article() -> None:
    year = Quote(PASSAGE, INDEPENDENCE.span, Span(88, 92))
    claims = (checked("One.", year), checked("Two.", INDEPENDENCE))
    (citation,) = Draft("?", NO_HITS, checked=claims).answer(0).citations
    assert citation.answer is not None
    assert TEXT[slice(*citation.answer)] == "2008"
