"""What a language model makes of questions whose answers are known, beside quotes alone.

    python -m evals.benchmarks.written QUESTIONS ARTICLES RESULTS [--llm gguf:FILE] [--count 200] [--print]

Each line of QUESTIONS is a JSON object with `question` and what a right answer has: `key_sentences`, sentences of
ARTICLES, word for word, of which each answers, or `answers`, words of which some stand in a right answer, or both;
neither where nothing answers. An answer is right when a sentence that is shown cites a key sentence or the text has
such words, or when it refuses what nothing answers. RESULTS gets a line for each answer, as soon as it is there; what
is in it is not asked again. --count takes so many of the questions, by chance; --print shows every answer.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rag import render
from rag.answering.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings
from rag.text.words import fold

SEED = 7


class KeyedQuestion(NamedTuple):
    """A question and what answers it; nothing where nothing does."""

    text: str
    keys: tuple[str, ...] = ()
    """Sentences."""
    answers: tuple[str, ...] = ()
    """Words of which some stand in a right answer."""

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return bool(self.keys or self.answers)


class WrittenAnswer(NamedTuple):
    """The answer to one question, what was shown and withheld of it, and when it was there."""

    question: str
    answerable: bool
    right: bool
    status: str
    sure: bool
    mode: str
    """`quotes`, or the name of the model."""
    notice: str
    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    """Sentences of the model with the reasons why they are not shown."""
    first: float
    """Seconds to the first sentence shown."""
    first_written: float | None
    """Seconds to the first sentence that the model wrote; None where none was shown."""
    seconds: float
    """To the end."""


def load_questions(file: Path, count: int | None = None) -> list[KeyedQuestion]:
    """The questions of a file, or so many of them by chance, in the order of the file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    chosen = sorted(random.Random(SEED).sample(range(len(rows)), min(count or len(rows), len(rows))))
    return [
        KeyedQuestion(row["question"], tuple(map(_line, row.get("key_sentences", ()))), tuple(row.get("answers", ())))
        for row in (rows[number] for number in chosen)
    ]


def ask_timed(assistant: Assistant, question: KeyedQuestion) -> WrittenAnswer:
    """Ask one question and note when what was shown."""
    started, first, written = time.perf_counter(), 0.0, None
    answer: Answer | None = None
    for answer in assistant.stream(question.text):
        now = time.perf_counter() - started
        first = first or now
        if written is None and answer.mode != "quotes":
            written = now
    assert answer is not None
    return WrittenAnswer(
        question.text,
        question.answerable,
        is_right(question, answer),
        answer.status,
        answer.sure,
        answer.mode,
        answer.notice,
        tuple(one.text for one in answer.sentences),
        tuple(f"{one.text} ({one.verdict.reason})" for one in answer.withheld),
        round(first, 2),
        written and round(written, 2),
        round(answer.seconds, 2),
    )


def is_right(question: KeyedQuestion, answer: Answer) -> bool:
    """Whether an answer cites a key or has the words of the answer, or refuses what has neither."""
    if not question.answerable:
        return answer.status == "abstained"
    cited = [_line(citation.quote) for citation in render.shown_citations(answer)]
    cites = any(quote in key or key in quote for quote in cited for key in question.keys)
    text = fold(_line(answer.text))
    return answer.status == "answered" and (cites or any(fold(_line(one)) in text for one in question.answers))


def _line(text: str) -> str:
    return " ".join(text.split())


def summarise(results: Sequence[WrittenAnswer]) -> dict[str, float]:
    """The counts and times of all answers."""
    answerable = [result for result in results if result.answerable]
    others = [result for result in results if not result.answerable]
    answered = [result for result in results if result.status == "answered"]
    written = [result for result in answered if result.mode != "quotes"]
    first_written = [result.first_written for result in results if result.first_written is not None] or [0.0]
    ends = [result.seconds for result in written] or [0.0]
    return {
        "questions": len(results),
        "answerable": len(answerable),
        "right, answerable": sum(result.right for result in answerable),
        "right and sure": sum(result.right and result.sure for result in answerable),
        "refused wrongly": sum(result.status == "abstained" for result in answerable),
        "refused rightly": sum(result.right for result in others),
        "not answerable: sure": sum(not result.right and result.sure for result in others),
        "answered": len(answered),
        "written to the end": len(written),
        "sentences written and shown": sum(len(result.shown) for result in written),
        "withheld": sum(len(result.withheld) for result in results),
        "seconds to the first sentence": statistics.median(result.first for result in results),
        "seconds to the first written": statistics.median(first_written),
        "seconds to the end, where written": statistics.median(ends),
        "seconds to the end": statistics.median(result.seconds for result in results),
    }


def load_results(file: Path) -> dict[str, WrittenAnswer]:
    """The answers in a file of results, by their questions."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {result.question: result for result in map(_parse_result, lines)}


def _parse_result(line: str) -> WrittenAnswer:
    row = json.loads(line)
    return WrittenAnswer(**{**row, "shown": tuple(row["shown"]), "withheld": tuple(row["withheld"])})


def ask_rest(assistant: Assistant, questions: Sequence[KeyedQuestion], file: Path) -> Iterator[WrittenAnswer]:
    """The answers to all questions, of which those in a file of results are not asked, and the others put into it."""
    done = load_results(file)
    for question in questions:
        if question.text not in done:
            done[question.text] = ask_timed(assistant, question)
            with file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(done[question.text]._asdict(), ensure_ascii=False) + "\n")
        yield done[question.text]


def main() -> None:
    """Ask the questions and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--llm", default="quotes")
    parser.add_argument("--count", type=int)
    parser.add_argument("--repairs", type=int, default=0)
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(
            index_dir=Path(scratch), articles_dir=arguments.articles, llm=arguments.llm, repairs=arguments.repairs
        )
        with Assistant.open(settings) as assistant:
            assistant.articles()
            for result in ask_rest(assistant, load_questions(arguments.questions, arguments.count), arguments.results):
                results.append(result)
                if arguments.print:
                    print(_report(result), flush=True)
    print(json.dumps(summarise(results), indent=2))


def _report(result: WrittenAnswer) -> str:
    verdict = "right" if result.right else "WRONG"
    lines = [f"\n{verdict} {result.question} ({result.mode})", *result.shown, result.notice]
    lines += [f"withheld: {one}" for one in result.withheld]
    return "\n  ".join(line for line in lines if line)


if __name__ == "__main__":
    main()
