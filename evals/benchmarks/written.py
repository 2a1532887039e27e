"""What a language model makes of questions whose answering sentences are known, beside quotes alone.

    python -m evals.benchmarks.written QUESTIONS ARTICLES [--llm gguf:FILE] [--first 40] [--replies FILE] [--print]

Each line of QUESTIONS is a JSON object with `question` and `key_sentences`: sentences of ARTICLES, word for word,
of which each answers; none where nothing does. An answer is right when a sentence that is shown cites one of them, or
when it refuses what nothing answers. --replies keeps the replies in a file, by their prompts; --print shows every
answer.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from evals.benchmarks.writer import RecordingModel
from rag import render
from rag.answering.answer import Answer
from rag.assistant import Assistant
from rag.settings import Settings


class KeyedQuestion(NamedTuple):
    """A question and the sentences that answer it; none where nothing does."""

    text: str
    keys: tuple[str, ...]


class WrittenAnswer(NamedTuple):
    """The answer to one question, and when it was there."""

    question: KeyedQuestion
    answer: Answer
    first: float
    """Seconds to the first sentence shown."""
    first_written: float | None
    """Seconds to the first sentence that the model wrote; None where none was shown."""


def load_questions(file: Path, count: int | None = None) -> list[KeyedQuestion]:
    """The questions of a file, at most the first `count`."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()][:count]
    return [KeyedQuestion(row["question"], tuple(map(_line, row["key_sentences"]))) for row in rows]


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
    return WrittenAnswer(question, answer, first, written)


def is_right(result: WrittenAnswer) -> bool:
    """Whether a shown sentence cites a key, or the refusal of a question without one."""
    keys, answer = result.question.keys, result.answer
    if not keys:
        return answer.status == "abstained"
    cited = [_line(citation.quote) for citation in render.shown_citations(answer)]
    return answer.status == "answered" and any(quote in key or key in quote for quote in cited for key in keys)


def _line(text: str) -> str:
    return " ".join(text.split())


def summarise(results: Sequence[WrittenAnswer]) -> dict[str, float]:
    """The counts and times of all answers."""
    answerable = [result for result in results if result.question.keys]
    answered = [result for result in results if result.answer.status == "answered"]
    times = [result.answer.seconds for result in results]
    written = [result.first_written for result in results if result.first_written is not None]
    return {
        "questions": len(results),
        "answerable": len(answerable),
        "right": sum(map(is_right, results)),
        "right, answerable": sum(map(is_right, answerable)),
        "refused wrongly": sum(result.answer.status == "abstained" for result in answerable),
        "refused rightly": sum(not result.question.keys and is_right(result) for result in results),
        "written to the end": sum(result.answer.mode != "quotes" for result in answered),
        "withheld": sum(len(result.answer.withheld) for result in results),
        "seconds to the quotes": round(statistics.median(result.first for result in results), 2),
        "seconds to the first written": round(statistics.median(written), 2) if written else 0.0,
        "seconds to the end": round(statistics.median(times), 2),
    }


def main() -> None:
    """Ask the questions and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--llm", default="quotes")
    parser.add_argument("--first", type=int)
    parser.add_argument("--repairs", type=int, default=0)
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(
            index_dir=Path(scratch), articles_dir=arguments.articles, llm=arguments.llm, repairs=arguments.repairs
        )
        with Assistant.open(settings) as assistant:
            assistant.articles()
            if assistant.model:
                RecordingModel(assistant.model, arguments.replies)
            for question in load_questions(arguments.questions, arguments.first):
                results.append(ask_timed(assistant, question))
                if arguments.print:
                    print(_report(results[-1]), flush=True)
    print(json.dumps(summarise(results), indent=2))


def _report(result: WrittenAnswer) -> str:
    verdict = "right" if is_right(result) else "WRONG"
    lines = [f"\n{verdict} {result.question.text} ({result.answer.confidence or 0:.2f}, {result.answer.mode})"]
    lines += [f"  {result.answer.text}", f"  {result.answer.notice}" if result.answer.notice else ""]
    lines += [f"  withheld: {one.text} ({one.verdict.reason})" for one in result.answer.withheld]
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    main()
