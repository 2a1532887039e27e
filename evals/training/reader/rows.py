"""Files of labelled data -> rows, typed as far as the reader's training uses them."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict


class DatasetRow(TypedDict, total=False):
    """One line of DATA/labelled/answer/*.jsonl, DATA/labelled/check/*.jsonl or DATA/clapnq.jsonl."""

    id: str
    group: str
    """What must not straddle a split: an article, a page or a question."""
    section: str
    question: str
    sentences: list[str]
    gold_sentences: list[int]
    answer_sentences: list[int]
    """Where several sentences answer together."""
    answers: list[str]
    answerable: bool | None
    """None where the labellers did not agree."""
    pair: str
    """Shared by an unanswerable question and the answerable one that it was modelled on."""
    qas: list["DatasetRow"]
    """Questions about a paragraph."""
    passages: list["DatasetRow"]
    title: str
    output: list["AnnotatedAnswer"]
    evidence: str | list[str]


class AnnotatedAnswer(TypedDict, total=False):
    """One annotator's answer in CLAP NQ."""

    selected_sentences: list[str] | None


def read_rows(file: Path) -> Iterator[DatasetRow]:
    """Rows of a JSON lines file, compressed when its name ends in .gz."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    for line in content.decode().split("\n"):
        if line.strip():
            row: DatasetRow = json.loads(line)
            yield row
