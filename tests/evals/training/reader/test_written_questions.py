import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from evals.training.reader.written_questions import read_written, read_written_rows
from tests.evals.training.reader.conftest import NEWS_KEY, OWLS, WRITTEN, write_rows


def test_a_written_row_finds_its_passage_and_answer_in_the_labelled_texts(data: Path, written: Path) -> None:
    (question,) = read_written(data, "train", written)
    assert question.passage.sentences == ('"It is unsafe," said the mayor.', "Repairs take 3 weeks.")
    assert question.passage.published == date(2014, 7, 8)
    assert question.passage.article == f"written/{NEWS_KEY}"
    assert question.answers == ("3 weeks",)


def test_a_row_about_a_paragraph_has_its_sentences_as_they_are_labelled(data: Path, written: Path) -> None:
    key = hashlib.sha1(" ".join(OWLS).encode(), usedforsecurity=False).hexdigest()[:12]
    row = {**WRITTEN, "text_id": f"{key}#0", "sentences": 3, "question": "where do owls breed", "gold_sentences": [2]}
    write_rows(written, [{**row, "answer": [2, 13, 18]}])
    (question,) = read_written(data, "train", written)
    assert (question.passage.sentences, question.answers) == (tuple(OWLS), ("barns",))


def test_rows_of_the_other_split_are_left_out(data: Path, written: Path) -> None:
    assert list(read_written(data, "test", written)) == []


def test_a_row_whose_text_is_missing_is_an_error(data: Path, written: Path) -> None:
    write_rows(written, [{**WRITTEN, "text_id": "000000000000#0"}])
    with pytest.raises(LookupError, match="000000000000"):
        list(read_written(data, "train", written))


def test_every_committed_row_is_sound() -> None:
    rows = list(read_written_rows())
    assert len(rows) == 10014
    for row in rows:
        assert re.fullmatch(r"[0-9a-f]{12}#\d+", row["text_id"])
        assert row["answerable"] is bool(row["gold_sentences"])
        assert all(0 <= number < row["sentences"] for number in row["gold_sentences"])
        if row["answer"] is not None:
            number, start, end = row["answer"]
            assert number in row["gold_sentences"]
            assert 0 <= start < end


def test_a_text_is_learnt_or_measures_as_a_whole() -> None:
    splits: dict[str, set[str]] = {}
    for row in read_written_rows():
        splits.setdefault(row["text_id"].split("#")[0], set()).add(row["split"])
    assert all(len(split) == 1 for split in splits.values())
    assert {"train", "test", "far"} == set().union(*splits.values())
