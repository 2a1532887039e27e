from pathlib import Path

from evals.training.reader.labelled_questions import load_corpus
from tests.evals.training.reader.conftest import NATURAL_QUESTION, OWLS, write_rows


def test_a_folder_of_rows_is_read_in_one_form(data: Path, written: Path) -> None:
    corpus = load_corpus(data, written)
    assert [(one.source, one.gold, one.answers, one.answerable, one.pair) for one in corpus.questions] == [
        ("squad11", (0,), ("at night",), True, ""),
        ("squad2", (), (), False, "7"),
        ("nq_oracle", (1,), ("200 grams",), True, ""),
        ("written", (1,), ("3 weeks",), True, ""),
    ]
    assert [passage.title for passage in corpus.passages] == ["Barn owl", "Kestrel", "Bridge closed"]


def test_questions_about_the_same_paragraph_share_its_passage(data: Path, written: Path) -> None:
    corpus = load_corpus(data, written)
    answerable, unanswerable = corpus.questions[:2]
    assert answerable.passage == unanswerable.passage
    assert corpus.passages[answerable.passage].sentences == tuple(OWLS)
    assert corpus.articles["squad/Barn_owl"] == [answerable.passage]


def test_a_question_of_a_test_set_is_not_learnt_however_it_is_spelt(data: Path, written: Path) -> None:
    test_row = {**NATURAL_QUESTION, "question": "How heavy is a kestrel?"}
    write_rows(data / "labelled" / "answer" / "qed_dev.jsonl", [test_row])
    assert "nq_oracle" not in {one.source for one in load_corpus(data, written).questions}
