import json
from dataclasses import replace
from pathlib import Path

from evals.benchmarks.written import KeyedQuestion, WrittenAnswer, is_right, load_questions, summarise
from tests.evaluation.building import COUNTED, answer

KEY = "Kim Lee counted 12 owls in 2008."
ANSWERED, REFUSED = answer(COUNTED), answer()
ASKED = KeyedQuestion("Who counted owls?", (KEY,))
UNANSWERABLE = KeyedQuestion("Who built it?", ())


def test_an_answer_is_right_when_it_cites_a_key_and_a_refusal_when_there_is_none() -> None:
    assert is_right(WrittenAnswer(ASKED, ANSWERED, 0.1, None))
    assert not is_right(WrittenAnswer(ASKED._replace(keys=("Another.",)), ANSWERED, 0.1, None))
    assert not is_right(WrittenAnswer(ASKED, REFUSED, 0.1, None))
    assert is_right(WrittenAnswer(UNANSWERABLE, REFUSED, 0.1, None))
    assert not is_right(WrittenAnswer(UNANSWERABLE, ANSWERED, 0.1, None))


def test_counts_and_times_are_those_of_all_answers() -> None:
    written = replace(ANSWERED, mode="test", seconds=4.0)
    results = [WrittenAnswer(ASKED, written, 0.2, 3.0), WrittenAnswer(UNANSWERABLE, REFUSED, 0.1, None)]
    counts = summarise(results)
    assert (counts["right"], counts["refused rightly"], counts["written to the end"]) == (2, 1, 1)
    assert (counts["seconds to the quotes"], counts["seconds to the first written"]) == (0.15, 3.0)


def test_questions_are_read_with_their_keys_on_one_line(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [
        {"question": "Which?", "key_sentences": ["The bridge\nwas closed."]},
        {"question": "Who?", "key_sentences": []},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert load_questions(file, 1) == [KeyedQuestion("Which?", ("The bridge was closed.",))]
