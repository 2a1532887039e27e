import json
from pathlib import Path

import pytest

from rag.articles import Article
from rag.errors import SuiteError
from rag.evaluation.cases.cases import load_cases
from rag.evaluation.cases.corpus import Corpus
from rag.evaluation.cases.generation import append_drafts, from_articles, from_feedback
from rag.evaluation.cases.suite import Suite, problems
from rag.llm import open_model
from rag.settings import Settings
from tests.openai_server import says, serving

TEXT = (
    "“The pond froze over in the coldest night,” said Kim Lee, a warden.\n\n"
    "Since 2008 wardens have counted 1,200 owls in the old forest by night."
)
CORPUS = Corpus({"pond.txt": Article("pond.txt", "Pond", TEXT, None, "pond.txt")})


def test_drafts_from_articles_are_sound_cases_in_a_review_file(tmp_path: Path) -> None:
    file = tmp_path / "review.jsonl"
    assert append_drafts(file, from_articles(CORPUS), limit=9) == 2
    drafts = load_cases(file)
    assert [(one.question, one.answers) for one in drafts] == [
        ("Who said “The pond froze over in the coldest night”?", ("Kim Lee",)),
        ("How many owls in the old forest by night?", ("1,200",)),
    ]
    assert problems(Suite(file, tmp_path, drafts, CORPUS)) == ()
    assert all("draft" in one.tags for one in drafts)


def test_drafts_are_added_once_and_what_a_person_wrote_stays(tmp_path: Path) -> None:
    file = tmp_path / "review.jsonl"
    append_drafts(file, from_articles(CORPUS), limit=1)
    file.write_text(file.read_text().replace("Who said", "Which warden said"))
    append_drafts(file, from_articles(CORPUS), limit=9)
    assert append_drafts(file, from_articles(CORPUS), limit=9) == 0
    assert [one.question.split()[0] for one in load_cases(file)] == ["Which", "How"]


def test_a_model_drafts_only_what_its_sentence_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    good, invented = "QUESTION: Who is the warden?\nANSWER: Kim Lee", "QUESTION: How many?\nANSWER: 5,000 bats"
    with serving(says(good), says(invented)) as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        drafts = list(from_articles(CORPUS, open_model(Settings())))
    assert [one.question for one in drafts] == ["Who is the warden?"]


def feedback(**more: object) -> str:
    row = {
        "id": "feedback-2026-01-02T03:04:05.678+00:00",
        "question": "How many owls?",
        "history": [],
        "status": "answered",
        "answer": "Many. [1]",
        "evidence": [{"article": "pond.txt", "quote": "counted 1,200 owls"}],
        "liked": True,
        "word": "clear",
    }
    return json.dumps({**row, **more})


def test_what_readers_liked_is_expected_again_and_the_rest_is_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text(
        "\n".join(
            (
                feedback(),
                feedback(id="2", liked=False, word="wrong year", history=[["Hi?", "Yes."]]),
                feedback(id="3", status="abstained", evidence=[]),
            )
        )
    )
    liked, disliked, refused = from_feedback(tmp_path / "feedback.jsonl")
    assert (liked.expect, liked.nuggets[0].evidence[0].quote) == ("answered", "counted 1,200 owls")
    assert (disliked.kind, disliked.expect, disliked.nuggets) == ("follow-up", "either", ())
    assert "wrong year" in disliked.note
    assert refused.expect == "abstained"


def test_a_file_that_is_no_feedback_is_reported(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").write_text('{"id": "1"}')
    with pytest.raises(SuiteError, match="no feedback"):
        list(from_feedback(tmp_path / "feedback.jsonl"))
