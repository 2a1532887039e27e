"""DATA -> corpus: every labelled question that the reader learns from, in one form.

Test sets are left out: SQuAD's dev articles, CLAP NQ dev, QED, and any question that also stands in the last two.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from evals.training.reader.corpus import LabelledPassage, LabelledQuestion, QuestionCorpus, normalize_text
from evals.training.reader.rows import DatasetRow, read_rows
from evals.training.reader.written_questions import WRITTEN_FILE, WRITTEN_SOURCE, read_written

TEST_FILES = ("clapnq.jsonl", "labelled/answer/qed_dev.jsonl")
"""Questions of these are natural ones, as in nq_oracle and CLAP NQ's training set."""
_UNTITLED = ("covid_qa", "pubmedqa", "clapnq")
"""Sets whose `group` is an id, not a title."""
_SENTENCE_LABELLED = ("nq_oracle.jsonl", "selqa.jsonl", "fairytaleqa.jsonl.gz", "covid_qa.jsonl", "policyqa.jsonl")


def load_corpus(data: Path, written: Path = WRITTEN_FILE) -> QuestionCorpus:
    """All training questions of the folder of labelled data, and the written ones of the split `train`.

    The written ones come last, so that the numbers of the others do not depend on them.

    Raises:
        LookupError: the text of a written question is not in `data`.
    """
    corpus, folder = QuestionCorpus(), data / "labelled" / "answer"
    test_questions = {normalize_text(row["question"]) for name in TEST_FILES for row in read_rows(data / name)}
    _add_squad(corpus, folder)
    for name in _SENTENCE_LABELLED:
        _add_rows(corpus, _trainable(folder / name, test_questions), name.split(".")[0])
    _add_rows(corpus, read_rows(folder / "pubmedqa.jsonl"), "pubmedqa")
    _add_rows(corpus, _trainable(folder / "clapnq_train_answers.jsonl", test_questions), "clapnq")
    for question in read_written(data, "train", written):
        number = corpus.add_passage(question.passage)
        labels = (question.gold, question.answers, question.answerable)
        corpus.questions.append(LabelledQuestion(question.text, WRITTEN_SOURCE, number, *labels))
    return corpus


def _trainable(file: Path, test_questions: set[str]) -> Iterable[DatasetRow]:
    """Rows with a gold sentence whose question is in no test set."""
    rows = (row for row in read_rows(file) if row["gold_sentences"])
    return (row for row in rows if normalize_text(row["question"]) not in test_questions)


def _add_squad(corpus: QuestionCorpus, folder: Path) -> None:
    for row in read_rows(folder / "squad11_train_all_paragraphs.jsonl.gz"):
        number = corpus.add_passage(_passage(row, "squad"))
        corpus.questions += (_question({**labels, "answerable": True}, "squad11", number) for labels in row["qas"])
    for name in ("squad2_train_twins", "squad2_train_unanswerable"):
        for row in read_rows(folder / f"{name}.jsonl.gz"):
            corpus.questions.append(_question(row, "squad2", corpus.add_passage(_passage(row, "squad"))))


def _add_rows(corpus: QuestionCorpus, rows: Iterable[DatasetRow], source: str) -> None:
    for row in rows:
        corpus.questions.append(_question(row, source, corpus.add_passage(_passage(row, source))))


def _question(row: DatasetRow, source: str, passage: int) -> LabelledQuestion:
    gold, answers, answerable = tuple(row["gold_sentences"]), tuple(row["answers"]), bool(row["answerable"])
    return LabelledQuestion(row["question"], source, passage, gold, answers, answerable, row.get("pair", ""))


def _passage(row: DatasetRow, source: str) -> LabelledPassage:
    """A passage of the row's article, titled by it where its group is a title."""
    title = re.sub(r"[_\s-]+", " ", row["group"]) if source not in _UNTITLED else ""
    section = row.get("section")
    if section and len(section) % 2:  # half of them, chosen by what is the same for all rows of a section
        title = f"{title}, {section}"
    return LabelledPassage(f"{source}/{row['group']}", title, tuple(row["sentences"]))
