"""Written questions about news that measure -> articles and questions, as evals.benchmarks.answers asks them.

An article is one passage: the questions were written beside it, and whether the rest of its text answers them, too,
nobody judged. The passages of all splits are indexed together, those that the reader learns from among them.
"""

import json
from itertools import accumulate
from pathlib import Path

from evals.benchmarks.answers import Question
from evals.training.reader.corpus import LabelledPassage
from evals.training.reader.written_questions import WrittenQuestion, WrittenSplit, read_written

_SPLITS: tuple[WrittenSplit, ...] = "test", "far", "train"


def news_questions(data: Path, folder: Path, split: WrittenSplit = "test") -> list[Question]:
    """Write the articles of every split into a folder; give the questions of one.

    Args:
        data: holds labelled/.
        folder: exists and holds nothing else.
        split: test, or far for questions in other words than the article's; nothing learns from either.
    """
    questions = {part: list(read_written(data, part)) for part in _SPLITS}
    passages = dict.fromkeys(one.passage for part in questions.values() for one in part)
    names = {passage: f"{number:04}.txt" for number, passage in enumerate(passages)}
    for passage, name in names.items():
        (folder / name).write_text(f"{_heading(passage)}{' '.join(passage.sentences)}", encoding="utf-8")
    return [_question(question, names[question.passage]) for question in questions[split]]


def _heading(passage: LabelledPassage) -> str:
    """The title and date as front matter, with which the article's text begins."""
    day = f"date: {passage.published}\n" if passage.published else ""
    return f"---\ntitle: {json.dumps(passage.title, ensure_ascii=False)}\n{day}---\n"


def _question(question: WrittenQuestion, name: str) -> Question:
    """A gold sentence is known by its middle: wherever texts are split, one sentence has it."""
    sentences = question.passage.sentences
    starts = list(accumulate((len(sentence) + 1 for sentence in sentences), initial=len(_heading(question.passage))))
    middles = [starts[number] + len(sentences[number]) // 2 for number in question.gold]
    gold = tuple((middle, middle + 1) for middle in middles)
    return Question(question.text, question.answerable, name, (starts[0], starts[-1]), gold)
