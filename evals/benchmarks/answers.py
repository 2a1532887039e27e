"""Retrieval of the gold paragraph, quotes with the gold answer, and abstention, on labelled questions.

    python -m evals.benchmarks.answers FOLDER

FOLDER holds squad/articles/*.txt, squad/questions.jsonl (question, answerable, article, paragraph, spans) and
clapnq.jsonl (question, answerable, passages of title and text, output with selected_sentences).
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.answering.quoting import Candidate, rank, select_quotes
from rag.assistant import Assistant
from rag.evaluation.trust.calibration import roc_auc
from rag.retrieval import Hit
from rag.settings import Settings

RANKS = (1, 3, 5, 10)
QUOTED = (1, 2, 3)
THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.33, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Question(NamedTuple):
    """A labelled question with the spans of its paragraph and its answers."""

    question: str
    answerable: bool
    article: str
    paragraph: tuple[int, int]
    spans: tuple[tuple[int, int], ...]


class QuestionResult(NamedTuple):
    """The retrieval, ranking and quotes of one question."""

    question: Question
    hits: tuple[Hit, ...]
    ranked: tuple[Candidate, ...]
    confidence: float
    quoted: bool
    """Whether the quotes, with no refusal, hold a gold answer."""


def squad(file: Path) -> list[Question]:
    """Questions in the form of squad/questions.jsonl."""
    return [
        Question(
            row["question"],
            row["answerable"],
            row["article"],
            tuple(row["paragraph"]),
            tuple((start, end) for start, end in row["spans"]),
        )
        for row in _rows(file)
    ]


def clapnq(file: Path, folder: Path) -> list[Question]:
    """Questions in the form of clapnq.jsonl; their passages become the articles of a folder."""
    questions = []
    for number, row in enumerate(_rows(file)):
        passage = row["passages"][0]
        name = f"{number:04}.txt"
        heading = f"---\ntitle: {passage['title']}\n---\n"  # the article's text begins with it
        (folder / name).write_text(f"{heading}{passage['text']}", encoding="utf-8")
        whole = (len(heading), len(heading) + len(passage["text"]))
        spans = tuple(_selected(row, len(heading)))
        questions.append(Question(row["question"], row["answerable"], name, whole, spans))
    return questions


def _selected(row: dict, offset: int) -> Iterable[tuple[int, int]]:  # type: ignore[type-arg]
    """The middle of each sentence that annotators selected: any split of the text puts it in one sentence."""
    text = row["passages"][0]["text"]
    for sentence in sorted({selected for output in row["output"] for selected in output.get("selected_sentences", ())}):
        start = text.find(sentence)
        if start >= 0:
            middle = offset + start + len(sentence) // 2
            yield middle, middle + 1


def _rows(file: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def ask_questions(articles: Path, questions: Iterable[Question], settings: Settings) -> list[QuestionResult]:
    """Index a folder and ask every question; nothing is refused."""
    results = []
    unrefusing = settings.model_copy(update={"confidence": 0.0})
    with Assistant.open(settings) as assistant:
        assistant.sync(articles)
        for question in questions:
            hits = assistant.search(question.question, settings.hits)
            ranking = rank(question.question, hits, assistant.reader)
            quotes = select_quotes(ranking, unrefusing)
            correct = any(
                holds_answer(question, quote.passage.article, quote.span)
                for claim in quotes.claims
                for quote in claim.quotes
            )
            results.append(QuestionResult(question, hits, ranking.candidates, ranking.confidence, correct))
    return results


def ask_clapnq(file: Path, scratch: Path) -> list[QuestionResult]:
    """Index all passages of clapnq.jsonl in an empty folder and ask every question; nothing is refused."""
    articles = scratch / "articles"
    articles.mkdir()
    return ask_questions(articles, clapnq(file, articles), _settings(scratch, "clapnq"))


def hit_rank(result: QuestionResult) -> int:
    """Rank from 1 of the first hit that overlaps the gold paragraph by half of either; 1000 when none does."""
    start, end = result.question.paragraph
    for rank_, hit in enumerate(result.hits, start=1):
        passage = hit.passage
        common = min(end, passage.end) - max(start, passage.start)
        half = 0.5 * min(end - start, passage.end - passage.start)
        if passage.article == result.question.article and common >= half:
            return rank_
    return 1000


def sentence_rank(result: QuestionResult) -> int:
    """Rank from 1 of the first sentence that covers a gold answer; 1000 when none does."""
    for rank_, candidate in enumerate(result.ranked, start=1):
        if holds_answer(result.question, candidate.passage.article, candidate.quote.span):
            return rank_
    return 1000


def holds_answer(question: Question, article: str, span: tuple[int, int]) -> bool:
    """Whether a span of an article covers a gold answer."""
    return article == question.article and any(span[0] <= start and end <= span[1] for start, end in question.spans)


def abstention_auc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that an answerable question scores above an unanswerable one."""
    values, positive = np.asarray(scores), np.asarray(labels, dtype=bool)
    return roc_auc(values[positive], values[~positive])


def _share(results: Sequence[QuestionResult], rank_of: Callable[[QuestionResult], int], ranks: Sequence[int]) -> str:
    result_ranks = np.array([rank_of(result) for result in results])
    return "  ".join(f"@{k} {np.mean(result_ranks <= k):.3f}" for k in ranks)


def _curve(results: Sequence[QuestionResult], *, with_quotes: bool) -> Iterable[str]:
    yield "  threshold  answerable answered  unanswerable answered" + (
        "  shown quotes hold the answer" if with_quotes else ""
    )
    for threshold in THRESHOLDS:
        shown = [result for result in results if result.confidence >= threshold]
        answerable = [result for result in shown if result.question.answerable]
        counts = [sum(result.question.answerable is label for result in results) for label in (True, False)]
        row = f"  {threshold:9.2f}  {len(answerable) / counts[0]:19.3f}"
        row += f"  {(len(shown) - len(answerable)) / counts[1]:21.3f}"
        yield row + (f"  {np.mean([result.quoted for result in answerable]):28.3f}" if with_quotes else "")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    data = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        results = ask_questions(
            data / "squad" / "articles", squad(data / "squad" / "questions.jsonl"), _settings(scratch, "squad")
        )
        answerable = [result for result in results if result.question.answerable]
        print(f"SQuAD: {len(results)} questions, {len(answerable)} answerable, {time.perf_counter() - started:.0f} s")
        print(f"  gold paragraph hit     {_share(answerable, hit_rank, RANKS)}")
        print(f"  best sentences hold it {_share(answerable, sentence_rank, QUOTED)}")
        print(f"  abstention AUC {_confidence_auc(results):.3f}")
        print(*_curve(results, with_quotes=True), sep="\n")
        results = ask_clapnq(data / "clapnq.jsonl", Path(scratch))
        answerable = [result for result in results if result.question.answerable]
        print(f"CLAP NQ: {len(results)} questions, {len(answerable)} answerable, all passages in one index")
        print(f"  best sentences are selected ones {_share(answerable, sentence_rank, QUOTED)}")
        print(f"  abstention AUC {_confidence_auc(results):.3f}")
        print(*_curve(results, with_quotes=False), sep="\n")


def _confidence_auc(results: Sequence[QuestionResult]) -> float:
    return abstention_auc([result.confidence for result in results], [result.question.answerable for result in results])


def _settings(scratch: str | Path, name: str) -> Settings:
    return Settings(index_dir=Path(scratch) / name)


if __name__ == "__main__":
    main()
