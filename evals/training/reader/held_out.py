"""DATA -> the questions that measure the reader, none of which it learns from."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from evals.training.reader.rows import DatasetRow, read_rows
from evals.training.reader.written_questions import WRITTEN_SOURCE, WrittenSplit, read_written
from rag.reading import PassageText

SQUAD_SETS = ("squad2_dev_rest", "squad11_dev_rest", "qed_dev")


class HeldOutQuestion(NamedTuple):
    """A question beside a passage, as people labelled it."""

    group: str
    """What is resampled as a whole: an article or a question."""
    question: str
    passage: PassageText
    gold: tuple[int, ...]
    answers: tuple[str, ...]
    answerable: bool


def load_held_out(data: Path) -> dict[str, list[HeldOutQuestion]]:
    """Questions by the name of their set."""
    sets = {name: [*_squad(data / "labelled" / "answer" / f"{name}.jsonl")] for name in SQUAD_SETS}
    sets["clapnq"] = [*_clapnq(data / "clapnq.jsonl")]
    sets[WRITTEN_SOURCE] = [*_written(data, "test")]
    sets[f"{WRITTEN_SOURCE}_far"] = [*_written(data, "far")]
    return sets


def _squad(file: Path) -> Iterator[HeldOutQuestion]:
    """Questions about Wikipedia, whose articles are named by the group of their row."""
    for row in read_rows(file):
        if row["answerable"] is not None:
            gold = row.get("answer_sentences") or row["gold_sentences"]
            yield _held_out_question(row, row["group"].replace("_", " "), row["sentences"], gold, row["answers"])


def _clapnq(file: Path) -> Iterator[HeldOutQuestion]:
    """Natural questions; every sentence that one of the annotators selected is gold."""
    for row in read_rows(file):
        passage = row["passages"][0]
        selected = {one for output in row["output"] for one in output.get("selected_sentences") or ()}
        gold = [number for number, sentence in enumerate(passage["sentences"]) if sentence in selected]
        yield _held_out_question({**row, "group": row["id"]}, passage["title"], passage["sentences"], gold, ())


def _held_out_question(
    row: DatasetRow, title: str, sentences: Sequence[str], gold: Sequence[int], answers: Sequence[str]
) -> HeldOutQuestion:
    passage, labels = PassageText(title, None, tuple(sentences)), (tuple(gold), tuple(answers))
    return HeldOutQuestion(row["group"], row["question"], passage, *labels, bool(row["answerable"]))


def _written(data: Path, split: WrittenSplit) -> Iterator[HeldOutQuestion]:
    for one in read_written(data, split):
        passage = PassageText(one.passage.title, one.passage.published, one.passage.sentences)
        yield HeldOutQuestion(one.passage.article, one.text, passage, one.gold, one.answers, one.answerable)
