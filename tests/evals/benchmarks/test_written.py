import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.benchmarks.written import KeyedQuestion, ask_rest, is_right, load_questions, summarise
from rag.assistant import Assistant
from rag.settings import Settings
from tests.evaluation.building import COUNTED, answer
from tests.openai_server import OpenAIServer, says, serving

KEY = "Kim Lee counted 12 owls in 2008."
ANSWERED, REFUSED = answer(COUNTED), answer()
ASKED = KeyedQuestion("Who counted owls?", (KEY,))
UNANSWERABLE = KeyedQuestion("Who built it?")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving(says(f"{KEY} [1]")) as server:
        yield server


@pytest.fixture
def assistant(server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "owls.txt").write_text(f"Owls of the valley\n\n{KEY} The owls live in old barns.\n", encoding="utf-8")
    settings = Settings(index_dir=tmp_path / "index", articles_dir=articles, llm="openai:test-model")
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    with Assistant.open(settings) as assistant:
        yield assistant


def test_an_answer_is_right_when_it_cites_a_key_and_a_refusal_when_there_is_none() -> None:
    assert is_right(ASKED, ANSWERED)
    assert not is_right(ASKED._replace(keys=("Another.",)), ANSWERED)
    assert not is_right(ASKED, REFUSED)
    assert is_right(UNANSWERABLE, REFUSED)
    assert not is_right(UNANSWERABLE, ANSWERED)


def test_an_answer_with_the_words_of_the_answer_is_right_in_any_case_and_spacing() -> None:
    assert is_right(KeyedQuestion("Who counted owls?", answers=("twelve", "kim  lee")), ANSWERED)
    assert not is_right(KeyedQuestion("Who counted owls?", answers=("Ann",)), ANSWERED)
    assert not is_right(KeyedQuestion("Who counted owls?", answers=("articles",)), REFUSED)


def test_counts_and_times_are_those_of_all_answers(assistant: Assistant, tmp_path: Path) -> None:
    results = list(ask_rest(assistant, [ASKED, UNANSWERABLE], tmp_path / "results.jsonl"))
    counts = summarise(results)
    assert (counts["questions"], counts["answerable"], counts["right, answerable"]) == (2, 1, 1)
    assert (counts["written to the end"], counts["sentences written and shown"]) == (1, 1)
    written = results[0]
    assert written.first_written is not None
    assert written.first <= written.first_written <= counts["seconds to the end, where written"]


def test_what_was_answered_is_not_asked_again(assistant: Assistant, server: OpenAIServer, tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    first = list(ask_rest(assistant, [ASKED], file))
    asked = len(server.requests)
    assert asked
    assert list(ask_rest(assistant, [ASKED], file)) == first
    assert len(server.requests) == asked


def test_questions_are_read_with_their_keys_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [
        {"question": "Which?", "key_sentences": ["The bridge\nwas closed."]},
        {"question": "Who?", "answerable": True, "answers": ["Kim"]},
        {"question": "Why?", "answers": []},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    which, who, why = load_questions(file)
    assert which == KeyedQuestion("Which?", ("The bridge was closed.",))
    assert (who.answers, who.answerable, why.answerable) == (("Kim",), True, False)
    assert len(load_questions(file, 2)) == 2
