"""written.jsonl and labelled texts -> questions that language models wrote for the reader, beside passages.

The file has no text of the labelled sets: a row names its passage by `text_id` (the first 12 hex digits of the sha1 of
the news text or of SQuAD's paragraph, #, the number of the passage's first sentence) and `sentences` (how many it has).
An answer is the number of its sentence in the passage and the characters there. Rows of the splits `test` and `far`
measure: those of every tenth text, and of texts that another evaluation of this project asks about; and, worded far
from the text, those of every sixteenth of the later ones.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

from evals.training.reader.corpus import LabelledPassage
from evals.training.reader.rows import read_rows

WRITTEN_FILE = Path(__file__).with_name("written.jsonl")
WRITTEN_SOURCE = "written"
TEXT_FILES = ("bump.jsonl", "defacto.jsonl")
"""Of DATA/labelled/check; the texts are the evidence of their claims (both MIT)."""
PARAGRAPH_FILE = "squad11_train_all_paragraphs.jsonl.gz"
"""Of DATA/labelled/answer; the paragraphs of Wikipedia whose own questions the reader learns from, too."""
_SENTENCE_BREAK = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“'0-9])")
_KEY_DIGITS = 12

WrittenSplit = Literal["train", "test", "far"]


class WrittenRow(TypedDict):
    """One line of written.jsonl."""

    text_id: str
    sentences: int
    title: str
    """A headline that the writer made up."""
    date: str | None
    question: str
    gold_sentences: list[int]
    answer: tuple[int, int, int] | None
    """Number of a gold sentence, first character, and the one after the last; None when all of it answers, or none."""
    answerable: bool
    kind: str
    """Of the answer: office, name, reason, date, number, place, statement, yesno, event, demand, list, other."""
    split: WrittenSplit


class WrittenQuestion(NamedTuple):
    """A written question and the passage that it was written beside."""

    text: str
    passage: LabelledPassage
    gold: tuple[int, ...]
    answers: tuple[str, ...]
    answerable: bool


def read_written(data: Path, split: WrittenSplit, file: Path = WRITTEN_FILE) -> Iterator[WrittenQuestion]:
    """Questions of a split, in the order of the file.

    Args:
        data: the folder of labelled data.
        split: train to learn from, test or far to measure with.
        file: rows as in written.jsonl.

    Raises:
        LookupError: a text is not in `data`.
    """
    rows = list(read_written_rows(file))
    texts = _read_texts(data) if rows else {}
    yield from map(partial(_place_row, texts=texts), (row for row in rows if row["split"] == split))


def read_written_rows(file: Path = WRITTEN_FILE) -> Iterator[WrittenRow]:
    """Rows without their passages."""
    for line in file.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            row: WrittenRow = json.loads(line)
            yield row


@lru_cache(maxsize=1)
def _read_texts(data: Path) -> dict[str, Sequence[str]]:
    """Sentences of the news texts and of SQuAD's paragraphs, by the first digits of the sha1 of the text."""
    texts: dict[str, Sequence[str]] = {}
    for name in TEXT_FILES:
        for row in read_rows(data / "labelled" / "check" / name):
            evidence = row["evidence"]
            text = evidence if isinstance(evidence, str) else " ".join(evidence)
            texts[_text_key(text)] = _SENTENCE_BREAK.split(text)
    for row in read_rows(data / "labelled" / "answer" / PARAGRAPH_FILE):
        texts[_text_key(" ".join(row["sentences"]))] = row["sentences"]
    return texts


def _text_key(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:_KEY_DIGITS]


def _place_row(row: WrittenRow, texts: Mapping[str, Sequence[str]]) -> WrittenQuestion:
    key, _, first = row["text_id"].partition("#")
    if key not in texts:
        files = ", ".join((*TEXT_FILES, PARAGRAPH_FILE))
        raise LookupError(f"No text of {files} has the sha1 {key}..., which a written question is about.")
    sentences = tuple(texts[key][int(first) :][: row["sentences"]])
    published = date.fromisoformat(row["date"]) if row["date"] else None
    passage = LabelledPassage(f"{WRITTEN_SOURCE}/{key}", row["title"], sentences, published)
    answers: tuple[str, ...] = ()
    if row["answer"]:
        number, start, end = row["answer"]
        answers = (sentences[number][start:end],)
    return WrittenQuestion(row["question"], passage, tuple(row["gold_sentences"]), answers, row["answerable"])
