"""Rows of labelled/answer/*.jsonl -> articles and questions, as evals.benchmarks.answers asks them."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from evals.benchmarks.answers import Question
from rag.text.spans import Span


def squad_paragraphs(file: Path, folder: Path) -> list[Question]:
    """Write one article a group into a folder, and give the questions with the middle of each gold sentence.

    Args:
        file: rows with question, sentences, gold_sentences, answerable and group; .jsonl or .jsonl.gz.
        folder: exists and is empty.
    """
    rows = list(_rows(file))
    articles: dict[str, dict[tuple[str, ...], None]] = {}
    for row in rows:
        articles.setdefault(row["group"], {}).setdefault(tuple(row["sentences"]))
    spans = {group: _write(folder / _name(group), group, paragraphs) for group, paragraphs in articles.items()}
    return [_question(row, spans[row["group"]][tuple(row["sentences"])]) for row in rows]


def _rows(file: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _name(group: str) -> str:
    return f"{group.replace('/', '_')}.txt"


def _write(file: Path, group: str, paragraphs: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], list[Span]]:
    """The article's file, and where each sentence of each paragraph stands in it."""
    text = f"# {group.replace('_', ' ')}\n"
    spans: dict[tuple[str, ...], list[Span]] = {}
    for paragraph in paragraphs:
        text += "\n"
        spans[paragraph] = []
        for sentence in paragraph:
            spans[paragraph].append(Span(len(text), len(text) + len(sentence)))
            text += f"{sentence} "
        text += "\n"
    file.write_text(text, encoding="utf-8")
    return spans


def _question(row: dict, sentences: list[Span]) -> Question:  # type: ignore[type-arg]
    """A gold sentence is known by its middle: wherever texts are split, one sentence has it."""
    middles = ((sentences[number].start + sentences[number].end) // 2 for number in row["gold_sentences"])
    gold = tuple((middle, middle + 1) for middle in middles)
    paragraph = (sentences[0].start, sentences[-1].end)
    return Question(row["question"], row["answerable"], _name(row["group"]), paragraph, gold)
