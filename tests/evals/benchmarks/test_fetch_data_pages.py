"""SQuAD's pages and the pairs of questions modelled on each other, by hand -> questions with sentences."""

import json
from pathlib import Path

import pytest

from evals.benchmarks.fetch_data.unanswerable import read_spelling, respell
from tests.evals.benchmarks.origins import Files, chosen, convert, table


def _page(*questions: str, text: str = "The Owl hunts. In Rome, the Owl eats mice &amp; rats.") -> str:
    asked = "".join(f"<div class='qa-wrap' data-id='q{at}'>{one}</div>" for at, one in enumerate(questions))
    return f"<html><div class='para-wrap'><pre>{text}</pre>{asked}</div></html>"


def _asked(question: str, *answers: str) -> str:
    return f"<strong class='question'>{question}</strong>" + "".join(
        f"<span class='answer'>{answer}</span>" for answer in answers
    )


EATS = _asked("What does the Owl eat in Rome?", "mice &amp; rats", "mice")
SINGS = _asked("What does the Owl sing?")
TWINS: Files = {
    "QG/train-unanswerable-questions.txt": table(
        ("u1", "what does the owl sing in rome ?", "mice", "rats"), ("u2", "who barks ?", "a", "b")
    ),
    "QG/train-answerable-questions.txt": table(
        ("a1", "what does the owl eat in rome ?", "mice", "rats"), ("a2", "who is unknown ?", "a", "b")
    ),
    "QG/dev-unanswerable-questions.txt": "",
    "QG/dev-answerable-questions.txt": "",
}
PAIR = {"source": "squad2_train_pairs", "group": "Owl", "split": "train", "pair": "u1"}


CASES: list[tuple[str, list[Files], list[dict[str, object]]]] = [
    (
        "squad2_dev_rest",
        [
            {
                "explore/v2.0/dev/index.html": "<html></html>",
                "explore/v2.0/dev/Taken.html": _page(EATS),
                "explore/v2.0/dev/Owl%27s.html": _page(EATS, SINGS),
            },
            {"data/dev-v2.0.json": json.dumps({"data": [{"title": "Taken"}]})},
        ],
        [
            {
                "question": "What does the Owl eat in Rome?",
                "sentences": ["The Owl hunts.", "In Rome, the Owl eats mice & rats."],
                "gold_sentences": [1],
                "gold_source": "unique",
                "answers": ["mice & rats", "mice"],
                "group": "Owl's",
                "id": "q0",
            },
            {"gold_sentences": [], "gold_source": "none", "answers": [], "answerable": False},
        ],
    ),
    (
        "squad11_train_all_paragraphs",
        [{"explore/1.1/train/Owl.html": _page(EATS), "explore/1.1/train/Empty.html": "<html></html>"}],
        [
            {
                "group": "Owl",
                "sentences": ["The Owl hunts.", "In Rome, the Owl eats mice & rats."],
                "qas": [
                    {
                        "question": "What does the Owl eat in Rome?",
                        "answers": ["mice & rats", "mice"],
                        "gold_sentences": [1],
                        "gold_source": "unique",
                    }
                ],
            }
        ],
    ),
    (
        "squad11_dev_rest",
        [
            {
                "explore/v2.0/dev/Newer.html": _page(EATS),
                "explore/1.1/dev/Newer.html": _page(EATS),
                "explore/1.1/dev/Owl.html": _page(_asked("Who is it?", "Owl")),
            }
        ],
        [{"group": "Owl", "gold_source": "overlap", "gold_sentences": [0], "source": "squad11_dev"}],
    ),
    (
        "squad2_train_unanswerable",
        [TWINS, {"explore/1.1/train/Owl.html": _page(EATS)}],
        [
            {
                "question": "What does the Owl sing in Rome?",
                "gold_sentences": [],
                "answers": [],
                "answerable": False,
                "near_sentences": [1],
                "near_answer": "mice & rats",
                **PAIR,
            }
        ],
    ),
    (
        "squad2_train_twins",
        [TWINS, {"explore/1.1/train/Owl.html": _page(EATS)}],
        [
            {
                "question": "What does the Owl eat in Rome?",
                "gold_sentences": [1],
                "answers": ["mice & rats", "mice"],
                "answerable": True,
                **PAIR,
            }
        ],
    ),
]


@pytest.mark.parametrize(("name", "origins", "expected"), CASES, ids=[case[0] for case in CASES])
def test_pages_are_converted(
    name: str, origins: list[Files], expected: list[dict[str, object]], tmp_path: Path
) -> None:
    outcome, converted = convert(name, tmp_path, *origins)
    assert not outcome.missing
    assert chosen(converted, expected) == expected


def test_a_question_whose_twin_stands_nowhere_is_named(tmp_path: Path) -> None:
    outcome, converted = convert("squad2_train_twins", tmp_path, TWINS, {"explore/1.1/train/Owl.html": _page(EATS)})
    name = "QG/train-unanswerable-questions.txt:2"
    assert outcome.skipped == (f"{name}: 0 pages have the question 'who is unknown ?'",)
    assert len(converted) == 1


def test_a_question_that_stands_on_two_pages_is_named(tmp_path: Path) -> None:
    pages = {f"explore/1.1/train/{title}.html": _page(EATS) for title in ("Owl", "Rome")}
    outcome, converted = convert("squad2_train_unanswerable", tmp_path, TWINS, pages)
    assert "2 pages have the question 'what does the owl eat in rome ?'" in outcome.skipped[0]
    assert not converted


def test_a_set_names_which_of_its_origins_lacks_a_file(tmp_path: Path) -> None:
    outcome, converted = convert("squad2_train_twins", tmp_path, TWINS, {})
    assert "explore/1.1/train" in outcome.missing
    assert not converted


RESPELT = [
    ("on may 3 , 1856 , who won ?", "On May 3, 1856, who won?"),
    ("did 1 , 200 men come at 7 : 30 ?", "Did 1,200 men come at 7:30?"),
    ("who lives on the island 's us - based farm ?", "Who lives on the island's US-based farm?"),
]


@pytest.mark.parametrize(("question", "spelt"), RESPELT)
def test_a_question_gets_the_spelling_of_its_article(question: str, spelt: str) -> None:
    spelling = read_spelling(["The US of May. The US in May and the island. In S the farm S is."])
    assert respell(question, spelling) == spelt
